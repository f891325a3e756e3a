"""A participant's watch, on the embedded chain: what it does by itself, and what it says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import requests
from eth_account.signers.local import LocalAccount

from hyperbounty.bounty.types import Contest, Outcome, SubmissionState
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.refusals import NodeBehind
from hyperbounty.errors import ChainUnavailable
from hyperbounty.watching.events import Kind
from hyperbounty.watching.loop import POLL_SECONDS, Watch
from participant.bounty.watching import FIRST_GRACE_SECONDS, LAST_GRACE_SECONDS
from tests.bounty.usual_terms import KEY
from tests.watching.played import REPORT, Ears, World

MINUTES = 60


def sent(world: World, account: LocalAccount) -> int:
    return world.chain.w3.eth.get_transaction_count(account.address)


def states(world: World, contest: Contest, account: LocalAccount) -> list[SubmissionState]:
    return [each.state for each in world.contract.slots([contest], account.address)[0]]


def scored(world: World, contest: Contest, *scores: int) -> None:
    """The key is published, scores are recorded, and the time to settle has come."""
    world.move(contest.reveal_ends)
    world.contract.publish_holdout_key(world.organizer, contest.number, KEY)
    world.contract.record_scores(world.evaluator, contest.number, REPORT, scores)
    world.move(contest.challenge_ends)


def test_every_slot_is_revealed_in_its_window_and_the_next_moment_is_said(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest, slots=3)
    watch = world.participants(ears, ben)
    planned = watch.once()
    assert planned.next_at == contest.submit_ends
    assert "reveal slot 0" in planned.next_what
    assert world.now(contest).revealed == 0
    world.move(contest.submit_ends)
    watch.once()
    assert states(world, contest, ben)[:3] == [SubmissionState.REVEALED] * 3
    assert sorted(ears.of(Kind.DONE)) == [f"slot {slot} is revealed" for slot in range(3)]
    watch.once()
    assert sent(world, ben) == 6


def test_two_watches_with_homes_of_their_own_reveal_once_and_the_second_says_so_quietly(tmp_path: Path) -> None:
    world, first, second = World(tmp_path), Ears(), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    one = world.participants(first, ben)
    elsewhere = world.client(ben, tmp_path / "elsewhere")
    other = world.participants(second, ben, client=elsewhere)
    for watch in (one, other):
        watch.once()
    world.move(contest.submit_ends)
    one.once()
    assert not other.once().failed
    assert second.of(Kind.ELSEWHERE) == ["slot 0 is revealed, not by this watch"]
    assert second.of(Kind.FAILED) == []
    assert sent(world, ben) == 2


def test_what_a_lost_home_had_comes_back_from_the_chain_before_it_is_due(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest, copy=True)
    shutil.rmtree(world.home(ben))
    watch = world.participants(ears, ben)
    watch.once()
    assert ears.of(Kind.TOLD) == ["what opens slot 0 was not here, and came back from the chain"]
    world.move(contest.submit_ends)
    watch.once()
    assert states(world, contest, ben)[0] is SubmissionState.REVEALED


def test_what_cannot_be_opened_is_said_once_while_there_is_time_and_missed_at_the_end(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    shutil.rmtree(world.home(ben))
    watch = world.participants(ears, ben)
    watch.once()
    watch.once()
    [told] = ears.of(Kind.TOLD)
    assert told.startswith("WARNING: what opens slot 0 is neither here nor on the chain")
    world.move(contest.submit_ends)
    assert watch.once().failed
    world.move(contest.reveal_ends)
    watch.once()
    assert ears.of(Kind.MISSED) == [
        "reveal slot 0: its time has passed, its entry fee of 0.01 ETH is burned, and it wins nothing"
    ]


def test_the_winner_settles_after_a_grace_and_who_gains_nothing_a_day_later(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, tom, contest = world.account(3), world.account(4), world.open()
    world.enter(ben, contest)
    world.enter(tom, contest)
    winner, loser = world.participants(ears, ben), world.participants(ears, tom)
    world.move(contest.submit_ends)
    winner.once()
    loser.once()
    scored(world, contest, 700_000, 600_000)
    assert contest.challenge_ends is not None
    assert winner.once().next_at == contest.challenge_ends + FIRST_GRACE_SECONDS
    assert loser.once().next_at == contest.challenge_ends + LAST_GRACE_SECONDS
    world.move(contest.challenge_ends + FIRST_GRACE_SECONDS - 30)
    winner.once()
    loser.once()
    assert world.now(contest).outcome is Outcome.PENDING
    world.move(contest.challenge_ends + FIRST_GRACE_SECONDS)
    before = world.chain.balance(ben.address)
    winner.once()
    loser.once()
    assert world.now(contest).outcome is Outcome.WON
    assert world.chain.balance(ben.address) > before + 9 * 10**17
    assert ears.of(Kind.TOLD)[-2:] == [
        "it has ended: this account has won 1 ETH",
        "it has ended: this account has not won",
    ]
    assert sent(world, tom) == 2


def test_shares_and_a_sponsors_money_are_brought_in_once(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.contract.sponsor(ben, contest, 10**17)
    world.enter(ben, contest, slots=2)
    watch = world.participants(ears, ben)
    world.move(contest.submit_ends)
    watch.once()
    world.move(contest.reveal_ends)
    world.contract.publish_holdout_key(world.organizer, contest.number, KEY)
    world.move(contest.challenge_ends)
    world.contract.settle(world.evaluator, contest.number)
    assert world.now(contest).pot > 0
    watch.once()
    assert any("a share of" in said for said in ears.of(Kind.DONE))
    assert any("added to the reward came back" in said for said in ears.of(Kind.DONE))
    before = sent(world, ben)
    watch.once()
    world.participants(ears, ben).once()
    assert sent(world, ben) == before
    assert world.contract.claimable(world.now(contest), ben.address) == ()


def test_ten_accounts_are_watched_at_once(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    contest = world.open(max_submissions=32)
    accounts = [world.account(number) for number in range(10)]
    shared = accounts[0]
    for account in accounts:
        world.enter(account, contest, slots=2, home=shared)
    watch = world.participants(ears, *accounts)
    before = [sent(world, account) for account in accounts]
    world.move(contest.submit_ends)
    watch.once()
    assert world.now(contest).revealed == 20
    assert [sent(world, account) for account in accounts] == [count + 2 for count in before]
    assert len(ears.of(Kind.DONE)) == 20


def test_a_contest_that_cannot_be_looked_at_keeps_no_other_from_being_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, ears = World(tmp_path), Ears()
    ben, broken, contest = world.account(3), world.open(), world.open()
    world.enter(ben, broken)
    world.enter(ben, contest)
    client = world.client(ben)
    place = client.place

    def fails(number: int, account: str, slot: int) -> Any:
        if number == broken.number:
            raise ZeroDivisionError("a fault of this program")
        return place(number, account, slot)

    monkeypatch.setattr(client, "place", fails)
    watch = world.participants(ears, ben, client=client)
    world.move(contest.submit_ends)
    assert watch.once().failed
    assert watch.once().failed
    assert states(world, contest, ben)[0] is SubmissionState.REVEALED
    assert ears.of(Kind.FAILED) == [
        "it cannot be looked at: internal error, ZeroDivisionError: a fault of this program"
    ]


def test_a_node_that_cannot_show_one_contest_shows_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, ears = World(tmp_path), Ears()
    ben, first = world.account(3), world.open()
    world.enter(ben, first)
    world.move(first.submit_ends)
    world.participants(Ears(), ben).once()
    second = world.open(submit_seconds=600)
    world.enter(ben, second)
    client = world.client(ben)

    def lacks(contest: Contest) -> Any:
        raise NodeBehind(f"the node does not show the events of contest {contest.number}", "pass another node")

    monkeypatch.setattr(client, "revealed_specs", lacks)
    watch = world.participants(ears, ben, client=client)
    world.move(max(second.submit_ends or 0, first.reveal_ends or 0))
    assert watch.once().failed
    assert states(world, second, ben)[0] is SubmissionState.REVEALED
    assert ears.of(Kind.FAILED) == ["it cannot be looked at: the node does not show the events of contest 1"]


def test_a_reveal_that_a_reorganization_undid_is_revealed_again(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    watch = world.participants(ears, ben)
    world.move(contest.submit_ends)
    snapshot = world.node.handle("evm_snapshot", [])
    watch.once()
    world.node.handle("evm_revert", [snapshot])
    world.node.handle("evm_mine", [])
    assert states(world, contest, ben)[0] is SubmissionState.SEALED
    watch.once()
    assert states(world, contest, ben)[0] is SubmissionState.REVEALED
    assert ears.of(Kind.DONE) == ["slot 0 is revealed"]
    assert ears.of(Kind.AGAIN) == ["slot 0 is revealed again: a reorganization had undone it"]
    assert sent(world, ben) == 2


class Away(EmbeddedProvider):
    """A node that does not answer while it is away."""

    def __init__(self, node: DevelopmentNode) -> None:
        super().__init__(node)
        self.is_away = False

    def make_request(self, method: Any, params: Any) -> Any:
        if self.is_away:
            raise requests.ConnectionError("away")
        return super().make_request(method, params)


def test_a_node_that_is_away_around_a_deadline_is_waited_for_and_nothing_is_missed(tmp_path: Path) -> None:
    world, ears = World(tmp_path, Away), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    node, pauses = world.provider, 0.0
    assert contest.submit_ends is not None
    begins = contest.submit_ends - 5 * MINUTES
    world.move(begins)

    class Over(Exception):
        pass

    def pause(seconds: float) -> None:
        """The chain goes on meanwhile; the node is away from a minute later on, for ten minutes."""
        nonlocal pauses
        assert seconds <= 30
        pauses += seconds
        world.move(max(world.chain.timestamp(), begins + int(pauses)))
        node.is_away = MINUTES <= pauses < 11 * MINUTES
        if pauses >= 12 * MINUTES:
            raise Over

    watch = world.participants(ears, ben, sleep=pause)
    with pytest.raises(Over):
        watch.run()
    assert states(world, contest, ben)[0] is SubmissionState.REVEALED
    kinds = [event.kind for event in ears.events]
    assert kinds.count(Kind.OUTAGE) == kinds.count(Kind.BACK) == 1
    assert kinds.index(Kind.OUTAGE) < kinds.index(Kind.BACK) < kinds.index(Kind.DONE)
    assert ears.of(Kind.MISSED) == []


def test_asked_once_a_node_that_is_away_is_an_error(tmp_path: Path) -> None:
    world = World(tmp_path, Away)
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    watch = world.participants(Ears(), ben)
    world.provider.is_away = True
    with pytest.raises(ChainUnavailable):
        watch.once()


def test_gas_stays_below_max_fee_for_half_of_the_window_and_then_rises_to_what_is_at_stake(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    watch: Watch = world.participants(ears, ben, max_fee_wei=1)
    assert contest.submit_ends is not None
    assert contest.reveal_ends is not None
    world.move(contest.submit_ends)
    half = (contest.submit_ends + contest.reveal_ends) // 2
    found = watch.once()
    assert found.next_at == half
    assert not found.failed
    watch.once()
    [waiting] = ears.of(Kind.WAITING)
    assert "the limit is 1 wei" in waiting
    assert "it rises from" in waiting
    world.move(half + (contest.reveal_ends - half) // 2)
    watch.once()
    assert states(world, contest, ben)[0] is SubmissionState.REVEALED


def test_no_more_is_paid_for_gas_than_what_is_at_stake(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open(reward=1000, entry_fee=10, bond=100, evaluator_bond=50)
    world.enter(ben, contest)
    watch = world.participants(ears, ben)
    world.move(contest.submit_ends)
    watch.once()
    assert states(world, contest, ben)[0] is SubmissionState.SEALED
    [waiting] = ears.of(Kind.WAITING)
    assert "it does not rise" in waiting
    assert world.chain.w3.eth.get_transaction_count(ben.address) == 1
    assert POLL_SECONDS > 0
