"""Whatever people do, and whatever blocks the chain takes back: the tables say what the contract's views say."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.web.bounty.index.tables import TABLES
from hyperbounty.web.index.reading import Depths
from tests.web.indexing import indexing, rows_of
from tests.web.random_contests import Play


def play(chance: random.Random, where: Path | str, fresh: Path, acts: int, chain: Chain | None = None) -> set[str]:
    """Play while an index follows, with reorganizations; what was done. The index ends as one that saw only the end."""
    game = Play(chance, chain)
    depths = Depths(history=chance.choice([0, 3, 64]))
    with indexing(where, game.contract, depths) as index:
        game.followed(index, acts)
        with indexing(fresh, game.contract, depths) as other:
            other.catch_up()
            assert rows_of(index.keeper.database, TABLES) == rows_of(other.keeper.database, TABLES)
    return set(game.done)


@pytest.mark.anvil
def test_it_is_so_on_another_node(anvil_url: str, tmp_path: Path) -> None:
    with Chain.connect(anvil_url) as chain:
        done = play(random.Random(7), tmp_path / "index.sqlite", tmp_path / "fresh.sqlite", 15, chain)
    assert {"open", "accept", "submit"} <= done


@pytest.mark.heavy
@pytest.mark.parametrize("game", range(3))
def test_tables_are_what_the_views_are(database_place: Path | str, tmp_path: Path, game: int) -> None:
    chance = random.Random(game)
    done = play(chance, database_place, tmp_path / "fresh.sqlite", acts=25)
    assert {"open", "accept", "submit"} <= done
