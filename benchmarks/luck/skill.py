"""Power: a sensible spec on the bundled sample, trained with the seeds of many contests."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hyperbounty.bounty.estimates import lottery_of
from hyperbounty.bounty.manifest import PriceRises
from hyperbounty.bounty.seeds import run_seed
from hyperbounty.cli.prices import SourceChoice
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.luck import Lottery
from hyperbounty.statistics.metrics import METRICS, MetricName, score_ppm
from hyperbounty.training.engine import Trainer

GOOD: Final = Spec(cell="LSTM", recurrent_units=(32,), learning_rate=0.002, batch_size=128, epochs=10, dropout=0.1)
"""Ada's in `SetUp.py`."""

TASK: Final = PriceRises(coin="LTC", future_periods=3, sequence_length=60)
HOLDOUT: Final = 0.2
RUNS: Final = 1
"""A contest of several runs scores their mean, which strays less from seed to seed: one run is the hard case."""


@dataclass(frozen=True)
class Skill:
    """Scores of `GOOD` in many contests on the sample.

    Attributes:
        scores_ppm: by the metric, one a contest.
        lotteries: the same contests, as luck sees them, by the metric; their `entries` are to be chosen.
    """

    scores_ppm: dict[MetricName, list[int]]
    lotteries: dict[MetricName, Lottery]


def play(contests: int) -> Skill:
    """The contests that `SetUp.py` plays, but of `RUNS` runs, each with a seed of its own."""
    with TemporaryDirectory() as folder:
        table = SourceChoice("sample").fetch(Path(folder), ()).table
    data = TASK.dataset(*table.split(HOLDOUT))
    assert data.holdout is not None
    trainer = Trainer(data.train, data.holdout)
    scores: dict[MetricName, list[int]] = {metric: [] for metric in METRICS}
    for contest in range(contests):
        seed = hashlib.sha256(b"benchmarks/luck" + contest.to_bytes(4, "big")).digest()
        runs = [trainer.train(GOOD, run_seed(seed, GOOD.word, run)) for run in range(RUNS)]
        for metric, found in scores.items():
            found.append(score_ppm([run.score_ppm(metric) for run in runs]))
        sys.stderr.write(f"\rsample: {contest + 1} of {contests}")
    windows = len(data.holdout)
    lotteries = {metric: lottery_of(metric, data.train, windows, TASK.future_periods, 1) for metric in METRICS}
    return Skill(scores, lotteries)
