"""Contests on generated series: what folds show of some specs before, and what they score on the holdout then."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.generate import INTERVAL, sample
from hyperbounty.bounty.manifest import PriceRises
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import DEFAULT_METRIC
from hyperbounty.statistics.sampling import window_error
from hyperbounty.training.engine import Trainer
from hyperbounty.training.folds import Fold, cut_folds
from hyperbounty.training.result import TrainingResult

TASKS: Final = tuple(
    PriceRises(coin=coin, future_periods=periods, sequence_length=16)
    for periods in (3, 6, 12)
    for coin in ("BCH", "BTC", "ETH", "LTC")
)
"""Each series has the next of them. BTC moves first, so it is hard to foretell, and so is what lies far ahead."""

HOLDOUT: Final = 0.2
FOLDS: Final = 4
SEEDS: Final = 2
RUNS: Final = 3
FIRST_SEED: Final = 7_000
"""Of the series; that of the sample is another."""

_SHAPE: Final = Spec(cell="GRU", recurrent_units=(6,), batch_size=64, epochs=1)
SPECS: Final = tuple(
    replace(_SHAPE, learning_rate=rate, epochs=epochs) for rate, epochs in ((0.002, 2), (0.01, 2), (0.01, 4))
)
"""The first is hardly trained. They share a compiled program."""


@dataclass(frozen=True)
class Played:
    """A series.

    Attributes:
        folds: [specs][folds][seeds] scores, ppm.
        errors: [specs][folds] standard error of a score by the luck of the windows.
        holdout: [specs][runs] scores, ppm.
        blocks: windows and share of rises of each fold.
        windows: of the holdout.
        rise_rate: of the training windows.
    """

    number: int
    folds: list[list[list[int]]]
    errors: list[list[float]]
    holdout: list[list[int]]
    blocks: list[tuple[int, float]]
    windows: int
    rise_rate: float

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Played:
        """A series that was kept as JSON."""
        return cls(**{**kept, "blocks": [(int(count), float(rate)) for count, rate in kept["blocks"]]})

    @property
    def task(self) -> PriceRises:
        """What was to be foretold."""
        return TASKS[self.number % len(TASKS)]

    @property
    def scores(self) -> NDArray[np.float64]:
        """[specs, folds, seeds] from 0 to 1."""
        return np.array(self.folds) / 1e6

    @property
    def size(self) -> float:
        """Windows of the holdout for each window of a fold."""
        return self.windows / float(np.mean([count for count, _ in self.blocks]))


def prices(seed: int) -> PriceTable:
    """The generated series with this seed."""
    times: NDArray[np.int64] | None = None
    columns: dict[str, NDArray[np.float64]] = {}
    for name, text in sorted(sample(seed).items()):
        rows = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1)
        times = rows[:, 0].astype(np.int64)
        columns |= {f"{name[:3]}.close": rows[:, 4], f"{name[:3]}.volume": rows[:, 5]}
    assert times is not None
    return PriceTable(times, tuple(columns), np.stack(list(columns.values()), axis=1), INTERVAL)


def play(number: int) -> Played:
    """Train all specs on the folds of a series, and on all of its training prices for the holdout."""
    task = TASKS[number % len(TASKS)]
    training, holdout = prices(FIRST_SEED + number).split(HOLDOUT)
    folds = cut_folds(training, FOLDS, task.dataset)
    contest = Fold.of(FOLDS + 1, training, holdout, task.dataset)
    on_folds = [_train(fold, SEEDS, number) for fold in folds]
    return Played(
        number,
        folds=[[_scores(results[spec]) for results in on_folds] for spec in range(len(SPECS))],
        errors=[
            [_error(fold, task, results[spec]) for fold, results in zip(folds, on_folds, strict=True)]
            for spec in range(len(SPECS))
        ],
        # The seeds of a contest are no one's choice, and others than those at home.
        holdout=[_scores(results) for results in _train(contest, RUNS, 10_000 + number)],
        blocks=[(len(fold.block), fold.block.rise_rate) for fold in folds],
        windows=len(contest.block),
        rise_rate=contest.train.rise_rate,
    )


def _train(fold: Fold, runs: int, seed: int) -> list[list[TrainingResult]]:
    """[specs][runs] trainings on a fold."""
    members = [(spec, 100 * seed + run) for spec in SPECS for run in range(runs)]
    found = dict(Trainer(fold.train, fold.block).train_many(members))
    return [[found[place * runs + run] for run in range(runs)] for place in range(len(SPECS))]


def _scores(results: Sequence[TrainingResult]) -> list[int]:
    return [result.score_ppm(DEFAULT_METRIC) for result in results]


def _error(fold: Fold, task: PriceRises, results: Sequence[TrainingResult]) -> float:
    rises = fold.block.labels.astype(bool)
    return window_error(DEFAULT_METRIC, rises, task.future_periods, [result.logits for result in results])
