"""Specs trained before any money is put on them: on folds of the training prices, as the evaluator would."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from hyperbounty.bounty.capacity import training_seconds
from hyperbounty.compute.folds import FoldRun, KeptResults, train_on_folds
from hyperbounty.spec.judge import Judged
from hyperbounty.statistics.metrics import MetricName
from hyperbounty.statistics.odds import Odds, odds
from hyperbounty.statistics.ppm import PPM
from hyperbounty.statistics.sampling import Sample, window_error
from hyperbounty.training.folds import Fold, cut_folds
from hyperbounty.training.hints import hints
from hyperbounty.training.result import TrainingResult

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.prices.table import PriceTable

USUAL_FOLDS: Final = 4
USUAL_SEEDS: Final = 2


class Rehearsable(Protocol):
    """What has to be known of a contest, which may not be open yet."""

    @property
    def minimum_score(self) -> int:
        """The bar, in ppm."""

    @property
    def throughput(self) -> int:
        """Of the evaluator, in thousandths of the reference core; 0 until it has said it."""


@dataclass(frozen=True)
class RehearsedSpec:
    """A spec and its trainings.

    Attributes:
        judged: the spec, with what it costs by formula.
        results: [folds][seeds].
        evaluator_seconds: by the clock, that the evaluator takes for all runs; None until it has said how fast it is.
    """

    judged: Judged
    results: tuple[tuple[TrainingResult, ...], ...]
    metric: MetricName
    evaluator_seconds: int | None

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """[folds, seeds] scores from 0 to 1."""
        return np.array([[run.score_ppm(self.metric) for run in fold] for fold in self.results]) / PPM

    @property
    def mean_ppm(self) -> int:
        """Mean of all scores."""
        return math.floor(PPM * float(self.scores.mean()))

    @property
    def fold_spread_ppm(self) -> int | None:
        """Standard deviation of the folds' means; None for one fold."""
        means = self.scores.mean(axis=1)
        return round(PPM * float(means.std(ddof=1))) if len(means) > 1 else None

    @property
    def run_spread_ppm(self) -> int | None:
        """Standard deviation of the runs of a fold, over all folds; None for one seed."""
        if self.scores.shape[1] == 1:
            return None
        return round(PPM * math.sqrt(float(self.scores.var(axis=1, ddof=1).mean())))

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """What its curves suggest."""
        return hints([run for fold in self.results for run in fold], self.metric)

    def loss_curve(self) -> list[float]:
        """Mean training loss after each epoch, over the trainings that came so far."""
        return _mean_curve([run.losses for fold in self.results for run in fold])

    def score_curve(self) -> list[float]:
        """Mean score after each epoch, ppm, over the trainings that came so far."""
        return _mean_curve([run.holdout_ppm[self.metric] for fold in self.results for run in fold])


