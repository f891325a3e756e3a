"""Random walks through the real engine: small specs are trained where there is nothing to learn."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hyperbounty.bounty.estimates import lottery_of
from hyperbounty.bounty.manifest import PriceRises
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.luck import USUAL_LUCK
from hyperbounty.statistics.metrics import METRICS, MetricName
from hyperbounty.training.engine import Trainer

TASK: Final = PriceRises(coin="LTC", future_periods=3, sequence_length=8)
ROWS: Final = 1_600
HOLDOUT: Final = 0.3

_SHAPES: Final = (
    Spec(cell="SimpleRNN", recurrent_units=(4,), batch_size=64, epochs=2),
    Spec(cell="GRU", recurrent_units=(4,), batch_size=64, epochs=2),
)
SPECS: Final = tuple(
    replace(shape, learning_rate=rate, epochs=epochs)
    for shape in _SHAPES
    for rate in (0.001, 0.01, 0.1)
    for epochs in (1, 4)
)
"""Twelve; those that differ in rate and epochs alone share a compiled program."""


@dataclass(frozen=True)
class Trained:
    """A walk's specs.

    Attributes:
        bars_ppm: least minimum, by the metric.
        best_ppm: highest score of the specs, by the metric.
    """

    bars_ppm: dict[MetricName, int]
    best_ppm: dict[MetricName, int]

    def paid(self, metric: MetricName) -> bool:
        """Whether luck was paid."""
        return self.best_ppm[metric] >= self.bars_ppm[metric]


def play(walks: int, seed: int = 0) -> list[Trained]:
    """Train the specs on as many walks, each with a seed of its own."""
    random = np.random.default_rng(seed)
    found = []
    for walk in range(walks):
        close = 100 * np.exp(np.cumsum(random.normal(0, 1e-3, ROWS)))
        values = np.stack((close, random.exponential(50.0, ROWS)), axis=1)
        table = PriceTable(300 * np.arange(ROWS), ("LTC.close", "LTC.volume"), values, 300)
        data = TASK.dataset(*table.split(HOLDOUT))
        assert data.holdout is not None
        trainer = Trainer(data.train, data.holdout)
        results = [result for _, result in trainer.train_many([(spec, walk * 100 + i) for i, spec in enumerate(SPECS)])]
        windows = len(data.holdout)
        lotteries = {m: lottery_of(m, data.train, windows, TASK.future_periods, len(SPECS)) for m in METRICS}
        found.append(
            Trained(
                {metric: lottery.bar_ppm(USUAL_LUCK) for metric, lottery in lotteries.items()},
                {metric: max(result.score_ppm(metric) for result in results) for metric in METRICS},
            )
        )
        sys.stderr.write(f"\rwalks: {walk + 1} of {walks}")
    return found
