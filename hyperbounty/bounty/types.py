"""What the contract keeps of a contest and shows to clients: its enumerations and structs, as Python has them.

Names and order are the contract's; amounts are in the smallest unit of the contest's asset, scores in ppm, deadlines in
unix seconds. A deadline is None while it is not known: most follow from the moment at which the last one accepts.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from enum import IntEnum
from typing import Any, Final

from hyperbounty.bounty.price import Price, surcharge_at
from hyperbounty.money import Asset

THROUGHPUT_UNIT: Final = 1_000
"""A throughput is in thousandths of the reference core."""

KEY_SHARE: Final = 4
"""The key of a sealed holdout may come as late as one part in so many of the time for scoring."""

MOST_EXTENSION: Final = 1
"""By so much an organizer can extend the time to submit (`extend`), in parts of it."""

RESOLVE_SECONDS: Final = 30 * 86_400
"""So long after the last deadline, a challenge that nobody could resolve ends void."""


class Phase(IntEnum):
    """Where a contest stands; derived by the contract from the block time and what was recorded."""

    NONE = 0
    OFFER = 1
    LAPSED = 2
    SUBMIT = 3
    REVEAL = 4
    SCORE = 5
    CHALLENGE = 6
    PANEL_SEAL = 7
    PANEL_OPEN = 8
    SETTLE = 9
    SETTLED = 10
    CANCELLED = 11

    @property
    def label(self) -> str:
        """How people read it."""
        return self.name.lower().replace("_", " ")


class Outcome(IntEnum):
    """How a contest ended."""

    PENDING = 0
    WON = 1
    REFUNDED = 2
    VOID = 3
    CANCELLED = 4


class Verdict(IntEnum):
    """What the panel found about the evaluator's payments."""

    NONE = 0
    UPHELD = 1
    OVERTURNED = 2
    UNDECIDED = 3


def paying_author(outcome: Outcome, verdict: Verdict, *, unscorable: bool, was_silent: bool) -> str | None:
    """Whose scores a contest pays by, as things stand: `evaluator`, `panel` for its medians, None where nobody's.

    The evaluator's stand until a panel has overturned them, or decided where there are none. Where they are upheld they
    stay: a dispute is about payments. A panel was silent where somebody challenged, and its time ended unanswered.

    >>> paying_author(Outcome.PENDING, Verdict.OVERTURNED, unscorable=False, was_silent=False)
    'panel'
    """
    if unscorable or was_silent or outcome is Outcome.VOID or verdict is Verdict.UNDECIDED:
        return None
    return "panel" if verdict is Verdict.OVERTURNED else "evaluator"


class SeatState(IntEnum):
    """How far a member of the panel came."""

    SILENT = 0
    SEALED = 1
    OPENED = 2


@dataclass(frozen=True)
class Panel:
    """Who decides when scores are challenged; field by field the contract's struct. Without members: no panel.

    Attributes:
        members: 1, 3, 5 or 7 addresses in ascending order.
        member_bond: what each member stakes when it accepts.
        challenge_bond: what a challenger stakes.
        fee: of each member whose own scores bear out what is paid in the end.
        tolerance: how far, in ppm, an honest score may lie from another honest one.
    """

    members: tuple[str, ...] = ()
    member_bond: int = 0
    challenge_bond: int = 0
    fee: int = 0
    tolerance: int = 0
    seal_seconds: int = 0
    open_seconds: int = 0

    @property
    def quorum(self) -> int:
        """How many members must open their scores for the panel to decide."""
        return len(self.members) // 2 + 1


