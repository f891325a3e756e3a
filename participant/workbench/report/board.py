"""The leaderboard on one ruler: every spec on the same axis, with the bar and what needs no skill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hyperbounty.drawing import axes
from hyperbounty.drawing.html import Html, joined, tag
from hyperbounty.drawing.ruler import Ruler
from hyperbounty.drawing.tables import table, with_table
from hyperbounty.format import about, percent
from hyperbounty.statistics.ppm import PPM
from participant.workbench.report.facts import Missing, Report, Standing

MOST_SHOWN: Final = 16
"""Rows of the ruler; own ones are among them in any case. The table has up to `MOST_LISTED`."""

MOST_LISTED: Final = 200


def board_section(report: Report) -> Iterator[Html]:
    """Where this account stands among the others."""
    yield tag("h2", "Place")
    board = report.board
    if isinstance(board, Missing):
        yield tag("p", board.reason, class_="why")
        return
    own = [each for each in board if each.own]
    yield from (tag("p", _place(each, board)) for each in own)
    if not own:
        yield tag("p", "Nothing of this account was revealed, so it has no place.", class_="why")
    ruler = Ruler(score_axis(report, board), report.minimum_ppm / PPM, report.skilless_ppm / PPM)
    shown = [each for number, each in enumerate(board) if each.own or number < MOST_SHOWN]
    chart = tag(
        "figure",
        tag("figcaption", _reading(report)),
        tag(
            "div",
            *(_row(ruler, each) for each in shown),
            tag("div", tag("span"), ruler.scale, tag("span"), class_="row scale"),
            class_="rows",
        ),
        tag("p", f"{len(board) - len(shown):,} more are not drawn.", class_="quiet") if len(shown) < len(board) else "",
    )
    yield with_table(chart, _table(board))


def score_axis(report: Report, standings: Sequence[Standing], more: Sequence[int] = ()) -> axes.Axis:
    """An axis with room for all scores that are worth a place on it, their intervals, the bar and the base."""
    values = [report.minimum_ppm, report.skilless_ppm, *more]
    for each in standings:
        # What diverged scores 0, and would press all others together.
        values += [each.score_ppm, *(each.interval_ppm or ())] if each.score_ppm else []
    return axes.score_axis([value / PPM for value in values])


def interval_text(standing: Standing) -> str:
    """Its 95 % interval in words."""
    if standing.interval_ppm is None:
        return "no interval"
    low, high = map(about, standing.interval_ppm)
    return f"{low} to {high}"


def interval_words(standing: Standing) -> str:
    """The same, with what it is."""
    return "no interval" if standing.interval_ppm is None else f"95% interval {interval_text(standing)}"


def _reading(report: Report) -> Html:
    return joined(
        f"Dot: the {report.metric.replace('_', ' ')}. Whisker: its 95% interval, of prices and seeds. ",
        f"Dashed: the bar of {percent(report.minimum_ppm)}. Dotted: without skill, {about(report.skilless_ppm)}. ",
        "A place with = is shared: the holdout cannot tell these specs apart.",
    )


def place_words(own: Standing, board: Sequence[Standing]) -> tuple[str, str]:
    """A place among the others, and what is to be said of it; that may be empty."""
    if own.place is None:
        return "not known", "no report tells it"
    others = sum(each.place == own.place for each in board) - 1
    whom = f"{others} others" if others > 1 else "1 other"
    return f"{own.place} of {len(board)}", f"shared with {whom} that the holdout cannot tell from it" if others else ""


def _place(own: Standing, board: Sequence[Standing]) -> Html:
    place, shared = place_words(own, board)
    return joined(
        tag("b", f"Place {place}{f', {shared}' if shared else ''}"),
        f": {own.spec} scored {percent(own.score_ppm)}, {interval_words(own)}; {own.fate}.",
    )


def _row(ruler: Ruler, each: Standing) -> Html:
    place = "–" if each.place is None else f"{each.place}{'=' if each.shared else ''}"
    whose = "yours" if each.own else f"{each.who[:8]}…{each.who[-4:]}"
    return tag(
        "div",
        tag("span", f"{place} · {each.spec}", tag("small", f"{whose}; {each.note or each.fate}")),
        ruler.row(
            each.score_ppm / PPM if each.score_ppm else None,
            None if each.interval_ppm is None else (each.interval_ppm[0] / PPM, each.interval_ppm[1] / PPM),
        ),
        tag("span", about(each.score_ppm), tag("small", interval_text(each))),
        class_=f"row{' mine' if each.own else ''}",
    )


def _table(board: Sequence[Standing]) -> Html:
    rows = [
        [
            "–" if each.place is None else f"{each.place}{'=' if each.shared else ''}",
            percent(each.score_ppm),
            interval_text(each),
            each.spec,
            "yours" if each.own else each.who,
            each.fate,
        ]
        for each in board[:MOST_LISTED]
    ]
    more = f"; {len(board) - MOST_LISTED:,} more are left out" if len(board) > MOST_LISTED else ""
    head = ("place", "score", "95% interval", "spec", "participant", "paid")
    return table(head, rows, f"All specs by place{more}")
