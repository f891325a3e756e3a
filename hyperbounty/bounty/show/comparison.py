"""What a verification shows: recorded scores beside those of trainings made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """Epoch `epoch` (from 1) of run `run` (from 0) is the first after which the weights are not those of the report."""

    run: int
    epoch: int


@dataclass(frozen=True)
class Comparison:
    """One spec's recorded score beside the one made here, both in ppm.

    `difference` is the first epoch whose weights are not those of the report; scores may be equal all the same.

    >>> Comparison(0, "0x01", bytes(32), recorded_ppm=600_000, scored_ppm=598_000, tolerance_ppm=5_000).verdict
    'within tolerance'
    """

    index: int
    participant: str
    spec: bytes
    recorded_ppm: int
    scored_ppm: int
    tolerance_ppm: int
    difference: Difference | None = None

    @property
    def verdict(self) -> str:
        """`equal`, `within tolerance` or `differs`."""
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
            "verdict": self.verdict,
            "first_difference": None if self.difference is None else asdict(self.difference),
        }


@dataclass(frozen=True)
class Verification:
    """A contest's recorded scores, checked.

    Attributes:
        comparisons: of every spec that was trained again, and of those that nobody trains.
        sampled: indexes of the specs that were trained again.
        sample_seed: what the sample was drawn with.
        is_partial: whether the sample left specs out.
    """

    comparisons: Sequence[Comparison]
    sampled: Sequence[int]
    sample_seed: int
    is_partial: bool

    @property
    def agrees(self) -> bool:
        """Whether every score that was compared stands."""
        return all(comparison.verdict != "differs" for comparison in self.comparisons)

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "agrees": self.agrees,
            "sample": {"indexes": list(self.sampled), "seed": self.sample_seed},
            "specs": [comparison.json() for comparison in self.comparisons],
        }
