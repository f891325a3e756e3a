"""What a training at home shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperbounty.statistics.noise import PPM, noise_band

if TYPE_CHECKING:
    from hyperbounty.spec.spec import Spec
    from hyperbounty.training.result import TrainingResult


@dataclass(frozen=True)
class Rehearsal:
    """A spec trained on the training prices, their end standing in for the holdout.

    Attributes:
        base_rate_ppm: accuracy of always naming the majority class of the validation windows.
        minimum_ppm: the bar of the contest.
        future_periods: rows ahead that the target looks; neighbouring windows overlap by as much.
    """

    spec: Spec
    result: TrainingResult
    base_rate_ppm: int
    minimum_ppm: int
    future_periods: int

    @property
    def noise_band(self) -> float:
        """How far from the base rate a score may lie by chance, as a fraction of one (95 %)."""
        return noise_band(self.base_rate_ppm / PPM, self.result.total, self.future_periods)

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "spec": "0x" + self.spec.word.hex(),
            "validation_score_ppm": self.result.score_ppm,
            "base_rate_ppm": self.base_rate_ppm,
            "noise_band_ppm": round(self.noise_band * PPM),
            "minimum_ppm": self.minimum_ppm,
            "windows": self.result.total,
            "parameters": self.result.parameters,
            "diverged_at": self.result.diverged_at,
            "seconds": self.result.seconds,
        }
