"""Whoever is killed at whatever moment: in the end the index holds each event once, and its tables are the chain's.

The moments are drawn anew each time, and the seed is printed.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from hyperbounty.web.bounty.index.tables import TABLES
from hyperbounty.web.index.tables import LOGS
from tests.kills import KILLS
from tests.web.indexing import differences, indexing, rows_of
from tests.web.random_contests import Play

LONGEST_LIFE_S = 3.0

SCRIPT = """
import sys
from tests.web.indexing import indexing
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
url, address, place = sys.argv[1:]
with Chain.connect(url) as chain, indexing(place, BountyContract(chain, address), poll_s=0.05) as process:
    process.run()
"""

pytestmark = [pytest.mark.heavy]


@pytest.fixture
def devnet() -> Iterator[str]:
    with Devnet(port=0) as served:
        yield served.url


def test_the_index_is_killed_and_goes_on(
    devnet: str, database_place: Path | str, tmp_path: Path, chance: random.Random
) -> None:
    place = f"sqlite:///{database_place}" if isinstance(database_place, Path) else database_place
    with Chain.connect(devnet) as chain:
        game = Play(chance, chain)
        command = [sys.executable, "-c", SCRIPT, devnet, game.contract.address, place]
        for _ in range(KILLS):
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                snapshot = game.snapshot()
                for _ in range(chance.randint(1, 4)):
                    game.act()
                if chance.random() < 0.5:
                    game.revert(snapshot)
                process.wait(chance.uniform(0, LONGEST_LIFE_S))
            except subprocess.TimeoutExpired:
                pass
            finally:
                process.kill()
                process.wait()
        # All before may have been taken back.
        for _ in range(3):
            game.act()
        contract = BountyContract(chain, game.contract.address)
        with indexing(database_place, contract) as index, indexing(tmp_path / "fresh.sqlite", contract) as fresh:
            index.catch_up()
            fresh.catch_up()
            assert differences(index, contract) == []
            assert rows_of(index.keeper.database, TABLES) == rows_of(fresh.keeper.database, TABLES)
            counts = [
                each.keeper.database.read(lambda c: c.execute(select(func.count()).select_from(LOGS)).scalar_one())
                for each in (index, fresh)
            ]
            assert counts[0] == counts[1] > 0
