"""The leaderboard on one ruler, the small ruler of a list, and both in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from hyperbounty.bounty.show.listing import said_lottery
from hyperbounty.drawing.axes import Axis, score_axis
from hyperbounty.drawing.html import Html, tag
from hyperbounty.drawing.ruler import Ruler
from hyperbounty.drawing.tables import table, with_table
from hyperbounty.format import about, percent
from hyperbounty.money import Asset
from hyperbounty.statistics.luck import USUAL_LUCK, Lottery
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.bounty.facts import IndexedContest, ListedContest
from hyperbounty.web.bounty.leaderboards import Board, BoardRow
from hyperbounty.web.bounty.spec_words import spec_words
from hyperbounty.web.site.amounts import money
from hyperbounty.web.site.people import person

MOST_ROWS: Final = 50
"""On the page; the API has them all."""


def board_figure(contest: IndexedContest, board: Board, root: str) -> Html:
    """Every row on the same axis; rows that the holdout cannot tell apart are joined by a dotted line."""
    rows = board.rows[:MOST_ROWS]
    luck = noise(contest)
    ruler = Ruler(
        _axis(board, rows),
        board.minimum_ppm / PPM,
        None if board.skilless_ppm is None else board.skilless_ppm / PPM,
        luck,
    )
    asset = contest.contest.asset
    path = f"{root}/contests/{contest.contest.number}/entries"
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row.place)]
    scale = tag("div", tag("span"), tag("span"), ruler.scale, tag("span"), class_="row scale")
    drawn = tag(
        "figure",
        tag("figcaption", *_reading(board, luck)),
        tag("div", *(_group(group, ruler, asset, root, path) for group in groups), scale, class_="rows"),
    )
    return with_table(drawn, _table(board, rows, asset))


def noise(listed: ListedContest) -> tuple[float, float] | None:
    """From where to where luck alone reaches, as shares; None where nobody says how large the holdout is."""
    if listed.manifest is None:
        return None
    return _reach(said_lottery(listed.contest, listed.manifest))


@lru_cache(maxsize=4_096)
def _reach(lottery: Lottery) -> tuple[float, float]:
    base, reach = lottery.start_ppm / PPM, min(lottery.bar_ppm(USUAL_LUCK), PPM) / PPM
    return max(2 * base - reach, 0.0), reach


def _axis(board: Board, rows: Sequence[BoardRow]) -> Axis:
    values = [board.minimum_ppm, *([] if board.skilless_ppm is None else [board.skilless_ppm])]
    for row in rows:
        # What diverged scores 0, and would press all others together.
        values += [row.score_ppm, *(row.interval_ppm or ()), *row.run_scores_ppm] if row.score_ppm else []
    return score_axis([value / PPM for value in values])


def _reading(board: Board, luck: tuple[float, float] | None) -> Iterator[object]:
    metric = "score" if board.metric is None else board.metric.replace("_", " ")
    runs = "" if board.runs is None or board.runs == 1 else f", the mean of {board.runs} runs (small dots)"
    yield f"Dot: the {metric}{runs}. "
    if board.basis == "report":
        yield "Whisker: its 95% interval. "
    yield f"Line: the bar of {percent(board.minimum_ppm)}. "
    if luck is not None:
        yield "Grey: what luck alone reaches in 95 of 100 such contests, by the manifest. "
    if board.basis == "report":
        yield "Dotted lines join places that this holdout cannot tell apart."
    else:
        yield "No report bears these scores out, so nothing says how sure their order is."
    if len(board.rows) > MOST_ROWS:
        yield f" Of {len(board.rows):,} rows the first {MOST_ROWS} are drawn."


def _group(group: Sequence[BoardRow], ruler: Ruler, asset: Asset, root: str, path: str) -> Html:
    is_shared = group[0].last_place > group[0].place
    rows = [_row(row, ruler, asset, root, path, is_first=number == 0) for number, row in enumerate(group)]
    return tag("div", *rows, class_="tie" if is_shared and len(group) > 1 else None)


def _row(row: BoardRow, ruler: Ruler, asset: Asset, root: str, path: str, *, is_first: bool) -> Html:
    interval = None if row.interval_ppm is None else (row.interval_ppm[0] / PPM, row.interval_ppm[1] / PPM)
    runs = [run / PPM for run in row.run_scores_ppm if run] if len(row.run_scores_ppm) > 1 else []
    drawn = ruler.row(row.score_ppm / PPM if row.score_ppm else None, interval, runs if row.score_ppm else [])
    says = tag("a", spec_words(row.spec), href=f"{path}/{row.participant}/{row.slot}")
    return tag(
        "div",
        tag("span", place_words(row) if is_first else tag("span", place_words(row), class_="hidden"), class_="place"),
        tag("span", says, person(root, row.participant), class_="what"),
        drawn,
        tag("span", about(row.score_ppm), tag("small", _fate(row, asset)), class_="score"),
        class_=f"row{' paid' if row.prize is not None else ''}",
    )


def place_words(row: BoardRow) -> str:
    """Its place, or the places that it shares: `1–2`."""
    return str(row.place) if row.last_place == row.place else f"{row.place}–{row.last_place}"


def _fate(row: BoardRow, asset: Asset) -> str:
    if row.prize is not None:
        return f"{'won' if row.won else 'would win'} {money(row.prize, asset)}"
    return row.note


def _table(board: Board, rows: Sequence[BoardRow], asset: Asset) -> Html:
    def cells(row: BoardRow) -> list[object]:
        interval = "none" if row.interval_ppm is None else " to ".join(map(about, row.interval_ppm))
        luck = "not said" if row.p_value_ppm is None else about(row.p_value_ppm)
        paid = "" if row.prize is None else money(row.prize, asset)
        return [place_words(row), percent(row.score_ppm), interval, luck, paid, spec_words(row.spec), row.participant]

    head = ("place", "score", "95% interval", "chance by luck", "paid", "spec", "participant")
    more = f", the first {len(rows)} of {len(board.rows):,}" if len(rows) < len(board.rows) else ""
    return table(head, [cells(row) for row in rows], f"All specs by place{more}")


def small_ruler(axis: Axis, listed: ListedContest, scores: Sequence[int]) -> Html:
    """Of a contest in a list: the bar, what luck reaches, and a dot for each score that is paid."""
    return _small(Ruler(axis, listed.contest.minimum_score / PPM, None, noise(listed)), tuple(scores))


@lru_cache(maxsize=1_024)
def _small(ruler: Ruler, scores: tuple[int, ...]) -> Html:
    # Most contests of a list have nothing that is paid yet, and many have one bar.
    shares = [score / PPM for score in scores]
    return ruler.row(shares[0] if shares else None, runs=shares[1:])
