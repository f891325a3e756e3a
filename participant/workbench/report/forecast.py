"""What was known before: the folds beside the holdout, and the odds as they were stated then."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from hyperbounty.drawing.html import Html, tag
from hyperbounty.drawing.tables import table
from hyperbounty.format import about, likely, moment, percent
from hyperbounty.statistics.ppm import PPM
from participant.workbench.report.facts import Block, Blocks, Entry, Missing, Report

_POINT = 10_000
_DAY = 86_400


def blocks_section(report: Report, entry: Entry) -> Iterator[Html]:
    """The folds that were trained at home beside the holdout, and what differed."""
    yield tag("h3", "Folds against the holdout")
    blocks = entry.blocks
    if isinstance(blocks, Missing):
        yield tag("p", blocks.reason, class_="why")
        return
    folds, holdout = blocks.folds, blocks.holdout
    mean = sum(fold.mean_ppm for fold in folds) // len(folds)
    difference = (holdout.mean_ppm - mean) / _POINT
    word = "more" if difference >= 0 else "less"
    yield tag(
        "p",
        f"At home it scored {about(mean)} on average of {len(folds)} fold{'s' if len(folds) > 1 else ''}, on the "
        f"holdout {about(holdout.mean_ppm)}: {abs(difference):.1f} points {word}.{_expected(entry, holdout)}",
    )
    differences = list(_differences(blocks))
    yield tag("p", "What differed:")
    yield tag("ul", *(tag("li", each) for each in differences))
    yield table(
        ("rows", "until", "trained on", "scored on", "score", "rises", "change a row", "price"),
        [_row(each) for each in (*folds, holdout)],
        f"Score: mean {report.metric.replace('_', ' ')}. Change a row: standard deviation. Price: first row to last.",
    )


def _expected(entry: Entry, holdout: Block) -> str:
    if isinstance(entry.stated, Missing) or entry.stated.odds is None or not entry.stated.odds.error_ppm:
        return ""
    odds = entry.stated.odds
    away = (holdout.mean_ppm - odds.expected_ppm) / odds.error_ppm
    where = "above" if away >= 0 else "below"
    return (
        f" The odds expected {about(odds.expected_ppm)}, give or take {odds.error_ppm / _POINT:.1f} points: it came "
        f"out {abs(away):.1f} of these errors {where}."
    )


def _differences(blocks: Blocks) -> Iterator[str]:
    folds, holdout = blocks.folds, blocks.holdout
    yield _beside("prices rose after {} of the windows", [fold.rises for fold in folds], holdout.rises)
    rough = [fold.volatility for fold in folds]
    yield _beside("the price changed by {} from row to row (standard deviation)", rough, holdout.volatility, 2)
    moved = [fold.change for fold in folds]
    yield _beside("the price moved by {} from first row to last", moved, holdout.change, sign="+")
    last = folds[-1]
    if last.training_windows != holdout.training_windows:
        more = holdout.training_windows / last.training_windows - 1
        yield (
            f"the contest trains on {holdout.training_windows:,} windows, the last fold on {last.training_windows:,}: "
            f"{more:+.0%}"
        )
    spread = _spread([fold.mean_ppm for fold in folds])
    if spread is not None:
        yield f"the means of the folds alone differ by {spread / _POINT:.1f} points (standard deviation)"


def _beside(what: str, folds: Sequence[float], holdout: float, digits: int = 1, sign: str = "") -> str:
    low, high = min(folds), max(folds)

    def said(value: float) -> str:
        return f"{value:{sign}.{digits}%}"

    # What looks the same is the same to who reads it.
    if said(holdout) in (said(low), said(high)) or low <= holdout <= high:
        verdict = "within what the folds saw"
    else:
        verdict = "above all folds" if holdout > high else "below all folds"
    seen = said(low) if said(low) == said(high) else f"{said(low)} to {said(high)}"
    return f"in the holdout {what.format(said(holdout))}; in the folds {seen}: {verdict}"


def _spread(means: Sequence[int]) -> float | None:
    if len(means) < 2:
        return None
    mean = sum(means) / len(means)
    return math.sqrt(sum((each - mean) ** 2 for each in means) / (len(means) - 1))


def _row(block: Block) -> list[str]:
    until = moment(block.last_time)
    return [
        block.name,
        until[:10] if block.last_time - block.first_time >= _DAY else until[:16],
        f"{block.training_windows:,}",
        f"{block.windows:,}",
        about(block.mean_ppm),
        f"{block.rises:.1%}",
        f"{block.volatility:.2%}",
        f"{block.change:+.1%}",
    ]


def stated_section(report: Report, entry: Entry) -> Iterator[Html]:
    """The chance as it was stated before the outcome, and what came."""
    yield tag("h3", "The odds as they were stated")
    stated = entry.stated
    if isinstance(stated, Missing):
        yield tag("p", stated.reason, class_="why")
        return
    when = moment(stated.stated_at)
    if stated.odds is None:
        yield tag("p", f"On {when} its folds were trained, and no odds were asked for.", class_="why")
        return
    odds = stated.odds
    tried = f"{odds.tried} specs tried" if odds.tried > 1 else "one spec tried"
    yield tag(
        "p",
        f"On {when} the chance to reach {percent(stated.minimum_ppm)} was stated as ",
        tag("b", likely(odds.chance_ppm / PPM)),
        f", from {len(stated.folds)} folds and with {tried}; that of a coin as at most {about(odds.coin_chance_ppm)}.",
    )
    if entry.standing is not None:
        reached = entry.standing.score_ppm >= report.minimum_ppm
        yield tag(
            "p",
            f"It {'reached' if reached else 'did not reach'} the bar, with {percent(entry.standing.score_ppm)}. "
            "One outcome says little about odds: of many that were stated as 60%, 60 in 100 should come true.",
        )
