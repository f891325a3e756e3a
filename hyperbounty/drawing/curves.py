"""Learning curves of the runs of a spec: the loss, and the score on the holdout, after each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hyperbounty.drawing.axes import Axis, in_percent, value_axis
from hyperbounty.drawing.charts import DASHES, Line, line_chart, thinned
from hyperbounty.drawing.html import Html
from hyperbounty.drawing.tables import table, with_table

_MOST_ROWS: Final = 60
"""Of a table of curves."""

_MOST_LINES: Final = len(DASHES)
"""Runs that have a line with a dash of its own; of more, the mean is drawn among thin lines."""

Curve = tuple[int, Sequence[float | None]]
"""The number of a run, and a value for each of its epochs; None stands for what was not finite."""


def learning_curves(
    runs: Sequence[tuple[int, Sequence[float | None], Sequence[float]]], *, metric: str, bar: float
) -> Iterator[Html]:
    """Two charts, each with its table.

    Args:
        runs: of each its number, its losses and its scores, as shares of one; at least one run has an epoch.
        metric: what a score is, in words.
        bar: what a score has to reach.
    """
    x = _epochs(max(len(losses) for _, losses, _ in runs))
    losses = [(number, loss) for number, loss, _ in runs]
    scores: list[Curve] = [(number, score) for number, _, score in runs]
    lines = _lines(losses)
    yield with_table(
        line_chart("Training loss after each epoch", "epoch", lines, x, _range(lines)),
        _curve_table("loss", losses, "{:.4g}".format),
    )
    shown = [*_lines(scores), Line("the bar", (x.low, x.high), (bar,) * 2, "bar")]
    name = f"{metric.capitalize()} on the holdout after each epoch"
    yield with_table(
        line_chart(name, "epoch; the last one counts", shown, x, _range(shown, in_percent)),
        _curve_table("score", scores, "{:.2%}".format),
    )


def _epochs(last: int) -> Axis:
    if last == 1:
        return Axis(0.5, 1.5, ((1, "1"),))
    places = sorted({round(1 + (last - 1) * each / 4) for each in range(5)})
    return Axis(1, last, tuple((at, str(at)) for at in places))


def _lines(curves: Sequence[Curve]) -> list[Line]:
    if len(curves) <= _MOST_LINES:
        return [_line(f"run {number}", curve, "own", DASHES[place]) for place, (number, curve) in enumerate(curves)]
    means = []
    for epoch in range(max(len(curve) for _, curve in curves)):
        values = [each for _, curve in curves if epoch < len(curve) and (each := curve[epoch]) is not None]
        means.append(sum(values) / len(values) if values else None)
    thin = [_line(f"each of {len(curves)} runs", curve, "many") for _, curve in curves]
    return [*thin, _line("their mean", means, "own")]


def _line(label: str, curve: Sequence[float | None], kind: str, dash: str = "") -> Line:
    chosen = thinned(range(len(curve)))
    return Line(label, [epoch + 1 for epoch in chosen], [curve[epoch] for epoch in chosen], kind, dash)


def _range(lines: Sequence[Line], words: Callable[[float], str] = "{:.4g}".format) -> Axis:
    return value_axis([each for line in lines for each in line.ys if each is not None], words)


def _curve_table(what: str, curves: Sequence[Curve], words: Callable[[float], str]) -> Html:
    """The curves in numbers; of many, the lowest, the mean and the highest."""
    epochs = max(len(curve) for _, curve in curves)
    chosen = thinned(range(epochs), _MOST_ROWS)

    def said(value: float | None) -> str:
        return "not finite" if value is None else words(value)

    if len(curves) <= _MOST_LINES:
        head = [f"run {number}" for number, _ in curves]
        rows = [
            [epoch + 1, *(said(curve[epoch]) if epoch < len(curve) else "–" for _, curve in curves)] for epoch in chosen
        ]
    else:
        head = ["lowest", "mean", "highest"]
        rows = []
        for epoch in chosen:
            values = [each for _, curve in curves if epoch < len(curve) and (each := curve[epoch]) is not None]
            three = (min(values), sum(values) / len(values), max(values)) if values else (None, None, None)
            rows.append([epoch + 1, *map(said, three)])
    some = "" if len(chosen) == epochs else f", at {len(chosen)} of {epochs:,} epochs"
    return table(("epoch", *head), rows, f"The {what} after each epoch{some}")
