"""`hyperbounty evaluator score` and `run`: the part of the evaluator, and of a member of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evaluator.queue.options import open_queue, queue_option, training_options
from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.scores import Scores
from hyperbounty.bounty.types import Contest, Phase, RecordedScores
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.receipts import done, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.format import moment, percent
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store import Cid

if TYPE_CHECKING:  # brings in the training backend: only commands that train pay for it
    from eth_account.signers.local import LocalAccount

    from evaluator.bounty.evaluation import Evaluation
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.compute.choice import ExecutorChoice


@click.argument("contest", type=click.IntRange(1))
@training_options
@queue_option
@source_options
def score(
    session: Session, contest: int, training: ExecutorChoice, queue_url: str | None, source: SourceChoice
) -> Result:
    """Score CONTEST and pin the report, without recording anything on chain."""
    evaluation = _evaluate(session, contest, training, source, queue_url)
    what = f"Report {evaluation.cid} is pinned, nothing is recorded on chain."
    record = Action("evaluator.run", (contest,))
    after = next_line(session, "the evaluator of the contest records such scores: {}", record, own=False)
    return _scored(evaluation, what, None, after)


@click.argument("contest", type=click.IntRange(1))
@training_options
@queue_option
@source_options
@click.option(
    "--unscorable",
    is_flag=True,
    help="Answer that CONTEST cannot be scored, because its manifest or its holdout is not what was promised.",
)
def run(
    session: Session,
    contest: int,
    training: ExecutorChoice,
    queue_url: str | None,
    source: SourceChoice,
    unscorable: bool,
) -> Result:
    """Do this account's part in CONTEST; interrupted, it continues where it stopped.

    The evaluator scores the contest, pins the report and records the scores. In a dispute, a member of the panel trains
    the specs too, and sends its scores sealed. Once the time for that is over, the same command opens them.

    Where there is nothing to score, --unscorable gives the reason instead: the contest ends void, and the organizer's
    bond is burned. The reason is found anew, and refused where the contest can be scored from here.
    """
    from hyperbounty.bounty.preflight import recording

    account = session.account
    contract = contract_of(session)
    found = contract.contest(contest)
    if found.phase > Phase.SCORE and any(found.report) and account.address == found.evaluator:
        return _recorded_before(session, found)
    if found.phase is Phase.PANEL_OPEN:
        return _open_scores(session, account, found)
    if found.phase is Phase.PANEL_SEAL:
        return _seal_scores(session, account, found, training, source, queue_url, unscorable=unscorable)
    # Before hours of training, not after.
    contract.check(account, recording(contract, found))
    if unscorable:
        from hyperbounty.bounty.steps import record_once

        reason, recorded = _fault(session, found, source)
        receipt = record_once(contract, account, found, recorded)
        return _refused("Recorded", found, reason, recorded, receipt, _after_recording(session, found))
    from evaluator.bounty.evaluation import record_scores

    evaluation = _evaluate_or_explain(session, contest, training, source, queue_url)
    receipt = record_scores(contract, account, evaluation)
    return _scored(evaluation, f"Recorded, report {evaluation.cid}.", receipt, _after_recording(session, found))


def _after_recording(session: Session, found: Contest) -> str:
    """When the scores stand, and what is done then."""
    if found.challenge_ends is None or found.phase not in (Phase.SCORE, Phase.CHALLENGE):
        show = Action("participant.show", (found.number,))
        return next_line(session, "see how the contest goes on: {}", show, own=False)
    settle = Action("organizer.settle", (found.number,))
    return next_line(
        session,
        f"unless they are challenged, the scores stand from {moment(found.challenge_ends)}; have everybody paid: {{}}",
        settle,
    )


def _recorded_before(session: Session, found: Contest) -> Result:
    """Its time is over, and what it recorded counts: nothing is trained again for that."""
    report = str(Cid.from_digest(found.report))
    return Result(
        {"contest": found.number, "report": report},
        [
            f"The time to score contest {found.number} is over; what you recorded counts, report {report}.",
            _after_recording(session, found),
        ],
    )


def _seal_scores(
    session: Session,
    account: LocalAccount,
    found: Contest,
    training: ExecutorChoice,
    source: SourceChoice,
    queue_url: str | None,
    *,
    unscorable: bool,
) -> Result:
    from evaluator.bounty.ballots import BallotBox
    from evaluator.bounty.panel import seat_of, send_sealed_scores
    from hyperbounty.bounty.own_prices import require_own_prices
    from hyperbounty.bounty.preflight import sealing
    from hyperbounty.bounty.published import fetch_manifest

    # Before hours of training, not after.
    contract = contract_of(session)
    contract.check(account, sealing(contract, found, seat_of(contract, account, found.number)))
    manifest = fetch_manifest(session.store, found.manifest)
    require_own_prices(session.chain, found, manifest, source, session.home)
    box = BallotBox(session.home / "ballots")
    dispute = contract.dispute(found.number)
    assert dispute.seal_ends is not None
    assert dispute.open_ends is not None
    after = next_line(
        session,
        f"open what you sealed between {moment(dispute.seal_ends)} and {moment(dispute.open_ends)}: {{}}",
        Action("evaluator.run", (found.number,)),
    )
    if unscorable:
        reason, recorded = _fault(session, found, source)
        receipt = send_sealed_scores(contract, account, found, recorded, box)
        return _refused("Sealed", found, reason, recorded, receipt, after)
    evaluation = _evaluate_or_explain(session, found.number, training, source, queue_url, member=account.address)
    receipt = send_sealed_scores(contract, account, found, evaluation.recorded, box)
    return _scored(evaluation, f"Sealed, report {evaluation.cid}.", receipt, after)


def _fault(session: Session, found: Contest, source: SourceChoice) -> tuple[str, RecordedScores]:
    """Why the contest cannot be scored from here, and what says so on chain."""
    from evaluator.bounty.refusing import find_fault, publish_fault
    from hyperbounty.bounty.own_prices import prices_to_come
    from hyperbounty.bounty.published import fetch_manifest

    contract, store = contract_of(session), session.store
    manifest = fetch_manifest(store, found.manifest)
    future = prices_to_come(session.chain, found, manifest, source, session.home)
    reason = find_fault(contract, store, found, future)
    return reason, publish_fault(contract, store, found, reason)


def _refused(what: str, found: Contest, reason: str, recorded: RecordedScores, receipt: Receipt, after: str) -> Result:
    report = Cid.from_digest(recorded.report)
    return done(
        receipt,
        f"{what}: contest {found.number} cannot be scored: {reason}.",
        after=[after],
        contest=found.number,
        unscorable=True,
        reason=reason,
        report=str(report),
    )


def _evaluate_or_explain(
    session: Session,
    contest: int,
    training: ExecutorChoice,
    source: SourceChoice,
    queue_url: str | None,
    member: str | None = None,
) -> Evaluation:
    """As `_evaluate`; where what was promised is not there, the error says what an account that has a bond can do."""
    from hyperbounty.bounty.gathering import FAULTS

    try:
        return _evaluate(session, contest, training, source, queue_url, member)
    except FAULTS as fault:
        answer = Action("evaluator.run", (contest, Parameter("unscorable")))
        raise type(fault)(
            fault.what, NextStep("if this machine is not to blame, answer that it cannot be scored: {}", answer)
        ) from fault


def _open_scores(session: Session, account: LocalAccount, found: Contest) -> Result:
    from evaluator.bounty.ballots import BallotBox
    from evaluator.bounty.panel import open_sealed_scores

    receipt = open_sealed_scores(contract_of(session), account, found, BallotBox(session.home / "ballots"))
    settle = Action("organizer.settle", (found.number,))
    after = [next_line(session, "once the time to open is over, have everybody paid: {}", settle)]
    return done(receipt, f"Opened the scores for contest {found.number}.", after=after, contest=found.number)


def _evaluate(
    session: Session,
    contest: int,
    training: ExecutorChoice,
    source: SourceChoice,
    queue_url: str | None,
    member: str | None = None,
) -> Evaluation:
    from evaluator.bounty.evaluation import evaluate
    from evaluator.bounty.progress import training_progress
    from hyperbounty.bounty.own_prices import gather_with

    contract = contract_of(session)
    scoring = gather_with(contract, session.store, contest, source, session.home)
    with training_progress(scoring) as on_progress, open_queue(queue_url, session.home) as queue:
        return evaluate(
            contract,
            session.store,
            scoring,
            queue,
            executor=training,
            outbox=session.home / "results" / "outbox",
            member=member,
            on_progress=on_progress,
        )


def _scored(evaluation: Evaluation, what: str, receipt: Receipt | None, after: str) -> Result:
    facts = Scores(evaluation.cid, evaluation.report)
    data = facts.json()
    text = [what]
    if receipt is not None:
        data |= receipt_json(receipt)
        text.append(receipt_line(receipt))
    holdout = facts.report.holdout
    text.append(
        f"Scores are {facts.report.metric.replace('_', ' ')} on {holdout.windows:,} windows, "
        f"{holdout.rises:,} of them rises."
    )
    rows = [
        (
            str(spec.index),
            spec.participant,
            Spec.from_word(bytes.fromhex(spec.spec[2:])).describe(),
            str(spec.place),
            percent(spec.score_ppm),
            "" if spec.interval_ppm is None else " to ".join(map(percent, spec.interval_ppm)),
            f"{spec.p_value_ppm / PPM:.2g}",
            f"{spec.note}: {spec.reason}" if spec.reason else spec.note,
        )
        for spec in facts.ranked
    ]
    columns = ("index", "participant", "spec", "place", "score", "95% interval", "p", "note")
    return Result(data, text, columns, rows, [after])
