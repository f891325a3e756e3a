"""What the contract keeps of a contest and shows to clients: its enumerations and structs, as Python has them.

Names and order are the contract's; amounts are in the smallest unit of the contest's asset, scores in ppm.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Phase(IntEnum):
    """Where a contest stands; derived by the contract from the block time and what was recorded."""

    NONE = 0
    SUBMIT = 1
    REVEAL = 2
    SCORE = 3
    CHALLENGE = 4
    PANEL_SEAL = 5
    PANEL_OPEN = 6
    SETTLE = 7
    SETTLED = 8
    CANCELLED = 9

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
    """What the panel found about the evaluator's scores."""

    NONE = 0
    UPHELD = 1
    OVERTURNED = 2


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
        challenge_bond: what a challenger stakes, in the asset's smallest unit.
        fee: of each member whose scores agree with those that stand.
        tolerance: how far, in ppm, a score may lie from the one that stands and still agree.
    """

    members: tuple[str, ...] = ()
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
    """What `open` fixes; field by field the contract's struct of this name. Amounts in the asset's smallest unit."""

    asset: str
    reward: int
    bond: int
    evaluator_fee: int
    deposit: int
    minimum_score: int
    shares: tuple[int, ...]
    submit_ends: int
    reveal_seconds: int
    score_seconds: int
    challenge_seconds: int
    evaluator: str
    limits: bytes
    max_submissions: int
    max_per_address: int
    manifest: bytes
    holdout_commitment: bytes
    panel: Panel

    @property
    def escrow(self) -> int:
        """What `open` takes."""
        return self.reward + self.bond + self.evaluator_fee


@dataclass(frozen=True)
class Contest:
    """A contest as the contract shows it; deadlines are unix seconds, scores ppm."""

    number: int
    organizer: str
    evaluator: str
    asset: str
    reward: int
    bond: int
    evaluator_fee: int
    deposit: int
    minimum_score: int
    shares: tuple[int, ...]
    submit_ends: int
    reveal_ends: int
    score_ends: int
    challenge_ends: int
    opened_at_block: int
    limits: bytes
    max_submissions: int
    max_per_address: int
    manifest: bytes
    holdout_commitment: bytes
    standing: int
    revealed: int
    key_published: bool
    report: bytes
    winners: tuple[int, ...]
    phase: Phase
    outcome: Outcome

    @property
    def sealed(self) -> bool:
        """Whether the holdout waits under a key (`sealed`) or does not exist before `reveal_ends` (`future`)."""
        return any(self.holdout_commitment)


@dataclass(frozen=True)
class Dispute:
    """The panel of a contest and what it has done; deadlines are unix seconds, 0 where there is no panel.

    Attributes:
        challenger: None while nobody has challenged.
        seats: how far each member came.
        agreed: by member, whether its scores agree with those that stand; all false until resolved.
    """

    panel: Panel
    seal_ends: int
    open_ends: int
    challenger: str | None
    seats: tuple[SeatState, ...]
    verdict: Verdict
    agreed: tuple[bool, ...]

    @property
    def answered(self) -> bool:
        """Whether enough members have opened their scores to decide."""
        return sum(seat is SeatState.OPENED for seat in self.seats) >= self.panel.quorum

    def seat_of(self, member: str) -> int | None:
        """The seat of an address, from 0; None where it has none."""
        return self.panel.members.index(member) if member in self.panel.members else None


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
    """The scores that stand: ppm by index, and the digest of the report they rest on."""

    report: bytes
    scores: tuple[int, ...]


@dataclass(frozen=True)
class OpenedScores:
    """What a member of the panel found: ppm by index, and the digest of its report."""

    member: str
    report: bytes
    scores: tuple[int, ...]
