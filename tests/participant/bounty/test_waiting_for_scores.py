"""Who waits for the scores of a submission reveals it on the way, through outages, and hears what changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.errors import ChainUnavailable
from hyperbounty.spec.spec import Spec
from participant.bounty.entering import new_entry
from participant.bounty.entries import EntryBook
from participant.bounty.waiting import wait_for_scores
from tests.bounty.usual_terms import KEY, usual_terms

pytestmark = pytest.mark.heavy


class Waiter:
    """A sealed submission of Ada's, and what happens while she waits: a step in each pause."""

    def __init__(self, folder: Path) -> None:
        chain = Chain(EmbeddedProvider(DevelopmentNode()))
        self.organizer, self.evaluator, self.ada = (devnet_account(number, chain) for number in (1, 2, 3))
        self.contract, _ = BountyContract.deploy(chain, devnet_account(0, chain))
        self.contract.open(self.organizer, usual_terms(chain.timestamp(), self.evaluator.address))
        offered = self.contract.contest(1)
        self.contract.accept(self.evaluator, offered, offered.needed_throughput)
        self.contest = self.contract.contest(1)
        self.book = EntryBook(folder)
        entry = new_entry(self.contract, self.contest, self.ada.address, 0, Spec().word)
        self.book.save(entry, self.ada)
        self.contract.submit(self.ada, self.contest, 0, entry.commitment)
        self.heard: list[str] = []

    def wait(self, *steps: Callable[[], object]) -> str | None:
        """How the submission stands in the end, in words."""
        left: Iterator[Callable[[], object]] = iter(steps)

        def sleep(_: float) -> None:
            next(left)()

        found = wait_for_scores(self.contract, self.ada, 1, 0, self.book, self.heard.append, sleep=sleep)
        assert next(left, None) is None, "it waited for less than what happened"
        return None if found is None else found.state

    def to(self, ends: int | None) -> Callable[[], object]:
        """The clock moves to a deadline."""
        assert ends is not None
        return lambda: self.contract.chain.advance_to(ends)

    def record(self) -> None:
        self.contract.publish_holdout_key(self.organizer, 1, KEY)
        self.contract.record_scores(self.evaluator, 1, b"r" * 32, [600_000])


@pytest.fixture
def waiter(tmp_path: Path) -> Waiter:
    return Waiter(tmp_path / "entries")


def nothing() -> None:
    """A pause in which nothing happens."""


def test_it_is_revealed_in_time_and_told_until_the_scores_stand(waiter: Waiter) -> None:
    contest = waiter.contest
    state = waiter.wait(
        nothing,
        waiter.to(contest.submit_ends),
        nothing,
        waiter.to(contest.reveal_ends),
        waiter.record,
        waiter.to(contest.score_ends),
    )
    assert state == "revealed; scored 60%, and wins if the scores stand"
    first, revealed, others, scores = waiter.heard
    assert "the reveals, which begin" in first
    assert revealed.startswith("Revealed slot 0, transaction 0x")
    assert "the others' reveals" in others
    assert "the scores, which are due before" in scores


def test_a_node_that_is_away_is_waited_for_and_told_of_once(waiter: Waiter, monkeypatch: pytest.MonkeyPatch) -> None:
    contest, real = waiter.contest, waiter.contract.contest

    def away(number: int) -> Contest:
        raise ChainUnavailable("no node answers")

    state = waiter.wait(
        lambda: monkeypatch.setattr(waiter.contract, "contest", away),
        nothing,
        nothing,
        lambda: monkeypatch.setattr(waiter.contract, "contest", real),
        waiter.to(contest.submit_ends),
        waiter.to(contest.reveal_ends),
        waiter.to(contest.score_ends),
    )
    assert state is not None
    assert sum("for the node: no node answers" in line for line in waiter.heard) == 1
    assert any(line.startswith("Revealed slot 0") for line in waiter.heard)


def test_what_opens_it_may_come_back_while_the_reveals_last(waiter: Waiter) -> None:
    lost, contest = waiter.book, waiter.contest
    waiter.book = EntryBook(lost._folder / "elsewhere")
    place = waiter.contract.place(1, waiter.ada.address, 0)
    [kept] = lost.all(place, waiter.ada)
    state = waiter.wait(
        waiter.to(contest.submit_ends),
        nothing,
        lambda: waiter.book.take_in(kept, waiter.ada),
        waiter.to(contest.reveal_ends),
        waiter.to(contest.score_ends),
    )
    assert state is not None
    assert state.startswith("revealed")
    assert "NOT revealed yet" in waiter.heard[1]
    assert waiter.heard[2].startswith("Revealed")


def test_what_was_not_revealed_in_time_is_not_waited_for(waiter: Waiter) -> None:
    state = waiter.wait(waiter.to(waiter.contest.reveal_ends))
    assert state == "was not revealed in time: its fee is burned"


def test_a_submission_that_was_withdrawn_ends_the_waiting(waiter: Waiter) -> None:
    assert waiter.wait(lambda: waiter.contract.withdraw_submission(waiter.ada, 1, 0)) is None
