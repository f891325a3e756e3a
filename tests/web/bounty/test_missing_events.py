"""A node that leaves out old events is found out where the others do not follow from each other."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hyperbounty.bounty.types import Phase
from hyperbounty.web.index.errors import IndexStopped
from hyperbounty.web.index.reading import Depths
from hyperbounty.web.index.state import Status
from tests.web.indexing import differences, indexing
from tests.web.random_contests import Play


@pytest.mark.heavy
def test_contests_without_their_opening_stop_the_index(tmp_path: Path) -> None:
    game = Play(random.Random(1))
    game._open(0)
    contest = game.contract.contest(1)
    assert contest.phase is Phase.OFFER
    opened = game.chain.block_number()
    assert game._accept(contest)
    with indexing(tmp_path / "index.sqlite", game.contract, Depths(history=0), from_block=opened + 1) as index:
        with pytest.raises(IndexStopped, match="events of contest 1 are missing"):
            index.catch_up()
        state = index.keeper.state()
        assert state.status is Status.STOPPED
        assert "from block" in state.next_step
    with indexing(tmp_path / "index.sqlite", game.contract) as index:
        index.rebuild()
        assert differences(index, game.contract) == []
        assert index.keeper.state().status is Status.FOLLOWING
