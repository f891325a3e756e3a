"""How far a scoring is, in the seconds that its trainings take by estimate: epochs of different specs differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evaluator.bounty.scoring import Scoring
from evaluator.queue.coordinator import Progress
from hyperbounty.cli.output import progress_bar
from hyperbounty.compute.estimates import estimate_seconds


@contextmanager
def training_progress(scoring: Scoring) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on standard error with the time left, and what to pass as `on_progress` to move it."""
    manifest = scoring.manifest
    estimates = {
        word: estimate_seconds(judged.spec, manifest.shape)
        for word, judged in scoring.judged.items()
        if judged.refusal is None
    }
    seconds: dict[str, float] = {}
    total = 0.0
    expected = round(sum(estimates.values()) * manifest.runs)
    # Without a total the bar shows that it works, and no share.
    with progress_bar("training", expected if expected > 0 else None) as bar:

        def on_progress(progress: Progress) -> None:
            nonlocal total
            job = progress.job
            share = 0.0
            if progress.event == "epoch" and progress.epoch is not None:
                share = progress.epoch.epoch / progress.epoch.epochs
            elif progress.event in ("kept", "elsewhere", "finished", "failed"):
                share = 1.0
            now = share * estimates.get(job.spec, 0.0)
            total += now - seconds.get(job.key, 0.0)
            seconds[job.key] = now
            bar.update(
                bar.task_ids[0],
                description=f"{progress.done} of {progress.total} trainings, in seconds by estimate",
                completed=total,
            )

        yield on_progress
