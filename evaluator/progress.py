"""How far a scoring is, counted in epochs over all its trainings, which unlike trainings take about as long each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evaluator.pool import Progress
from evaluator.scoring import Scoring
from hyperbounty.bounty.spec import Spec
from hyperbounty.cli.output import progress_bar


@contextmanager
def training_progress(scoring: Scoring) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on standard error, and what to pass as `on_progress` to move it."""
    words = {revealed.spec for revealed in scoring.specs if not scoring.refusal(revealed.spec)}
    total = sum(Spec.from_word(word).epochs for word in words) * scoring.manifest.runs
    epochs: dict[str, int] = {}
    with progress_bar("training", total) as bar:

        def on_progress(progress: Progress) -> None:
            if progress.event == "epoch" and progress.epoch is not None:
                epochs[progress.job.key] = progress.epoch.epoch
            elif progress.event == "retried":
                epochs[progress.job.key] = 0
            elif progress.event in ("kept", "finished", "failed"):
                epochs[progress.job.key] = Spec.from_word(progress.job.spec).epochs
            bar.update(bar.task_ids[0], completed=sum(epochs.values()))

        yield on_progress
