"""What a verification shows: recorded scores beside those of trainings made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Literal


@dataclass(frozen=True)
class Difference:
    """Epoch `epoch` (from 1) of run `run` (from 0) is the first after which the weights are not those of the report."""

    run: int
    epoch: int


@dataclass(frozen=True)
class Comparison:
    """One spec's recorded score beside the one made here, both in ppm.

    `recorded_ppm` is None where the evaluator recorded that the contest cannot be scored, which it can. `difference` is
    the first epoch whose weights are not those of the report; scores may be equal all the same.

    >>> Comparison(0, "0x01", bytes(32), recorded_ppm=600_000, scored_ppm=598_000, tolerance_ppm=5_000).verdict
    'within tolerance'
    """

    index: int
    participant: str
    spec: bytes
    recorded_ppm: int | None
    scored_ppm: int
    tolerance_ppm: int
    difference: Difference | None = None

    @property
    def verdict(self) -> str:
        """`equal`, `within tolerance` or `differs`."""
        if self.recorded_ppm is None:
            return "differs"
        if self.recorded_ppm == self.scored_ppm:
            return "equal"
        return "within tolerance" if abs(self.recorded_ppm - self.scored_ppm) <= self.tolerance_ppm else "differs"

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "index": self.index,
            "participant": self.participant,
            "recorded_ppm": self.recorded_ppm,
            "scored_ppm": self.scored_ppm,
            "comparison": self.verdict,
            "first_difference": None if self.difference is None else asdict(self.difference),
        }


@dataclass(frozen=True)
class MemberCheck:
    """What was found of a member of the panel.

    Attributes:
        member: its address.
        agrees: whether the scores that it opened are those made here, within the tolerance.
        trained: whether it has trained: `yes`, `close` (its own runs come out within the tolerance), `no`, or `not
            shown`, where its report has nothing that could tell.
        reason: why that is said.
    """

    member: str
    agrees: bool
    trained: Literal["yes", "close", "no", "not shown"]
    reason: str


class Answer(Enum):
    """What a verification comes to."""

    EQUAL = "equal"
    DIFFERS = "differs"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Verification:
    """A contest's recorded scores, checked.

    Attributes:
        comparisons: of every spec that was trained again, and of those that nobody trains.
        sampled: indexes of the specs that were trained again.
        sample_seed: what the sample was drawn with.
        is_partial: whether the sample left specs out.
        remarks: what could not be read, and what else is to be said; none of it decides the answer.
        other_versions: how what is installed here differs from what the manifest names; empty where it does not.
        members: of the panel, who opened scores.
    """

    comparisons: Sequence[Comparison]
    sampled: Sequence[int]
    sample_seed: int
    is_partial: bool
    remarks: Sequence[str] = ()
    other_versions: str = ""
    members: Sequence[MemberCheck] = ()

    @property
    def answer(self) -> Answer:
        """Whether the scores stand. With other versions than the manifest's, one that differs proves nothing."""
        if all(comparison.verdict != "differs" for comparison in self.comparisons):
            return Answer.EQUAL
        return Answer.UNCHECKED if self.other_versions else Answer.DIFFERS

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "answer": self.answer.value,
            "sampled": list(self.sampled),
            "sample_seed": self.sample_seed,
            "specs": [comparison.json() for comparison in self.comparisons],
            "checked_members": [asdict(member) for member in self.members],
            "other_versions": self.other_versions,
            "remarks": list(self.remarks),
        }
