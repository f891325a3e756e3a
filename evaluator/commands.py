"""`hyperbounty evaluator …`."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import click

from hyperbounty.bounty.describe import receipt_json, receipt_line
from hyperbounty.bounty.spec import Spec
from hyperbounty.cli.command import command
from hyperbounty.cli.format import percent
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session

if TYPE_CHECKING:  # brings in the training backend: only commands that train pay for it
    from evaluator.contest import Evaluation
    from evaluator.scoring import Scoring


@click.group()
def evaluator() -> None:
    """Retrain every revealed spec, record the scores, check somebody else's."""


_CONTEST = click.argument("contest", type=click.IntRange(1))
_WORKERS = click.option(
    "--workers",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    show_default="the cores of this machine",
    help="Processes that train at the same time.",
)


@_CONTEST
@_WORKERS
@source_options
def _score(session: Session, contest: int, workers: int, source: SourceChoice) -> Result:
    """Score CONTEST and pin the report, without recording anything on chain."""
    evaluation = _evaluate(session, contest, workers, source)
    return _scored(evaluation, [f"Report {evaluation.cid} is pinned, nothing is recorded on chain."])


@_CONTEST
@_WORKERS
@source_options
def _run(session: Session, contest: int, workers: int, source: SourceChoice) -> Result:
    """Score CONTEST, pin the report and record the scores on chain. Interrupted, it continues where it stopped."""
    from evaluator.contest import record

    account = session.account
    evaluation = _evaluate(session, contest, workers, source)
    receipt = record(session.contract, account, evaluation)
    return _scored(evaluation, [f"Recorded, report {evaluation.cid}.", receipt_line(receipt)], **receipt_json(receipt))


@_CONTEST
@_WORKERS
@source_options
def _verify(session: Session, contest: int, workers: int, source: SourceChoice) -> Result:
    """Score CONTEST again from public data alone and compare with the chain; exit code 1 if a score differs.

    Where the holdout was in the future, a source of your own checks the evaluator's prices too.
    """
    from evaluator.contest import verify
    from evaluator.progress import training_progress
    from evaluator.results import ResultStore

    scoring = _gather(session, contest, source)
    # Apart from the evaluator's own results, which would only be compared with themselves; kept until the end, so that
    # an interrupted verification continues.
    folder = session.home / "verification" / scoring.contest.report.hex()
    with training_progress(scoring) as on_progress:
        compared = verify(
            session.contract, session.store, scoring, ResultStore(folder), workers=workers, on_progress=on_progress
        )
    shutil.rmtree(folder, ignore_errors=True)
    agree = all(c.verdict != "differs" for c in compared)
    return Result(
        {
            "agrees": agree,
            "specs": [
                {
                    "index": c.index,
                    "participant": c.participant,
                    "recorded_ppm": c.recorded_ppm,
                    "scored_ppm": c.scored_ppm,
                    "verdict": c.verdict,
                }
                for c in compared
            ],
        },
        ["The recorded scores stand." if agree else "The recorded scores do NOT stand: see which differ."],
        ("index", "participant", "spec", "recorded", "scored here", "verdict"),
        [
            (
                str(c.index),
                c.participant,
                Spec.from_word(c.spec).describe(),
                percent(c.recorded_ppm),
                percent(c.scored_ppm),
                c.verdict,
            )
            for c in compared
        ],
        exit_code=0 if agree else 1,
    )


def _evaluate(session: Session, contest: int, workers: int, source: SourceChoice) -> Evaluation:
    from evaluator.contest import evaluate
    from evaluator.progress import training_progress
    from evaluator.results import ResultStore

    scoring = _gather(session, contest, source)
    results = ResultStore(session.home / "results")
    with training_progress(scoring) as on_progress:
        return evaluate(session.contract, session.store, scoring, results, workers=workers, on_progress=on_progress)


def _gather(session: Session, contest: int, source: SourceChoice) -> Scoring:
    from evaluator.contest import gather
    from hyperbounty.bounty.manifest import FutureHoldout
    from hyperbounty.bounty.published import fetch_manifest

    manifest = fetch_manifest(session.store, session.contract.contest(contest).manifest)
    future = None
    if isinstance(manifest.holdout, FutureHoldout) and source.chosen:
        coins = sorted({column.split(".")[0] for column in manifest.columns})
        future = source.fetch(session.home, coins).table
    return gather(session.contract, session.store, contest, future)


def _scored(evaluation: Evaluation, text: list[str], **data: object) -> Result:
    report = evaluation.report
    ranked = sorted(report.specs, key=lambda s: -s.score_ppm)
    return Result(
        {"report": str(evaluation.cid), **report.model_dump(mode="json"), **data},
        [*text, f"Base rate of the holdout: {percent(report.holdout.base_rate_ppm)}"],
        ("index", "participant", "spec", "score", "note"),
        [
            (
                str(s.index),
                s.participant,
                Spec.from_word(bytes.fromhex(s.spec[2:])).describe(),
                percent(s.score_ppm),
                s.note + (f": {s.reason}" if s.reason else ""),
            )
            for s in ranked
        ],
    )


command(evaluator, "score", chain=True, store=True)(_score)
command(evaluator, "run", chain=True, store=True, account=True)(_run)
command(evaluator, "verify", chain=True, store=True)(_verify)