@dataclass(frozen=True)
class Rehearsal:
    """What came of it.

    Attributes:
        folds: that were trained on.
        seeds: of the trainings of each fold.
        specs: in the order in which they were given.
        minimum_ppm: the bar of the contest.
        future_periods: rows ahead that a label looks.
        run_seconds: most that a run may take of the reference core.
    """

    folds: Sequence[Fold]
    seeds: Sequence[int]
    specs: Sequence[RehearsedSpec]
    metric: MetricName
    minimum_ppm: int
    future_periods: int
    run_seconds: int

    @property
    def scores(self) -> NDArray[np.float64]:
        """[specs, folds, seeds] from 0 to 1."""
        return np.array([spec.scores for spec in self.specs])

    @property
    def best(self) -> int:
        """Index of the spec with the highest mean."""
        return int(self.scores.mean(axis=(1, 2)).argmax())

    def odds(self, holdout_windows: int, runs: int, tried: int = 1) -> list[Odds]:
        """The odds of each spec to clear the bar, all of them known: see `hyperbounty.statistics.odds`.

        Args:
            holdout_windows: that the contest scores on, as far as it is known.
            runs: of a spec in the contest.
            tried: specs that were tried before these were chosen; these count in any case.
        """
        size = holdout_windows / float(np.mean([block.windows for block in self.blocks]))
        return [
            odds(
                self.scores,
                self.errors,
                size=size,
                runs=runs,
                minimum_ppm=self.minimum_ppm,
                chosen=chosen,
                tried=tried,
            )
            for chosen in range(len(self.specs))
        ]

    @cached_property
    def errors(self) -> NDArray[np.float64]:
        """[specs, folds] standard error of a score by the luck of the fold's windows."""
        return np.array(
            [
                [self._error(*each) for each in zip(self.folds, self.blocks, spec.results, strict=True)]
                for spec in self.specs
            ]
        )

    def _error(self, fold: Fold, block: Sample, runs: Sequence[TrainingResult]) -> float:
        logits = [run.logits for run in runs if run.diverged_at is None]
        if not logits:
            return block.error(0.5)
        return window_error(self.metric, fold.block.labels.astype(bool), self.future_periods, logits)

    @cached_property
    def blocks(self) -> tuple[Sample, ...]:
        """The windows that each fold was scored on."""
        return tuple(
            Sample(self.metric, len(fold.block), self.future_periods, fold.block.rise_rate) for fold in self.folds
        )

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "metric": self.metric,
            "minimum_ppm": self.minimum_ppm,
            "budget_seconds": self.run_seconds,
            "seeds": list(self.seeds),
            "folds": [self._fold_json(*each) for each in zip(self.folds, self.blocks, strict=True)],
            "specs": [self._spec_json(spec) for spec in self.specs],
        }

    def _fold_json(self, fold: Fold, block: Sample) -> dict[str, Any]:
        return {
            "fold": fold.number,
            "first_time": fold.times[0],
            "last_time": fold.times[1],
            "training_windows": len(fold.train),
            "windows": block.windows,
            "base_rate_ppm": block.base_ppm,
            "noise_ppm": list(block.noise_ppm()),
        }

    def _spec_json(self, spec: RehearsedSpec) -> dict[str, Any]:
        return {
            "spec": "0x" + spec.judged.spec.word.hex(),
            "mean_ppm": spec.mean_ppm,
            "fold_spread_ppm": spec.fold_spread_ppm,
            "run_spread_ppm": spec.run_spread_ppm,
            "parameters": spec.judged.parameters,
            "run_seconds": spec.judged.seconds,
            "evaluator_seconds": spec.evaluator_seconds,
            "hints": list(spec.hints),
            "trainings": [
                {
                    "fold": fold.number,
                    "training_seed": seed,
                    "score_ppm": run.score_ppm(self.metric),
                    "diverged_at": run.diverged_at,
                    "seconds": run.seconds,
                    "loss_curve": [loss if math.isfinite(loss) else None for loss in run.losses],
                    "score_curve_ppm": list(run.holdout_ppm[self.metric]),
                }
                for fold, runs in zip(self.folds, spec.results, strict=True)
                for seed, run in zip(self.seeds, runs, strict=True)
            ],
        }


def rehearse(
    specs: Sequence[Judged],
    contest: Rehearsable,
    manifest: Manifest,
    training: PriceTable,
    *,
    folds: int = USUAL_FOLDS,
    seeds: Sequence[int] = range(USUAL_SEEDS),
    train_rows: int | None = None,
    jobs: int | None = None,
    kept: KeptResults | None = None,
    on_epochs: Callable[[int], None] | None = None,
) -> Rehearsal:
    """Train `specs`, which the contest takes, on the last blocks of its training prices.

    Args:
        specs: as `Manifest.judge` has them.
        contest, manifest, training: of the same contest.
        folds, train_rows: see `cut_folds`.
        seeds: of the trainings of each fold.
        jobs, kept, on_epochs: see `train_on_folds`.

    Raises:
        InvalidInput, PriceDataError: the prices cannot be cut so.
        TrainingError: a training could not be carried out.
    """
    cut = cut_folds(training, folds, manifest.task.dataset, train_rows=train_rows)
    results = train_on_folds(
        cut,
        [each.spec for each in specs],
        seeds,
        backend=manifest.backend,
        arithmetic=manifest.arithmetic,
        jobs=jobs,
        kept=kept,
        on_epochs=on_epochs,
    )
    rehearsed = [
        RehearsedSpec(
            each,
            tuple(tuple(results[FoldRun(fold.number, each.spec, seed)] for seed in seeds) for fold in cut),
            manifest.metric,
            training_seconds(1, manifest.runs * each.seconds, contest.throughput) if contest.throughput else None,
        )
        for each in specs
    ]
    return Rehearsal(
        cut,
        tuple(seeds),
        rehearsed,
        manifest.metric,
        contest.minimum_score,
        manifest.task.future_periods,
        manifest.run_seconds,
    )


def _mean_curve(curves: Sequence[Sequence[float]]) -> list[float]:
    """Mean of what is finite, epoch by epoch; curves of trainings that diverged are shorter."""
    found = []
    for epoch in range(max(map(len, curves))):
        values = [curve[epoch] for curve in curves if epoch < len(curve) and math.isfinite(curve[epoch])]
        if values:
            found.append(sum(values) / len(values))
    return found
