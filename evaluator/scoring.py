"""Scoring a contest: every revealed spec retrained with seeds nobody chose, its mean score on the holdout."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from evaluator.jobs import Job
from evaluator.pool import Progress, run_jobs
from evaluator.results import ResultStore
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import check_spec
from hyperbounty.bounty.records import Contest, RevealedSpec
from hyperbounty.bounty.seeds import contest_seed, run_seed
from hyperbounty.bounty.statistics import PPM
from hyperbounty.errors import SpecError
from hyperbounty.prices.table import PriceTable
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.windows import Dataset, prepare


@dataclass(frozen=True)
class Scoring:
    """All that the scores of a contest are made from, and nothing else.

    Attributes:
        holdout: the opened holdout; its rows end the evidence.
        key: the published holdout key, None in `future` mode.
        specs: every revealed spec, in index order.
    """

    contest: Contest
    manifest: Manifest
    training: PriceTable
    holdout: PriceTable
    key: bytes | None
    specs: Sequence[RevealedSpec]

    @property
    def seed(self) -> bytes:
        """The contest's seed."""
        return contest_seed(self.key, (revealed.salt for revealed in self.specs))

    def refusal(self, word: bytes) -> str:
        """Why a revealed spec is not trained, empty where it is: only its cost can still stand against it."""
        try:
            check_spec(self.manifest, self.contest.limits, word)
        except SpecError as error:
            return error.what
        return ""

    def data_name(self) -> str:
        """What `dataset()` is made from, by content: equal names mean equal windows, in any contest."""
        manifest = self.manifest
        holdout = hashlib.sha256(self.holdout.to_csv()).hexdigest()
        target = f"{manifest.target.coin}+{manifest.target.future_periods}"
        return f"{manifest.training.cid} {holdout} {target} {manifest.sequence_length}"

    def dataset(self) -> Dataset:
        """Windows for training and for scoring; the scaler knows the training rows only."""
        return prepare(
            self.training,
            self.holdout,
            target=self.manifest.target.coin,
            sequence_length=self.manifest.sequence_length,
            future_periods=self.manifest.target.future_periods,
        )


def train_all(
    scoring: Scoring,
    dataset: Dataset,
    results: ResultStore,
    *,
    workers: int,
    indexes: Collection[int] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[int, list[TrainingResult]]:
    """The runs of every spec within budget, by index; equal specs are trained once.

    What `results` already holds is not trained again, so an interrupted scoring continues where it stopped.
    """
    name = scoring.data_name()
    jobs: dict[int, list[Job]] = {}
    for revealed in scoring.specs:
        if (indexes is not None and revealed.index not in indexes) or scoring.refusal(revealed.spec):
            continue
        jobs[revealed.index] = [
            Job.of(revealed.spec, run=run, seed=run_seed(scoring.seed, revealed.spec, run), dataset=name)
            for run in range(scoring.manifest.runs)
        ]
    wanted = list(dict.fromkeys(job for runs in jobs.values() for job in runs))
    done = run_jobs(wanted, dataset, workers=workers, results=results, on_progress=on_progress)
    return {index: [done[job] for job in runs] for index, runs in jobs.items()}


def score_ppm(runs: Sequence[TrainingResult]) -> int:
    """The mean score over runs, rounded down; 0 where any run diverged."""
    if any(run.diverged_at is not None for run in runs):
        return 0
    return sum(run.correct for run in runs) * PPM // sum(run.total for run in runs)
