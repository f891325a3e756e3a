"""A dispute on stage: an evaluator that lies, somebody who checks, a panel of which one takes the easy way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.commitment import new_salt
from hyperbounty.bounty.types import Contest
from hyperbounty.format import percent
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store import ContentStore
from showcase.scoring import score
from showcase.stage import Stage

if TYPE_CHECKING:
    from evaluator.bounty.ballots import BallotBox
    from evaluator.bounty.evaluation import Evaluation

_LIE_PPM = 30_000


def misreport(evaluation: Evaluation, store: ContentStore) -> Evaluation:
    """The same report, pinned too, but the worst spec comes first: only training again can tell."""
    from evaluator.bounty.evaluation import Evaluation

    report = evaluation.report
    worst = min(report.specs, key=lambda spec: spec.score_ppm)
    false_score = min(max(report.scores) + _LIE_PPM, PPM)
    false_runs = tuple(false_score for _ in worst.run_scores_ppm)
    lie = worst.model_copy(update={"score_ppm": false_score, "run_scores_ppm": false_runs})
    specs = tuple(lie if spec.index == worst.index else spec for spec in report.specs)
    false_report = report.model_copy(update={"specs": specs})
    store.add_block(false_report.canonical())
    return Evaluation(evaluation.scoring, false_report)


def dispute(stage: Stage, contest: Contest) -> Evaluation:
    """Ada checks the scores and challenges them; the panel seals and opens its own. Returns what its majority found."""
    _verify_and_challenge(stage, contest)
    terms = stage.contract.dispute(contest.number)
    stage.reach("challenged: the panel has its say", contest.challenge_ends)
    found = _seal_all(stage, contest)
    stage.reach("the panel opens what it sealed", terms.seal_ends)
    _open_all(stage, contest)
    stage.reach("the panel's time is over", terms.open_ends)
    return found


def _verify_and_challenge(stage: Stage, contest: Contest) -> None:
    from evaluator.bounty.progress import training_progress
    from evaluator.bounty.scoring import training_by_queue
    from evaluator.queue.options import open_queue
    from hyperbounty.bounty.gathering import gather
    from hyperbounty.bounty.verification import verify

    ada = stage.cast[0]
    scoring = gather(stage.contract, stage.store, contest.number, stage.coming(contest))
    folder = stage.folder / "home" / "verification"
    with training_progress(scoring) as on_progress, open_queue(None, folder) as queue:
        name = stage.contract.contest_name(contest.number)
        train = training_by_queue(scoring, queue, executor=stage.executor, contest=name, on_progress=on_progress)
        found = verify(stage.contract, stage.store, scoring, train)
    for one in found.comparisons:
        recorded = "none" if one.recorded_ppm is None else percent(one.recorded_ppm)
        scores = f"recorded {recorded}, trained again {percent(one.scored_ppm)}"
        stage.timeline.add("verify", ada.name, f"{stage.names[one.participant]}: {scores}: {one.verdict}")
    receipt = stage.contract.challenge(ada.account, contest)
    bond = stage.contract.dispute(contest.number).panel.challenge_bond
    what = "stakes a bond on others being to be paid"
    stage.timeline.add("challenge", ada.name, what, receipt, -bond, stake=bond)


def _seal_all(stage: Stage, contest: Contest) -> Evaluation:
    from evaluator.bounty.ballots import Ballot
    from evaluator.bounty.panel import send_sealed_scores

    found: list[Evaluation] = []
    for name, member in stage.panel.items():
        if name == "Ida":
            # What everybody can read costs no training.
            recorded = stage.contract.recorded_scores(contest)
            assert recorded is not None
            seat = _seat(stage, contest, name)
            place = stage.contract.place(contest.number, member.address, seat)
            ballot = Ballot(recorded.report, new_salt(), recorded.scores)
            _box(stage).keep(place, member, ballot)
            receipt = stage.contract.seal_scores(member, contest.number, seat, ballot.commitment(place))
            what = "seals the evaluator's scores, without training"
        else:
            home = stage.folder / "home" / "panel" / name
            found.append(score(stage, contest.number, home, member.address))
            receipt = send_sealed_scores(stage.contract, member, contest, found[-1].recorded, _box(stage))
            what = "trains every spec again and seals the scores"
        stage.timeline.add("seal", name, what, receipt)
    return found[0]


def _open_all(stage: Stage, contest: Contest) -> None:
    from evaluator.bounty.panel import open_sealed_scores

    for name, member in stage.panel.items():
        receipt = open_sealed_scores(stage.contract, member, contest, _box(stage))
        opened = stage.contract.opened_scores(contest)[-1]
        stage.timeline.add("open-scores", name, ", ".join(percent(score) for score in opened.scores), receipt)


def _box(stage: Stage) -> BallotBox:
    from evaluator.bounty.ballots import BallotBox

    return BallotBox(stage.folder / "home" / "ballots")


def _seat(stage: Stage, contest: Contest, name: str) -> int:
    from evaluator.bounty.panel import seat_of

    return seat_of(stage.contract, stage.panel[name], contest.number)
