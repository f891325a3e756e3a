"""When a watch challenges: where it surely pays, and never else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hyperbounty.bounty.show.comparison import Comparison, Verification
from hyperbounty.bounty.types import Contest, Dispute, Panel
from hyperbounty.money import COIN, Asset
from hyperbounty.watching.duties import Say
from hyperbounty.watching.events import Kind
from hyperbounty.watching.loop import Watch
from participant.bounty.challenging import Readiness
from participant.bounty.watching import ParticipantRoster
from tests.bounty.usual_terms import KEY
from tests.watching.played import REPORT, Ears, World, watch

pytestmark = pytest.mark.heavy
BOND = 10**17
TOLERANCE = 1_000


class Disputed(World):
    """A contest in which ben is first and tom second to reveal, with a panel that nobody has called yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ears = Ears()
        self.ben, self.tom = self.account(3), self.account(4)
        members = sorted((self.account(number) for number in (5, 6, 7)), key=lambda each: each.address.lower())
        panel = Panel(tuple(each.address for each in members), 10**16, BOND, 10**15, TOLERANCE, 600, 600)
        self.contest = self.open(members, panel=panel, challenge_seconds=600, minimum_score=500_000)
        for account in (self.ben, self.tom):
            self.enter(account, self.contest)
        self.move(self.contest.submit_ends)
        for account in (self.ben, self.tom):
            self.reveal(account, self.contest, 0)
        self.move(self.contest.reveal_ends)
        self.contract.publish_holdout_key(self.organizer, self.contest.number, KEY)
        self.verified = 0

    def watching(self, recorded: Sequence[int], here: Sequence[int], *, limit: int | None = BOND) -> Watch:
        """A watch of ben, who finds other scores than were recorded."""
        self.contract.record_scores(self.evaluator, self.contest.number, REPORT, recorded)

        def verify(number: int, say: Say) -> Verification:
            self.verified += 1
            names = (self.ben.address, self.tom.address)
            compared = [
                Comparison(index, names[index], bytes(32), recorded[index], here[index], TOLERANCE)
                for index in range(len(here))
            ]
            return Verification(compared, range(len(here)), 0, is_partial=False)

        def most(asset: Asset) -> int | None:
            return limit if asset == COIN else None

        client = self.client(self.ben)
        roster = ParticipantRoster(client, self.book(self.ben), Readiness(most, verify))
        return watch(client, roster, self.ears, self.ben)

    def dispute(self) -> Dispute:
        return self.contract.dispute(self.contest.number)

    def end_scoring(self) -> Contest:
        self.move(self.contest.score_ends)
        return self.now(self.contest)


def test_wrong_scores_that_cost_the_account_its_prize_are_challenged_once(tmp_path: Path) -> None:
    world = Disputed(tmp_path)
    watching = world.watching([600_000, 700_000], [710_000, 700_000])
    watching.once()
    assert world.dispute().challenger is None
    world.end_scoring()
    watching.once()
    watching.once()
    assert world.dispute().challenger == world.ben.address
    assert world.verified == 1
    assert "the scores are challenged, 0.1 ETH staked on 1 ETH more" in world.ears.of(Kind.DONE)


@pytest.mark.parametrize(
    ("recorded", "here", "limit", "said"),
    [
        ([600_000, 700_000], [600_500, 700_000], BOND, "the recorded scores stand"),
        ([600_000, 700_000], [650_000, 700_000], BOND, "would not surely pay this account more"),
        # Wrong, and within what a panel may bear out: the bond would be lost.
        ([600_000, 700_000], [703_000, 700_000], BOND, "would not surely pay this account more"),
        ([600_000, 700_000], [710_000, 700_000], BOND - 1, "is above 0.0999"),
        ([700_000, 600_000], [700_000, 650_000], BOND, "would not surely pay this account more"),
        ([700_000, 600_000], [600_000, 700_000], BOND, "would not surely pay this account more"),
    ],
)
def test_nothing_is_staked_where_it_would_not_surely_pay(
    tmp_path: Path, recorded: list[int], here: list[int], limit: int, said: str
) -> None:
    world = Disputed(tmp_path)
    watching = world.watching(recorded, here, limit=limit)
    world.end_scoring()
    watching.once()
    watching.once()
    assert world.dispute().challenger is None
    assert sum(said in each for each in world.ears.of(Kind.TOLD)) == 1
    assert world.ears.of(Kind.ELSEWHERE, Kind.FAILED) == []


def test_by_default_it_is_told_and_nothing_is_made_again(tmp_path: Path) -> None:
    world = Disputed(tmp_path)
    world.contract.record_scores(world.evaluator, world.contest.number, REPORT, [600_000, 700_000])
    watching = world.participants(world.ears, world.ben)
    world.end_scoring()
    watching.once()
    [told] = world.ears.of(Kind.TOLD)
    assert told.startswith("scores are recorded; they can be challenged until")
    assert "0.1 ETH" in told
    assert world.dispute().challenger is None


def test_scores_that_are_put_right_are_not_challenged(tmp_path: Path) -> None:
    world = Disputed(tmp_path)
    watching = world.watching([600_000, 700_000], [710_000, 700_000])
    watching.once()
    world.contract.record_scores(world.evaluator, world.contest.number, b"s" * 32, [710_000, 700_000])
    standing = replace(world.now(world.contest))
    assert standing.winners == (0,)
    world.end_scoring()
    watching.once()
    assert world.dispute().challenger is None