@dataclass(frozen=True)
class Terms:
    """What `open` offers; field by field the contract's struct of this name.

    Attributes:
        accept_ends: an offer that not everybody has accepted by then lapses.
        submit_seconds: begin when the last one accepts.
        entry_seconds: what all runs of one entry may take, in seconds of the reference core.
    """

    asset: Asset
    reward: int
    bond: int
    evaluator_bond: int
    evaluator_fee: int
    entry_fee: int
    minimum_score: int
    shares: tuple[int, ...]
    accept_ends: int
    submit_seconds: int
    reveal_seconds: int
    score_seconds: int
    challenge_seconds: int
    evaluator: str
    limits: bytes
    max_submissions: int
    max_per_address: int
    entry_seconds: int
    manifest: bytes
    holdout_commitment: bytes
    panel: Panel

    @property
    def escrow(self) -> int:
        """What `open` takes."""
        return self.reward + self.bond + self.evaluator_fee

    def encoded(self) -> tuple[Any, ...]:
        """The struct as the contract takes it."""
        return tuple(
            value.address if isinstance(value, Asset) else astuple(value) if isinstance(value, Panel) else value
            for value in (getattr(self, field.name) for field in fields(self))
        )


@dataclass(frozen=True)
class Contest:
    """A contest as the contract shows it.

    Attributes:
        sponsored: what sponsors added to the reward.
        accept_ends: of the offer; None once everybody has accepted.
        submit_ends: None until everybody has accepted.
        throughput: how fast the evaluator said that it trains, in thousandths of the reference core; 0 until it accepts
            the offer.
        standing: submissions that were not withdrawn, revealed ones included.
        unscorable: what stands says that this contest cannot be scored.
        winners: indexes of revealed specs that win by what stands, best first; final once the contest is settled.
        pot: what those who revealed can claim together; 0 before the contest is settled.
    """

    number: int
    organizer: str
    evaluator: str
    asset: Asset
    reward: int
    sponsored: int
    bond: int
    evaluator_bond: int
    evaluator_fee: int
    entry_fee: int
    minimum_score: int
    shares: tuple[int, ...]
    accept_ends: int | None
    submit_ends: int | None
    submit_seconds: int
    reveal_seconds: int
    score_seconds: int
    challenge_seconds: int
    opened_at_block: int
    limits: bytes
    max_submissions: int
    max_per_address: int
    entry_seconds: int
    throughput: int
    manifest: bytes
    holdout_commitment: bytes
    standing: int
    revealed: int
    key_published: bool
    report: bytes
    unscorable: bool
    winners: tuple[int, ...]
    pot: int
    phase: Phase
    outcome: Outcome

    @property
    def sealed(self) -> bool:
        """Whether the holdout waits under a key (`sealed`) or does not exist before `reveal_ends` (`future`)."""
        return any(self.holdout_commitment)

    @property
    def started(self) -> bool:
        """Whether everybody named has accepted, so that the deadlines are known."""
        return self.submit_ends is not None

    @property
    def evaluator_accepted(self) -> bool:
        """Whether the evaluator has accepted; `Dispute.accepted` has the members of the panel."""
        return self.throughput != 0

    @property
    def prize(self) -> int:
        """What there is to win."""
        return self.reward + self.sponsored

    @property
    def escrow(self) -> int:
        """What the organizer put in."""
        return self.reward + self.bond + self.evaluator_fee

    @property
    def reveal_ends(self) -> int | None:
        """The end of the reveals."""
        return _later(self.submit_ends, self.reveal_seconds)

    @property
    def key_ends(self) -> int | None:
        """Before this the holdout key is due; None in `future` mode too."""
        return _later(self.reveal_ends, _key_seconds(self.score_seconds)) if self.sealed else None

    @property
    def score_ends(self) -> int | None:
        """The end of the time to score."""
        return _later(self.reveal_ends, self.score_seconds)

    @property
    def challenge_ends(self) -> int | None:
        """The end of the time to challenge."""
        return _later(self.score_ends, self.challenge_seconds)

    @property
    def needed_throughput(self) -> int:
        """The least throughput that `accept` takes, in thousandths of the reference core."""
        return needed_throughput(self.max_submissions, self.entry_seconds, self.score_seconds, sealed=self.sealed)

    def price_at(self, standing: int) -> Price:
        """What the next entry costs where `standing` submissions stand, less than all there can be."""
        return Price(self.entry_fee, surcharge_at(self.prize, self.max_submissions, standing))

    def share_of_pot(self, index: int) -> int:
        """What the participant of revealed spec `index` can claim; the first few get what does not divide evenly."""
        return self.pot // self.revealed + (1 if index < self.pot % self.revealed else 0)


