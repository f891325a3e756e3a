"""Scoring on stage: the evaluator's part, which a member of the panel plays again in a dispute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.format import percent, short
from showcase.stage import Stage

if TYPE_CHECKING:
    from evaluator.bounty.evaluation import Evaluation


def score(stage: Stage, number: int, home: Path, member: str | None = None) -> Evaluation:
    """Retrain every revealed spec and pin the report; the queue is in `home`, a folder of one's own.

    `member` is the address of a member of the panel, where one does it.
    """
    from evaluator.bounty.evaluation import evaluate
    from evaluator.bounty.progress import training_progress
    from evaluator.queue.options import open_queue
    from hyperbounty.bounty.gathering import gather

    scoring = gather(stage.contract, stage.store, number, stage.coming(stage.contract.contest(number)))
    with training_progress(scoring) as on_progress, open_queue(None, home) as queue:
        return evaluate(
            stage.contract,
            stage.store,
            scoring,
            queue,
            executor=stage.executor,
            outbox=home / "results" / "outbox",
            member=member,
            early=stage.early,
            on_progress=on_progress,
        )


def record(stage: Stage, evaluation: Evaluation) -> None:
    """The evaluator records what `evaluation` says."""
    from evaluator.bounty.evaluation import record_scores

    receipt = record_scores(stage.contract, stage.evaluator, evaluation)
    scores = ", ".join(percent(score) for score in evaluation.report.scores)
    stage.timeline.add("record", "evaluator", f"scores {scores}, report {short(evaluation.cid)}", receipt)
