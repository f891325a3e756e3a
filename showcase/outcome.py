"""What a contest leaves behind: leaderboard, balances, and files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.report import SpecDetails
from hyperbounty.bounty.show.dispute import dispute_json
from hyperbounty.bounty.show.leaderboard import Leaderboard, leaderboard
from hyperbounty.bounty.show.picture import Drawing
from hyperbounty.bounty.types import Contest, Outcome
from hyperbounty.chain.payments import BURN
from hyperbounty.cli.output import say
from hyperbounty.cli.terminal import print_table
from hyperbounty.files import write_atomic
from hyperbounty.format import about, coins, percent
from hyperbounty.money import amount_json
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store import Cid
from showcase.stage import Stage
from showcase.timeline import Step

if TYPE_CHECKING:
    from evaluator.bounty.evaluation import Evaluation


def show(stage: Stage, contest: Contest, evaluation: Evaluation, before: dict[str, int]) -> None:
    """The leaderboard, who put in and got what, and what that did to every balance."""
    say("")
    _show_leaderboard(leaderboard(evaluation.scoring.manifest, evaluation.report, contest.winners), stage.names)
    say("")
    _show_money(stage, before)


def _show_money(stage: Stage, before: Mapping[str, int]) -> None:
    """Who staked and paid in what, who got what, and what that leaves, gas included.

    A stake comes back before anything else does, so what somebody got less of than it staked, it lost.
    """
    columns = ("", "staked", "lost of it", "paid in", "got", "balance changed by")
    rows = []
    for address, name in stage.names.items():
        change = stage.chain.balance(address) - before[address]
        staked, got = stage.timeline.staked(name), stage.timeline.got(name)
        amounts = (staked, max(0, staked - got), stage.timeline.spent(name), got)
        changed = f"{'+' if change > 0 else ''}{coins(change)}"
        rows.append([name, *(coins(amount) if amount else "" for amount in amounts), changed])
    print_table(columns, rows, heading="Stakes and payments")


def _show_leaderboard(ranking: Leaderboard, names: Mapping[str, str]) -> None:
    facts = (
        f"{ranking.metric.replace('_', ' ')}, minimum {percent(ranking.minimum_ppm)}",
        f"a constant model has {percent(ranking.skilless_ppm)}",
        f"{ranking.windows:,} windows",
        f"mean of {ranking.runs} runs",
    )
    columns = ("place", "participant", "spec", "score", "95% interval", "p", "note")
    rows = []
    for place in ranking.places:
        rows.append(
            [
                str(place.place),
                names.get(place.participant, place.participant),
                Spec.from_word(place.spec).describe(),
                percent(place.score_ppm),
                "" if place.interval_ppm is None else " to ".join(map(about, place.interval_ppm)),
                f"{place.p_value_ppm / PPM:.2g}",
                f"{'won' if place.won else ''} {place.note}".strip(),
            ]
        )
    print_table(columns, rows, heading="Leaderboard")
    say(" · ".join(facts))


def save(stage: Stage, contest: Contest, evaluation: Evaluation, result: dict[str, Any]) -> None:
    """Write manifest, report, picture and result into the folder."""
    report = evaluation.report
    scoring = evaluation.scoring
    folder = stage.folder
    write_atomic(folder / "manifest.json", scoring.manifest.canonical())
    write_atomic(folder / "report.json", report.canonical())
    write_atomic(folder / "result.json", json.dumps(result, indent=2).encode() + b"\n")
    details = {s.index: SpecDetails.parse(stage.store.get(Cid.parse(s.details))) for s in report.specs if s.details}
    ended = stage.chain.timestamp()
    Drawing(contest, ended, scoring.manifest, report, scoring.training, scoring.holdout, details, stage.names).save(
        folder / "contest.png"
    )


def summary(stage: Stage, contest: Contest, evaluation: Evaluation, paid: dict[str, int]) -> dict[str, Any]:
    """What `--json` writes. Amounts are as in every document, scores in ppm; `gas` is of each step's dearest call."""
    report = evaluation.report
    won = contest.outcome is Outcome.WON
    return {
        "outcome": contest.outcome.name.lower(),
        "contest": contest.number,
        "synthetic": evaluation.scoring.manifest.synthetic,
        "scores": [
            {
                "participant": s.participant,
                "name": stage.names[s.participant],
                "spec": s.spec,
                "score_ppm": s.score_ppm,
                "note": s.note,
            }
            for s in report.specs
        ],
        "winner": report.specs[contest.winners[0]].participant if won else None,
        "minimum_ppm": contest.minimum_score,
        "leaderboard": leaderboard(evaluation.scoring.manifest, report, contest.winners).json(),
        "reward": amount_json(contest.reward),
        "dispute": _dispute(stage, contest),
        "paid": [{"payee": payee, **amount_json(amount)} for payee, amount in paid.items() if payee != BURN],
        "burned": amount_json(paid.get(BURN, 0)),
        "gas": stage.timeline.gas(),
        "timeline": [_step_json(step) for step in stage.timeline.steps],
        "manifest": str(Cid.from_digest(contest.manifest)),
        "report": str(evaluation.cid),
    }


def _step_json(step: Step) -> dict[str, Any]:
    moved = None if step.money is None else amount_json(step.money)
    return {**vars(step), "money": moved, "stake": amount_json(step.stake)}


def _dispute(stage: Stage, contest: Contest) -> dict[str, Any] | None:
    dispute = stage.contract.dispute(contest.number)
    recorded = stage.contract.recorded_scores(contest)
    if dispute.challenger is None or recorded is None:
        return None
    return {**dispute_json(dispute), "recorded_ppm": list(recorded.scores)}
