"""`hyperbounty evaluator …`."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from evaluator.bounty.sample import Sample
from evaluator.queue.options import open_queue, queue_option, training_options
from hyperbounty.bounty.manifest import FutureHoldout
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.show.lines import done, receipt_json, receipt_line
from hyperbounty.bounty.types import Contest, Phase
from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import moment, percent
from hyperbounty.spec.spec import Spec

if TYPE_CHECKING:  # brings in the training backend: only commands that train pay for it
    from eth_account.signers.local import LocalAccount

    from evaluator.bounty.evaluation import Evaluation
    from evaluator.bounty.scoring import Scoring
    from hyperbounty.compute.choice import ExecutorChoice


@click.group()
def evaluator() -> None:
    """Retrain every revealed spec, record the scores, check somebody else's."""


_CONTEST = click.argument("contest", type=click.IntRange(1))
_SAMPLE = click.option(
    "--sample",
    callback=lambda _context, _parameter, said: Sample.parse(said),
    default="100%",
    show_default=True,
    help="How many specs to train again, drawn at random: 10%, or a number.",
)
_SAMPLE_SEED = click.option(
    "--sample-seed",
    type=click.IntRange(0),
    default=lambda: secrets.randbits(32),
    show_default="a new one",
    help="Draws the same sample again.",
)


@_CONTEST
@training_options
@queue_option
@source_options
def _score(
    session: Session, contest: int, training: ExecutorChoice, queue_url: str | None, source: SourceChoice
) -> Result:
    """Score CONTEST and pin the report, without recording anything on chain."""
    evaluation = _evaluate(session, contest, training, source, queue_url)
    return _scored(evaluation, [f"Report {evaluation.cid} is pinned, nothing is recorded on chain."])


@_CONTEST
@training_options
@queue_option
@source_options
def _run(
    session: Session, contest: int, training: ExecutorChoice, queue_url: str | None, source: SourceChoice
) -> Result:
    """Do this account's part in CONTEST; interrupted, it continues where it stopped.

    The evaluator scores the contest, pins the report and records the scores. In a dispute, a member of the panel does
    the same with its own report and seals the scores; run again once all have sealed, it opens them.
    """
    from evaluator.bounty.evaluation import record

    account, found = session.account, session.contract.contest(contest)
    if found.phase is Phase.PANEL_OPEN:
        return _opened(session, account, found)
    if found.phase is Phase.PANEL_SEAL:
        return _sealed(session, account, found, training, source, queue_url)
    evaluation = _evaluate(session, contest, training, source, queue_url)
    receipt = record(session.contract, account, evaluation)
    return _scored(evaluation, [f"Recorded, report {evaluation.cid}.", receipt_line(receipt)], **receipt_json(receipt))


def _sealed(
    session: Session,
    account: LocalAccount,
    found: Contest,
    training: ExecutorChoice,
    source: SourceChoice,
    queue_url: str | None,
) -> Result:
    from evaluator.bounty.panel import BallotBox, seal, seat_of

    # Before hours of training, not after.
    seat_of(session.contract, account, found.number)
    manifest = fetch_manifest(session.store, found.manifest)
    if isinstance(manifest.holdout, FutureHoldout) and not source.chosen:
        raise InvalidInput(
            "a member of the panel does not take the test window from the evaluator that it judges",
            "name a source for the prices after revealEnds (--source, --csv)",
        )
    evaluation = _evaluate(session, found.number, training, source, queue_url)
    receipt = seal(session.contract, account, found, evaluation, BallotBox(session.home / "ballots"))
    dispute = session.contract.dispute(found.number)
    window = f"between {moment(dispute.seal_ends)} and {moment(dispute.open_ends)}"
    text = [f"Sealed, report {evaluation.cid}. Run this again {window} to open it.", receipt_line(receipt)]
    return _scored(evaluation, text, **receipt_json(receipt))


