"""One watch of an account at a time in a home."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.watching.events import Kind
from hyperbounty.watching.loop import Watch
from hyperbounty.watching.turns import Turns
from participant.bounty.watching import ParticipantRoster
from tests.watching.played import Ears, World

pytestmark = pytest.mark.heavy


def test_the_second_watch_stands_by_and_goes_on_when_the_first_ends(tmp_path: Path) -> None:
    world, first, second = World(tmp_path), Ears(), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    client = world.client(ben)
    with Turns(tmp_path / "locks", "bounty-participant") as other:
        with Turns(tmp_path / "locks", "bounty-participant") as one:

            def watch(turns: Turns, ears: Ears) -> Watch:
                roster = ParticipantRoster(client, world.book(ben))
                return Watch(client.chain, roster, {"ben": ben}, ears, may_act=turns.take, sleep=lambda _: None)

            working, standing_by = watch(one, first), watch(other, second)
            working.once()
            world.move(contest.submit_ends)
            assert standing_by.once().next_at is None
            assert world.now(contest).revealed == 0
            standing_by.once()
            assert second.of(Kind.TOLD) == ["another watch acts for this account here; this one only stands by"]
        standing_by.once()
    assert world.now(contest).revealed == 1
    assert first.of(Kind.DONE) == []


def test_accounts_and_what_is_watched_have_turns_of_their_own(tmp_path: Path) -> None:
    world = World(tmp_path)
    ben, tom = world.account(3), world.account(4)
    with Turns(tmp_path, "participant") as one, Turns(tmp_path, "participant") as other, Turns(tmp_path, "x") as third:
        assert one.take(ben)
        assert one.take(ben)
        assert not other.take(ben)
        assert other.take(tom)
        assert third.take(ben)
