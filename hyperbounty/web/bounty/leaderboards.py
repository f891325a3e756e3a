"""The leaderboard of a contest: what stands, in its order, with what tells skill from luck where a report says it.

`board(contest)` rests on the evaluator's report (`basis` "report") where that bears out every score that stands: then
places are shared by what the holdout cannot tell apart, and scores have intervals. Where the report is missing, is of
another contest, or was overturned by a panel, it is the order of the scores alone ("scores"). Before there are scores,
and where none stand, it has no rows ("none").
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hyperbounty.bounty.report import SpecScore
from hyperbounty.bounty.types import RevealedSpec
from hyperbounty.statistics.metrics import HALF_PPM, METRICS, MetricName
from hyperbounty.web.bounty.facts import IndexedContest

Basis = Literal["report", "scores", "none"]


@dataclass(frozen=True)
class BoardRow:
    """One spec on the board.

    Attributes:
        place: from 1; see the module.
        last_place: where the last of those that share `place` stands in the order, so 1 and 2 read "1–2".
        index, slot: of the spec in the contract, and of its participant's entry.
        interval_ppm: 95 % interval of the score; None where nobody says one.
        run_scores_ppm: of each training; empty where nobody says them.
        p_value_ppm: chance to seem as good without skill; None where nobody says it.
        note: why a spec scored 0 or is worth nothing; empty where there is no reason.
        has_curves: whether the report links how it was trained.
        won: whether it has won for good.
        prize: what it is paid, or would be as things stand, in the smallest unit; None where it is not.
    """

    place: int
    last_place: int
    index: int
    participant: str
    slot: int
    spec: bytes
    score_ppm: int
    interval_ppm: tuple[int, int] | None
    run_scores_ppm: tuple[int, ...]
    p_value_ppm: int | None
    note: str
    has_curves: bool
    won: bool
    prize: int | None


@dataclass(frozen=True)
class Board:
    """The leaderboard; see the module.

    Attributes:
        rows: by place, on one place those that are paid first, then by score.
        metric: what a score is; None where there is no manifest.
        minimum_ppm: the bar.
        skilless_ppm: what a constant model scores; None where nobody says.
        windows: predictions that one run is scored on; None where nobody says.
        runs: trainings of a spec; None where there is no manifest.
    """

    rows: tuple[BoardRow, ...]
    basis: Basis
    metric: MetricName | None
    minimum_ppm: int
    skilless_ppm: int | None
    windows: int | None
    runs: int | None


def board(contest: IndexedContest) -> Board:
    """The leaderboard of a contest as it stands."""
    manifest, scores = contest.manifest, contest.scores
    said = _borne_out(contest)
    basis: Basis = "none" if not scores else "report" if said is not None else "scores"
    places = _places(scores) if said is None else [spec.place for spec in said]
    ordered = sorted(places)
    rows = [
        _row(contest, spec, places[spec.index], ordered, None if said is None else said[spec.index])
        for spec in contest.specs
        if scores
    ]
    winners = contest.contest.winners
    rows.sort(
        key=lambda row: (row.place, winners.index(row.index) if row.index in winners else len(winners), -row.score_ppm)
    )
    holdout = None if contest.report is None else contest.report.holdout
    skilless = None
    if manifest is not None and not METRICS[manifest.metric].follows_base_rate:
        skilless = HALF_PPM
    elif holdout is not None:
        skilless = holdout.base_rate_ppm
    return Board(
        rows=tuple(rows),
        basis=basis,
        metric=None if manifest is None else manifest.metric,
        minimum_ppm=contest.contest.minimum_score,
        skilless_ppm=skilless,
        windows=None if holdout is None else holdout.windows,
        runs=None if manifest is None else manifest.runs,
    )


def _borne_out(contest: IndexedContest) -> tuple[SpecScore, ...] | None:
    """What the report says of each spec, where its scores are those that stand."""
    report = contest.report
    if report is None or not contest.scores or report.scores != list(contest.scores):
        return None
    return report.specs


def _places(scores: tuple[int, ...]) -> list[int]:
    """Places by the scores alone, equal ones on one place."""
    ordered = sorted(scores)
    return [1 + len(scores) - bisect_right(ordered, score) for score in scores]


def _row(
    contest: IndexedContest, spec: RevealedSpec, place: int, ordered: Sequence[int], said: SpecScore | None
) -> BoardRow:
    return BoardRow(
        place=place,
        last_place=bisect_right(ordered, place),
        index=spec.index,
        participant=spec.participant,
        slot=spec.entry,
        spec=spec.spec,
        score_ppm=contest.scores[spec.index],
        interval_ppm=None if said is None else said.interval_ppm,
        run_scores_ppm=() if said is None else said.run_scores_ppm,
        p_value_ppm=None if said is None else said.p_value_ppm,
        note="" if said is None else said.note,
        has_curves=said is not None and said.details is not None,
        won=contest.won(spec.index),
        prize=contest.prize(spec.index),
    )
