"""A contest on the embedded chain, and watches of those in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from eth_account.signers.local import LocalAccount

from evaluator.bounty.ballots import BallotBox
from evaluator.bounty.watching import EvaluatorRoster, Score
from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.holdout import HoldoutKey
from hyperbounty.bounty.types import Contest, RecordedScores
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import HoldoutKeyError
from hyperbounty.spec.spec import Spec
from hyperbounty.watching.duties import Roster, Say
from hyperbounty.watching.events import Event, Kind
from hyperbounty.watching.loop import Watch
from organizer.bounty.keys import KeyFolder
from organizer.bounty.watching import OrganizerRoster
from participant.bounty.entering import new_entry, reveal
from participant.bounty.entries import EntryBook
from participant.bounty.watching import ParticipantRoster
from tests.bounty.usual_terms import KEY, usual_terms

REPORT: Final = b"r" * 32
MONEY: Final = {"reward": 10**18, "bond": 10**17, "evaluator_bond": 10**17, "entry_fee": 10**16}
"""Enough for gas to be small beside it."""


class Ears:
    """Hears what watches say."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, *kinds: Kind) -> list[str]:
        return [event.what for event in self.events if event.kind in kinds]


class World:
    """A chain with the contract, an organizer, an evaluator, and as many participants as one likes.

    `provider` is what the watches reach the chain through; the rest of a test has it directly.
    """

    def __init__(self, folder: Path, provider: Callable[[DevelopmentNode], Any] = EmbeddedProvider) -> None:
        self.folder = folder
        self.node = DevelopmentNode()
        self.chain = Chain(EmbeddedProvider(self.node))
        self.provider = provider(self.node)
        self.contract, _ = BountyContract.deploy(self.chain, devnet_account("devnet-0", self.chain))
        self.organizer, self.evaluator = self.account(1), self.account(2)

    def account(self, number: int) -> LocalAccount:
        return devnet_account(f"devnet-{number}", self.chain)

    def open(self, members: Sequence[LocalAccount] = (), **changes: Any) -> Contest:
        """An offer that everybody has accepted; `members` are those of the panel, in order."""
        terms = usual_terms(self.chain.timestamp(), self.evaluator.address, **{**MONEY, **changes})
        number, _ = self.contract.open(self.organizer, terms)
        self.keep_key()
        offered = self.contract.contest(number)
        self.contract.accept(self.evaluator, offered, offered.needed_throughput)
        for seat, member in enumerate(members):
            self.contract.accept_seat(member, offered, seat)
        return self.contract.contest(number)

    def reveal(self, account: LocalAccount, contest: Contest, slot: int) -> None:
        reveal(self.contract, account, contest, self.book(account), slot)

    def keep_key(self) -> None:
        """In the organizer's home; all contests here have the same."""
        with suppress(HoldoutKeyError):
            KeyFolder(self.home(self.organizer) / "keys").keep(HoldoutKey(KEY))

    def home(self, account: LocalAccount) -> Path:
        return self.folder / account.address

    def book(self, account: LocalAccount) -> EntryBook:
        return EntryBook(self.home(account) / "entries")

    def enter(
        self,
        account: LocalAccount,
        contest: Contest,
        slots: int = 1,
        *,
        copy: bool = False,
        home: LocalAccount | None = None,
    ) -> None:
        """Submit in so many slots; what opens them is kept in the home of `home`, or the account's own."""
        book = self.book(home or account)
        for slot in range(slots):
            entry = new_entry(self.contract, contest, account.address, slot, Spec().word)
            book.save(entry, account)
            sent = book.copy_of(entry, account) if copy else b""
            self.contract.submit(account, contest, slot, entry.commitment, sent)

    def now(self, contest: Contest) -> Contest:
        return self.contract.contest(contest.number)

    def move(self, timestamp: int | None) -> None:
        assert timestamp is not None
        self.chain.advance_to(timestamp)

    def client(self, account: LocalAccount, journal: Path | None = None, **policy: Any) -> BountyContract:
        """The contract through `provider`, with the journal of the account's home."""
        chain = Chain(
            self.provider,
            policy=SendingPolicy(outage_seconds=0, **policy),
            journal=self.home(account) / "journal" if journal is None else journal,
            sleep=lambda _: None,
        )
        return BountyContract(chain, self.contract.address)

    def participants(
        self,
        ears: Ears,
        *accounts: LocalAccount,
        client: BountyContract | None = None,
        sleep: Callable[[float], None] = lambda _: None,
        **policy: Any,
    ) -> Watch:
        """A watch of these accounts, in the home of the first."""
        client = client or self.client(accounts[0], **policy)
        return watch(client, ParticipantRoster(client, self.book(accounts[0])), ears, *accounts, sleep=sleep)

    def organizers(self, ears: Ears, **policy: Any) -> Watch:
        client = self.client(self.organizer, **policy)
        roster = OrganizerRoster(client, KeyFolder(self.home(self.organizer) / "keys"))
        return watch(client, roster, ears, self.organizer)

    def evaluators(self, ears: Ears, account: LocalAccount, score: Score | None = None) -> Watch:
        client = self.client(account)
        box = BallotBox(self.home(account) / "ballots")
        return watch(client, EvaluatorRoster(client, box, score or scores(client)), ears, account)


def watch(
    client: BountyContract,
    roster: Roster,
    ears: Ears,
    *accounts: LocalAccount,
    sleep: Callable[[float], None] = lambda _: None,
) -> Watch:
    names = {f"account {number}": account for number, account in enumerate(accounts)}
    return Watch(client.chain, roster, names, ears, sleep=sleep)


def scores(contract: BountyContract) -> Callable[[int, str | None, Say], RecordedScores]:
    """Scores that nobody trains: the first spec is the best."""

    def score(number: int, _: str | None, say: Say) -> RecordedScores:
        say("as good as done")
        revealed = contract.contest(number).revealed
        return RecordedScores(REPORT, tuple(700_000 - 10_000 * index for index in range(revealed)))

    return score
