"""How far a scoring is, by the seconds that its trainings take by estimate: epochs of different specs differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evaluator.queue.coordinator import Progress
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.cli.progress import progress
from hyperbounty.compute.estimates import estimate_seconds


@contextmanager
def training_progress(scoring: Scoring) -> Iterator[Callable[[Progress], None]]:
    """Shows how far the trainings are, and gives what to pass as `on_progress` to move it."""
    manifest = scoring.manifest
    estimates = {
        word: estimate_seconds(judged.spec, manifest.shape)
        for word, judged in scoring.judged.items()
        if judged.refusal is None
    }
    seconds: dict[str, float] = {}
    total = 0.0
    expected = round(sum(estimates.values()) * manifest.runs)
    # Without a total it is shown that something is done, and no share.
    with progress("starting workers, compiling", expected if expected > 0 else None, is_long=True) as work:

        def on_progress(at: Progress) -> None:
            nonlocal total
            job = at.job
            share = 0.0
            if at.event == "epoch" and at.epoch is not None:
                share = at.epoch.epoch / at.epoch.epochs
            elif at.event in ("kept", "elsewhere", "finished", "failed"):
                share = 1.0
            now = share * estimates.get(job.spec, 0.0)
            total += now - seconds.get(job.key, 0.0)
            seconds[job.key] = now
            work.update(done=total, what=f"training, {at.done} of {at.total} done")

        yield on_progress
