"""What a training at home shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hyperbounty.statistics.metrics import MetricName
from hyperbounty.statistics.standings import Standing, Standings

if TYPE_CHECKING:
    from hyperbounty.spec.spec import Spec
    from hyperbounty.training.result import TrainingResult
    from hyperbounty.training.windows import Windows


@dataclass(frozen=True)
class Rehearsal:
    """A spec trained on the training prices, their end standing in for the holdout.

    Attributes:
        validation: the windows that it was scored on.
        metric: what a score of the contest is.
        minimum_ppm: the bar of the contest.
        future_periods: rows ahead that the target looks; neighbouring windows overlap by as much.
    """

    spec: Spec
    result: TrainingResult
    validation: Windows
    metric: MetricName
    minimum_ppm: int
    future_periods: int

    @property
    def score_ppm(self) -> int:
        """The score on the validation windows."""
        return self.result.score_ppm(self.metric)

    @cached_property
    def standing(self) -> Standing:
        """The interval of the score, and the p-value of this one spec."""
        standings = Standings(self.metric, self.validation.labels.astype(bool), self.future_periods)
        standings.add(self.score_ppm, [] if self.result.diverged_at else [self.result.logits])
        return standings.all()[0]

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "spec": "0x" + self.spec.word.hex(),
            "metric": self.metric,
            "validation_score_ppm": self.score_ppm,
            "interval_ppm": self.standing.interval_ppm,
            "p_value_ppm": self.standing.p_value_ppm,
            "minimum_ppm": self.minimum_ppm,
            "windows": len(self.validation),
            "parameters": self.result.parameters,
            "diverged_at": self.result.diverged_at,
            "seconds": self.result.seconds,
        }