@dataclass(frozen=True)
class Dispute:
    """The panel of a contest and what it has done.

    Attributes:
        accepted: by member, whether it accepted its seat.
        challenge_ends: the contest's; None while it is not known.
        challenger: None while nobody has challenged.
        seats: how far each member came.
        agreed: by member, whether its scores bear out what is paid; all false until resolved, and where undecided.
    """

    panel: Panel
    accepted: tuple[bool, ...]
    challenge_ends: int | None
    challenger: str | None
    seats: tuple[SeatState, ...]
    verdict: Verdict
    agreed: tuple[bool, ...]

    @property
    def seal_ends(self) -> int | None:
        """The end of the time to seal, where somebody challenges; None also where there is no panel."""
        return _later(self.challenge_ends, self.panel.seal_seconds) if self.panel.members else None

    @property
    def open_ends(self) -> int | None:
        """The end of the time to open, where somebody challenges; None also where there is no panel."""
        return _later(self.seal_ends, self.panel.open_seconds)

    @property
    def resolve_ends(self) -> int | None:
        """From then on `settle` does without `resolve`, and the contest ends void; None also without a panel."""
        return _later(self.open_ends, RESOLVE_SECONDS)

    @property
    def challenged(self) -> bool:
        """Whether somebody has challenged the scores, or that there are none."""
        return self.challenger is not None

    @property
    def answered(self) -> bool:
        """Whether enough members have opened their scores to decide."""
        return sum(seat is SeatState.OPENED for seat in self.seats) >= self.panel.quorum

    def seat_of(self, member: str) -> int | None:
        """The seat of an address, from 0; None where it has none."""
        return self.panel.members.index(member) if member in self.panel.members else None

    def paying_author(self, contest: Contest) -> str | None:
        """Whose scores the contest of this panel pays by; see the function of this name."""
        was_silent = contest.phase is Phase.SETTLE and self.challenged and not self.answered
        return paying_author(contest.outcome, self.verdict, unscorable=contest.unscorable, was_silent=was_silent)


@dataclass(frozen=True)
class RevealedSpec:
    """One opened submission; `ordinal` is its place in the order of submitting, which breaks ties."""

    index: int
    participant: str
    entry: int
    ordinal: int
    spec: bytes
    salt: bytes


class SubmissionState(IntEnum):
    """What a participant's slot holds."""

    EMPTY = 0
    SEALED = 1
    REVEALED = 2


@dataclass(frozen=True)
class Submission:
    """One slot of a participant; `seal` is the first 28 bytes of the commitment that stands there."""

    state: SubmissionState
    ordinal: int
    seal: bytes
    spec: bytes

    def matches(self, commitment: bytes) -> bool:
        """Whether this is the submission that `commitment` made."""
        return self.state is SubmissionState.SEALED and commitment[: len(self.seal)] == self.seal


@dataclass(frozen=True)
class RecordedScores:
    """Scores that the evaluator recorded, ppm by index, and the digest of the report that they rest on.

    No scores: the contest cannot be scored, and the report says why.
    """

    report: bytes
    scores: tuple[int, ...]


@dataclass(frozen=True)
class OpenedScores:
    """What a member of the panel found: ppm by index, and the digest of its report. No scores: as `RecordedScores`."""

    member: str
    report: bytes
    scores: tuple[int, ...]


def needed_throughput(max_submissions: int, entry_seconds: int, score_seconds: int, *, sealed: bool) -> int:
    """The least throughput that trains every entry in time, in thousandths of the reference core, rounded up.

    Where a key is awaited, a quarter of the time to score may pass before it comes.

    >>> needed_throughput(100, 36, 3600, sealed=False), needed_throughput(100, 36, 3600, sealed=True)
    (1000, 1334)
    """
    seconds = score_seconds - (_key_seconds(score_seconds) if sealed else 0)
    return -(-max_submissions * entry_seconds * THROUGHPUT_UNIT // seconds)


def _key_seconds(score_seconds: int) -> int:
    return score_seconds // KEY_SHARE


def _later(deadline: int | None, seconds: int) -> int | None:
    return None if deadline is None else deadline + seconds
