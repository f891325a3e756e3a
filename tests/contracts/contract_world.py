"""An embedded chain with the contract on it, and the people of a contest: what the tests here speak through."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from web3.contract import Contract
from web3.contract.contract import ContractFunction

from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA
from tests.contracts.chain_world import ETHER, NATIVE, ChainWorld, address_of

KEY: Final = b"k" * 32
# Members, member's bond, challenge bond, fee, tolerance, seconds to seal, seconds to open.
NO_PANEL: Final = ((), 0, 0, 0, 0, 0, 0)
WINDOW: Final = 600  # seconds; no shorter one is accepted
THROUGHPUT: Final = 1_000_000  # enough for every contest here
REPORT: Final = b"r" * 32
DOMAIN: Final = b"hyperbounty/commitment/1".ljust(32, b"\0")


class Phase(IntEnum):
    NONE, OFFER, LAPSED, SUBMIT, REVEAL, SCORE, CHALLENGE, PANEL_SEAL, PANEL_OPEN, SETTLE, SETTLED, CANCELLED = range(
        12
    )


class Outcome(IntEnum):
    PENDING, WON, REFUNDED, VOID, CANCELLED = range(5)


class Verdict(IntEnum):
    NONE, UPHELD, OVERTURNED, UNDECIDED = range(4)


@dataclass(frozen=True)
class Sealed:
    """One submission, with what opens it."""

    sender: str | Contract
    entry: int
    spec: bytes
    salt: bytes


@dataclass
class Round:
    """A contest that was opened: its number, its terms, and its deadlines once everybody has accepted."""

    number: int
    terms: dict[str, Any]
    submit_ends: int = 0
    sealed: list[Sealed] = field(default_factory=list)

    @property
    def escrow(self) -> int:
        """What the organizer puts in."""
        return int(self.terms["reward"] + self.terms["bond"] + self.terms["evaluatorFee"])

    @property
    def members(self) -> list[str]:
        return list(self.terms["panel"][0])

    @property
    def member_bond(self) -> int:
        return int(self.terms["panel"][1])

    @property
    def reveal_ends(self) -> int:
        return self.submit_ends + int(self.terms["revealSeconds"])

    @property
    def score_ends(self) -> int:
        return self.reveal_ends + int(self.terms["scoreSeconds"])

    @property
    def challenge_ends(self) -> int:
        return self.score_ends + int(self.terms["challengeSeconds"])


def spec_word(number: int) -> bytes:
    """A valid spec, another one for each number from 0 to 999."""
    return Spec(epochs=number + 1).word


class World(ChainWorld):
    """The chain, the contract and its people. Times are those of the next block."""

    def __init__(self) -> None:
        super().__init__("HyperparameterBounty")
        self.bounty = self.contract
        self.organizer, self.evaluator = self.people[:2]
        self.alice, self.bob, self.carol = self.people[2:5]
        self._salts = 0

    @contextmanager
    def reverted(self) -> Iterator[None]:
        """Whatever happens inside has not happened afterwards."""
        salts = self._salts
        try:
            with super().reverted():
                yield
        finally:
            self._salts = salts

    def terms(self, **changes: Any) -> dict[str, Any]:
        """Terms that `open` accepts, with changes by name."""
        terms: dict[str, Any] = {
            "asset": NATIVE,
            "reward": ETHER,
            "bond": ETHER // 10,
            "evaluatorBond": ETHER // 10,
            "evaluatorFee": 0,
            "entryFee": ETHER // 100,
            "minimumScore": 500_000,
            "shares": [10_000],
            "acceptEnds": self.now() + 1_000,
            "submitSeconds": 1_000,
            "revealSeconds": WINDOW,
            "scoreSeconds": 4 * WINDOW,
            "challengeSeconds": WINDOW,
            "evaluator": self.evaluator,
            "limits": SPEC_MAXIMA,
            "maxSubmissions": 1_024,
            "maxPerAddress": 1_024,
            "entrySeconds": 1,
            "manifest": b"m" * 32,
            "holdoutCommitment": hashlib.sha256(KEY).digest(),
            "panel": NO_PANEL,
        }
        assert changes.keys() <= terms.keys()
        return terms | changes

    def offer(self, sender: str | Contract | None = None, **changes: Any) -> Round:
        """Open a contest that nobody has accepted yet; one in a token must have been approved."""
        contest = Round(0, self.terms(**changes))
        call = self.call("open", tuple(contest.terms.values()))
        receipt = self.send(call, sender or self.organizer, self.coins(contest, contest.escrow))
        contest.number = self.events(receipt, "Opened")[0]["contest"]
        return contest

    def accept(self, contest: Round) -> dict[str, Any]:
        """Have the members of the panel and then the evaluator accept; the receipt of the last one, which starts it."""
        for seat, member in enumerate(contest.members):
            self.send(self.call("acceptSeat", contest.number, seat), member, self.coins(contest, contest.member_bond))
        bond = self.coins(contest, contest.terms["evaluatorBond"])
        receipt = self.send(self.call("accept", contest.number, THROUGHPUT), contest.terms["evaluator"], bond)
        contest.submit_ends = self.events(receipt, "Started")[0]["submitEnds"]
        return receipt

    def open(self, sender: str | Contract | None = None, **changes: Any) -> Round:
        """Open a contest and have everybody accept it."""
        contest = self.offer(sender, **changes)
        self.accept(contest)
        return contest

    def coins(self, contest: Round, amount: int) -> int:
        """What to send along where `amount` is due: nothing in a token."""
        return int(amount) if contest.terms["asset"] == NATIVE else 0

    def price(self, contest: Round) -> int:
        """What the next new entry costs."""
        return sum(self.view("priceOf", contest.number))

    def contest(self, contest: Round) -> dict[str, Any]:
        """`contestOf`, by the names of the contract."""
        outputs = self.bounty.get_function_by_name("contestOf").abi["outputs"][0]["components"]
        values = self.view("contestOf", contest.number)
        return {o["name"]: v for o, v in zip(outputs, values, strict=True)}

    def commitment(self, contest: int, sealed: Sealed) -> bytes:
        """What the contract must find, computed without it."""
        words = (
            DOMAIN,
            self.w3.eth.chain_id.to_bytes(32, "big"),
            bytes.fromhex(str(self.bounty.address)[2:]).rjust(32, b"\0"),
            contest.to_bytes(32, "big"),
            bytes.fromhex(address_of(sealed.sender)[2:]).rjust(32, b"\0"),
            sealed.spec,
            sealed.salt,
        )
        return hashlib.sha256(b"".join(words)).digest()

    def seal(self, sender: str | Contract, entry: int, spec: bytes | int) -> Sealed:
        """A spec (or the number of one) with a fresh salt."""
        self._salts += 1
        salt = hashlib.sha256(b"salt %d" % self._salts).digest()
        return Sealed(sender, entry, spec if isinstance(spec, bytes) else spec_word(spec), salt)

    def submit(self, contest: Round, sender: str | Contract, entry: int, spec: bytes | int) -> Sealed:
        """Submit into an empty slot."""
        sealed = self.seal(sender, entry, spec)
        commitment = self.commitment(contest.number, sealed)
        value = self.coins(contest, self.price(contest))
        self.send(self.call("submit", contest.number, entry, commitment), sender, value)
        contest.sealed.append(sealed)
        return sealed

    def reveal_call(self, contest: Round, sealed: Sealed) -> ContractFunction:
        return self.call("reveal", contest.number, sealed.entry, sealed.spec, sealed.salt)

    def reveal(self, contest: Round, sealed: Sealed) -> dict[str, Any]:
        return self.send(self.reveal_call(contest, sealed), sealed.sender)

    def play(self, contest: Round, specs: Iterable[tuple[str | Contract, int, bytes | int]]) -> Round:
        """Submit all, reveal all in the same order, and stop where scoring starts, the key published."""
        sealed = [self.submit(contest, *one) for one in specs]
        self.at(contest.submit_ends)
        for one in sealed:
            self.reveal(contest, one)
        self.at(contest.reveal_ends)
        if any(contest.terms["holdoutCommitment"]):
            self.send(self.call("publishHoldoutKey", contest.number, KEY), self.organizer)
        return contest

    def record(self, contest: Round, scores: Sequence[int]) -> dict[str, Any]:
        return self.send(self.call("recordScores", contest.number, REPORT, list(scores)), self.evaluator)

    def settle(self, contest: Round) -> dict[str, Any]:
        """Settle at the first second it can be."""
        self.at(contest.challenge_ends)
        return self.send(self.call("settle", contest.number), self.stranger)
