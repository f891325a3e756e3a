"""Scoring on stage: the evaluator's part, which a member of the panel plays again in a dispute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.cli.format import percent, short
from showcase.stage import Stage

if TYPE_CHECKING:
    from evaluator.contest import Evaluation


def score(stage: Stage, number: int, results: Path) -> Evaluation:
    """Retrain every revealed spec and pin the report; `results` is a folder of one's own."""
    from evaluator.contest import evaluate, gather
    from evaluator.progress import training_progress
    from evaluator.results import ResultStore

    scoring = gather(stage.contract, stage.store, number)
    with training_progress(scoring) as on_progress:
        return evaluate(
            stage.contract,
            stage.store,
            scoring,
            ResultStore(results),
            workers=stage.workers,
            on_progress=on_progress,
        )


def record(stage: Stage, evaluation: Evaluation) -> None:
    """The evaluator records what `evaluation` says."""
    from evaluator.contest import record as record_scores

    receipt = record_scores(stage.contract, stage.evaluator, evaluation)
    scores = ", ".join(percent(score) for score in evaluation.report.scores)
    stage.timeline.add("record", "evaluator", f"scores {scores}, report {short(evaluation.cid)}", receipt)
