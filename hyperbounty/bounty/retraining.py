"""The trainings of a contest, made at home: for who verifies scores, or looks at a model of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hyperbounty.bounty.scoring import Run, Scoring
from hyperbounty.bounty.verification import Train
from hyperbounty.compute.folds import FoldRun, KeptResults, train_fold_runs
from hyperbounty.spec.spec import Spec
from hyperbounty.training.folds import Fold
from hyperbounty.training.result import TrainingResult

_CONTEST = 1
"""A contest is one fold: its training prices, and its holdout after them."""


def training_at_home(
    scoring: Scoring,
    *,
    jobs: int | None = None,
    kept: KeptResults | None = None,
    on_epochs: Callable[[int, int], None] | None = None,
) -> Train:
    """What trains the runs of a contest in processes of this machine.

    With the engine and the arithmetic of the manifest, so that on a machine as the evaluator's the results are its
    own, bit for bit.

    Args:
        scoring: of the contest.
        jobs, kept: see `train_on_folds`.
        on_epochs: hears how many epochs are over, and of how many.
    """

    def train(runs: Sequence[Run]) -> Callable[[Run], TrainingResult]:
        manifest = scoring.manifest
        fold = Fold.of(_CONTEST, scoring.training, scoring.holdout, manifest.task.dataset)
        wanted = {run: FoldRun(_CONTEST, Spec.from_word(run.spec), run.seed) for run in runs}
        epochs = sum(each.spec.epochs for each in set(wanted.values()))
        results = train_fold_runs(
            (fold,),
            list(wanted.values()),
            backend=manifest.backend,
            arithmetic=manifest.arithmetic,
            jobs=jobs,
            kept=kept,
            on_epochs=None if on_epochs is None else lambda done: on_epochs(done, epochs),
        )
        return lambda run: results[wanted[run]]

    return train
