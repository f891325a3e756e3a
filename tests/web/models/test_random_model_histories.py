"""Whatever people do, and whatever blocks the chain takes back: the tables say what the contract's views say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.models.kinds import Shape
from hyperbounty.web.index import events
from hyperbounty.web.index.process import IndexProcess
from hyperbounty.web.index.reading import Depths
from hyperbounty.web.models.index.tables import TABLES
from tests.web.indexing import indexing, rows_of
from tests.web.random_models import SHAPES, ModelPlay


def play(
    chance: random.Random,
    where: Path | str,
    fresh: Path,
    acts: int,
    chain: Chain | None = None,
    shapes: Sequence[Shape] = SHAPES,
) -> set[str]:
    """Play while an index follows, with reorganizations; what was done. The index ends as one that saw only the end."""
    game = ModelPlay(chance, chain, shapes)
    depths = Depths(history=chance.choice([0, 3, 64]))
    with indexing(where, game.contract, depths) as index:
        game.followed(index, acts)
        # However the events of a model are parted, they come to the same.
        with (
            pytest.MonkeyPatch.context() as patch,
            indexing(fresh, game.contract, depths) as other,
        ):
            patch.setattr(events, "_EVENTS_A_PART", chance.randint(1, 10))
            other.catch_up()
            assert _folded(index) == _folded(other)
    return set(game.done)


def _folded(index: IndexProcess) -> dict[str, list[tuple[object, ...]]]:
    """All rows, without the number of the contract: an index that began anew may give it another one."""
    rows = rows_of(index.keeper.database, TABLES)
    return {name: [row[1:] for row in found] for name, found in rows.items()}


@pytest.mark.anvil
def test_it_is_so_on_another_node(anvil_url: str, tmp_path: Path) -> None:
    with Chain.connect(anvil_url) as chain:
        done = play(random.Random(7), tmp_path / "index.sqlite", tmp_path / "fresh.sqlite", 15, chain)
    assert {"open", "publish", "add", "refund"} <= done


@pytest.mark.heavy
@pytest.mark.parametrize("game", range(3))
def test_tables_are_what_the_views_are(database_place: Path | str, tmp_path: Path, game: int) -> None:
    chance = random.Random(game)
    done = play(chance, database_place, tmp_path / "fresh.sqlite", acts=25)
    assert {"open", "publish", "add", "refund"} <= done


@pytest.mark.heavy
@pytest.mark.parametrize("game", range(3))
def test_tables_are_what_the_views_are_of_markets(database_place: Path | str, tmp_path: Path, game: int) -> None:
    """On models on which markets can be held."""
    chance = random.Random(f"markets {game}")
    done = play(chance, database_place, tmp_path / "fresh.sqlite", acts=40, shapes=SHAPES[:1])
    assert {"open_market", "draw", "reveal", "contribute", "score", "end_market"} <= done