def _opened(session: Session, account: LocalAccount, found: Contest) -> Result:
    from evaluator.bounty.panel import BallotBox, open_sealed

    receipt = open_sealed(session.contract, account, found, BallotBox(session.home / "ballots"))
    return Result(**done(receipt, f"Opened the scores for contest {found.number}.", contest=found.number))


@_CONTEST
@_SAMPLE
@_SAMPLE_SEED
@training_options
@source_options
def _verify(
    session: Session,
    contest: int,
    sample: Sample,
    sample_seed: int,
    training: ExecutorChoice,
    source: SourceChoice,
) -> Result:
    """Score CONTEST again from public data alone and compare with the chain; exit code 1 if a score differs.

    Where the holdout was in the future, a source of your own checks the evaluator's prices too.
    """
    from evaluator.bounty.evaluation import verify
    from evaluator.bounty.progress import training_progress

    scoring = _gather(session, contest, source)
    trained = [revealed.index for revealed in scoring.specs if not scoring.refusal(revealed.spec)]
    drawn = sample.draw(trained, sample_seed)
    # Apart from the evaluator's own results, which would only be compared with themselves; kept until the end, so that
    # an interrupted verification continues.
    folder = session.home / "verification" / scoring.contest.report.hex()
    with training_progress(scoring) as on_progress, open_queue(None, folder) as queue:
        compared = verify(
            session.contract,
            session.store,
            scoring,
            queue,
            executor=training,
            indexes=drawn,
            on_progress=on_progress,
        )
    shutil.rmtree(folder, ignore_errors=True)
    agree = all(c.verdict != "differs" for c in compared)
    sampled = f"Specs {', '.join(map(str, drawn))}, drawn with --sample-seed {sample_seed}."
    return Result(
        {
            "agrees": agree,
            "sample": {"indexes": drawn, "seed": sample_seed},
            "specs": [
                {
                    "index": c.index,
                    "participant": c.participant,
                    "recorded_ppm": c.recorded_ppm,
                    "scored_ppm": c.scored_ppm,
                    "verdict": c.verdict,
                    "first_difference": asdict(c.difference) if c.difference else None,
                }
                for c in compared
            ],
        },
        [
            "The recorded scores stand." if agree else "The recorded scores do NOT stand: see which differ.",
            *([sampled] if len(drawn) < len(trained) else []),
        ],
        ("index", "participant", "spec", "recorded", "scored here", "verdict", "weights differ from"),
        [
            (
                str(c.index),
                c.participant,
                Spec.from_word(c.spec).describe(),
                percent(c.recorded_ppm),
                percent(c.scored_ppm),
                c.verdict,
                f"run {c.difference.run}, epoch {c.difference.epoch}" if c.difference else "",
            )
            for c in compared
        ],
        exit_code=0 if agree else 1,
    )


@click.argument("contest", type=click.IntRange(1), required=False)
@queue_option
def _status(session: Session, contest: int | None, queue_url: str | None) -> Result:
    """How far the contests in the queue are; for CONTEST, each training with its place, worker and reason."""
    from evaluator.queue.status import overview, trainings

    with open_queue(queue_url, session.home) as queue:
        return overview(queue.database) if contest is None else trainings(queue.database, contest)


def _evaluate(
    session: Session, contest: int, training: ExecutorChoice, source: SourceChoice, queue_url: str | None = None
) -> Evaluation:
    from evaluator.bounty.evaluation import evaluate
    from evaluator.bounty.progress import training_progress

    scoring = _gather(session, contest, source)
    with training_progress(scoring) as on_progress, open_queue(queue_url, session.home) as queue:
        return evaluate(
            session.contract,
            session.store,
            scoring,
            queue,
            executor=training,
            outbox=session.home / "results" / "outbox",
            on_progress=on_progress,
        )


def _gather(session: Session, contest: int, source: SourceChoice) -> Scoring:
    from evaluator.bounty.evaluation import gather

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
command(evaluator, "status")(_status)
