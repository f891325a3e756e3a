"""One entry: its runs, curves and predictions, and what was expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hyperbounty.drawing.curves import learning_curves
from hyperbounty.drawing.html import Html, joined, tag
from hyperbounty.drawing.ruler import Ruler
from hyperbounty.drawing.tables import scrolling, table, with_table
from hyperbounty.format import about, percent
from hyperbounty.statistics.metrics import Confusion
from hyperbounty.statistics.ppm import PPM
from participant.workbench.report.board import interval_words, score_axis
from participant.workbench.report.facts import Entry, Missing, Report, Run
from participant.workbench.report.forecast import blocks_section, stated_section
from participant.workbench.report.returns import strategy_section

_MOST_DRAWN = 16
"""Runs on the ruler; all are in its table."""


def entry_sections(report: Report, entry: Entry) -> Iterator[Html]:
    """All that is to be said of one slot."""
    what = joined(entry.spec) if entry.spec is not None else tag("span", "sealed", class_="sealed")
    yield tag("h2", f"Slot {entry.slot}: ", what)
    yield tag("p", entry.state, class_="quiet")
    if isinstance(entry.runs, Missing):
        # Nothing of what follows is known without them.
        yield tag("p", entry.runs.reason, class_="why")
    else:
        yield from _runs(report, entry, entry.runs)
        yield from _curves(report, entry.runs)
        yield from _confusion(entry.runs)
        yield from strategy_section(entry.strategy)
        yield from blocks_section(report, entry)
    yield from stated_section(report, entry)


def _runs(report: Report, entry: Entry, runs: Sequence[Run]) -> Iterator[Html]:
    yield tag("h3", "Score by run")
    standing = entry.standing
    axis = score_axis(report, [standing] if standing else [], [run.score_ppm for run in runs if run.score_ppm])
    shared = Ruler(axis, report.minimum_ppm / PPM, report.skilless_ppm / PPM)

    def row(name: str, says: str, score: int, interval: tuple[int, int] | None = None, kind: str = "") -> Html:
        whisker = None if interval is None else (interval[0] / PPM, interval[1] / PPM)
        drawn = shared.row(score / PPM if score else None, whisker)
        return tag("div", tag("span", name, tag("small", says)), drawn, tag("span", about(score)), class_=f"row{kind}")

    rows = []
    if standing is not None:
        says = interval_words(standing)
        rows.append(row("the score", says, standing.score_ppm, standing.interval_ppm, " mine"))
    rows += [row(f"run {run.number}", _run_says(run), run.score_ppm) for run in runs[:_MOST_DRAWN]]
    rows.append(tag("div", tag("span"), shared.scale, tag("span"), class_="row scale"))
    caption = (
        "The score is the mean of the runs, each with a seed that nobody chose. Dashed: the bar. Dotted: without skill."
    )
    if len(runs) > _MOST_DRAWN:
        caption += f" {len(runs) - _MOST_DRAWN} more runs are in the numbers."
    numbers = table(
        ("run", "score", "seed", "seconds", "diverged in epoch"),
        [[run.number, percent(run.score_ppm), run.seed, f"{run.seconds:,.1f}", run.diverged_at or "–"] for run in runs],
        f"Each run, as the evaluator's report has it{_checked(runs)}",
    )
    yield with_table(tag("figure", tag("figcaption", caption), tag("div", *rows, class_="rows")), numbers)


def _checked(runs: Sequence[Run]) -> str:
    """Whether the published predictions give the scores."""
    seen = [run for run in runs if run.recomputed_ppm is not None]
    return "; its predictions give these scores here too" if seen and all(map(_agrees, seen)) else ""


def _agrees(run: Run) -> bool:
    return run.recomputed_ppm == run.score_ppm


def _run_says(run: Run) -> str:
    return f"diverged in epoch {run.diverged_at}" if run.diverged_at else f"seed {run.seed}"


def _curves(report: Report, runs: Sequence[Run]) -> Iterator[Html]:
    yield tag("h3", "Learning curves")
    epochs = max((len(run.losses) for run in runs), default=0)
    if not epochs:
        yield tag("p", "The report has no curves of these runs.", class_="why")
        return
    yield from learning_curves(
        [(run.number, run.losses, [ppm / PPM for ppm in run.scores_ppm]) for run in runs],
        metric=report.metric.replace("_", " "),
        bar=report.minimum_ppm / PPM,
    )


def _confusion(runs: Sequence[Run]) -> Iterator[Html]:
    yield tag("h3", "What it predicted, and what came")
    found = [run.confusion for run in runs if run.confusion is not None]
    if not found:
        yield tag("p", "No predictions are published of these runs that could be counted.", class_="why")
        return
    tp, fp, tn, fn = (sum(each) for each in zip(*found, strict=True))
    total = Confusion(tp, fp, tn, fn)
    of_runs = f"all {len(found)} runs together" if len(found) > 1 else "its run"
    yield tag(
        "p",
        f"Of {total.tp + total.fn:,} rises it named {_of(total.tp, total.tp + total.fn)}, of {total.tn + total.fp:,} "
        f"falls {_of(total.tn, total.tn + total.fp)}: {of_runs}, on the windows of the holdout.",
    )
    caption = "Confusion matrix: windows, and their share of a row. A green bar is right, a grey one wrong."
    yield scrolling(
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", each, scope="col") for each in ("", "said rise", "said no rise")))),
            tag(
                "tbody",
                _matrix_row("it rose", (total.tp, True), (total.fn, False)),
                _matrix_row("it did not", (total.fp, False), (total.tn, True)),
            ),
            aria_label=caption,
            class_="matrix",
        ),
        caption,
    )
    if len(found) > 1:
        rows = [[run.number, *run.confusion] for run in runs if run.confusion is not None]
        head = ("run", "right rises", "wrong rises", "right falls", "missed rises")
        yield tag("details", tag("summary", "Run by run"), table(head, rows, "How many windows fell where"))


def _of(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _matrix_row(name: str, *cells: tuple[int, bool]) -> Html:
    whole = sum(count for count, _ in cells)

    def cell(count: int, right: bool) -> Html:
        share = count / whole if whole else 0.0
        drawn = tag("span", class_="share", style=f"width:{100 * share:.1f}%")
        words = joined(f"{count:,} ", tag("small", f"{share:.1%}, {'right' if right else 'wrong'}"))
        return tag("td", words, drawn, class_="right" if right else None)

    return tag("tr", tag("th", name, scope="row"), *(cell(*each) for each in cells))
