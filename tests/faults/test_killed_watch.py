"""Ten watches in one process, killed with SIGKILL again and again: nothing is lost, and nothing is done twice.

HYPERBOUNTY_WATCH_KILLS=50 pytest tests/faults/test_killed_watch.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, SubmissionState
from hyperbounty.chain.connection import Chain
from hyperbounty.spec.spec import Spec
from participant.bounty.entering import new_entry
from participant.bounty.entries import EntryBook
from tests.bounty.usual_terms import usual_terms
from tests.faults.executioner import Executioner
from tests.faults.proxy import FaultyProxy, running
from tests.faults.watcher import watch_once
from tests.watching.played import MONEY

KILLS = int(os.environ.get("HYPERBOUNTY_WATCH_KILLS", "50"))
# A look takes some dozen requests, and each reveal some dozen more.
LATEST_REQUEST = 40
ORGANIZER, EVALUATOR = 0, 1
ACCOUNTS = list(range(10))
SLOTS = 2


class Played:
    """A devnet, the contract, and ten accounts that enter one contest after the other."""

    def __init__(self, url: str, home: Path) -> None:
        self.home = home
        self.chain = Chain.connect(url)
        self.accounts = [devnet_account(f"devnet-{number}", self.chain) for number in ACCOUNTS]
        self.contract, _ = BountyContract.deploy(self.chain, self.accounts[ORGANIZER])
        self.contests: list[int] = []

    def sent(self) -> list[int]:
        return [self.chain.w3.eth.get_transaction_count(account.address) for account in self.accounts]

    def entered(self) -> Contest:
        """A contest with all accounts in it, whose reveals have begun."""
        terms = usual_terms(
            self.chain.timestamp(), self.accounts[EVALUATOR].address, **MONEY, max_submissions=len(ACCOUNTS) * SLOTS
        )
        number, _ = self.contract.open(self.accounts[ORGANIZER], terms)
        self.contests.append(number)
        offered = self.contract.contest(number)
        self.contract.accept(self.accounts[EVALUATOR], offered, offered.needed_throughput)
        contest = self.contract.contest(number)
        book = EntryBook(self.home / "entries")
        for account in self.accounts:
            for slot in range(SLOTS):
                entry = new_entry(self.contract, contest, account.address, slot, Spec().word)
                book.save(entry, account)
                self.contract.submit(account, contest, slot, entry.commitment)
        assert contest.submit_ends is not None
        self.chain.advance_to(contest.submit_ends)
        return contest

    def void(self, contest: Contest) -> None:
        """The key does not come: the organizer's bond goes to who revealed."""
        assert contest.challenge_ends is not None
        self.chain.advance_to(contest.challenge_ends)
        self.contract.settle(self.accounts[ORGANIZER], contest.number)


@pytest.mark.timeout(7200)
def test_killed_watches_lose_nothing_and_do_nothing_twice(node: str, tmp_path: Path) -> None:
    executioner = Executioner(KILLS, LATEST_REQUEST)
    with running(FaultyProxy(node, watcher=executioner)) as url:
        played = Played(node, tmp_path)

        def watched() -> None:
            executioner.until_it_ends(watch_once, url, tmp_path, played.contract.address, ACCOUNTS)

        while not executioner.is_done:
            contest = played.entered()
            before = played.sent()
            watched()
            slots = [played.contract.slots([contest], account.address)[0] for account in played.accounts]
            assert all(each.state is SubmissionState.REVEALED for own in slots for each in own[:SLOTS])
            assert played.sent() == [count + SLOTS for count in before]
            played.void(contest)
            before = played.sent()
            watched()
            assert played.contract.claimable(played.contract.contest(contest.number)) == ()
            assert played.sent() == [count + 1 for count in before]
        sys.stdout.write(
            f"{executioner.kills.total()} kills {dict(executioner.kills)} in {len(played.contests)} contests\n"
        )
        played.chain.close()
