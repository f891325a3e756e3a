"""The figures of a study, as PNG: the same rows make the same bytes by the same version of matplotlib.

Lines differ by marks and dashes, never by colour alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hyperbounty.statistics.survival import kaplan_meier
from hyperbounty.statistics.trends import Interval
from hyperbounty.study.analysis import PRIMARY, PartRows
from hyperbounty.study.series import Series
from hyperbounty.study.wording import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK: Final = "#1d2329"
_QUIET: Final = "#6b7680"
_GOOD, _BAD = 0, 1
"""Colour, mark and dashes of good agents and of bad ones, in all figures."""

_SHIFT: Final = 0.05
"""Between lines of one figure whose bars would hide each other."""

_COLOURS: Final = ("#0b6e4f", "#b5460f", "#3b5fa8", "#8a6d00", "#7b3f8c", "#4d4d4d", "#a01c4b", "#127a8a")
_DASHES: Final = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 3)))
_MARKS: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
_DPI: Final = 150
_STYLE: Final[dict[Any, Any]] = {
    "axes.edgecolor": _QUIET,
    "axes.grid": True,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "grid.alpha": 0.4,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.5,
    "lines.markersize": 4.0,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
NAMES: Final[Mapping[str, str]] = {
    "words": "words",
    "reviews": "training reviews",
    "price": "price, times that of the base case",
}
"""Of the primary factors, as axes have them."""


def drawn(parts: Mapping[str, PartRows], series: Sequence[Series]) -> dict[str, bytes]:
    """All figures that these rows allow, by the name of their file."""
    made: dict[str, Callable[[], Figure]] = {}
    primary = [parts[name] for name in PRIMARY if name in parts]
    if primary:
        made["factors.png"] = lambda: _factors(primary)
        made["ruin.png"] = lambda: _ruin(primary)
    if series:
        made["one-run.png"] = lambda: _one_run(series)
    if "words-price" in parts:
        made["words-price.png"] = lambda: _map(parts["words-price"])
    if "agents" in parts:
        made["agents.png"] = lambda: _agents(parts["agents"])
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        return {name: _png(draw()) for name, draw in made.items()}


def _png(figure: Figure) -> bytes:
    held = io.BytesIO()
    # Without the version in it, which would be all that differs.
    figure.savefig(held, format="png", dpi=_DPI, metadata={"Software": None})
    return held.getvalue()


def _figure(rows: int, columns: int, width: float, height: float, **options: Any) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure as Made

    figure = Made(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def _factors(parts: Sequence[PartRows]) -> Figure:
    figure, grid = _figure(3, len(parts), 3.4 * len(parts), 7.2, sharex="col")
    for column, part in enumerate(parts):
        places = np.arange(len(part.levels))
        accuracy, money, ruins = grid[:, column]
        for number, (measure, label) in enumerate(
            (("alone", "without the bad agent"), ("after", "at the end"), ("before", "when it went live"))
        ):
            _line(accuracy, part.means(measure), label, number + 2)
        for number, measure, label in ((_GOOD, "good left", "good agent"), (_BAD, "bad left", "bad agent")):
            _line(money, part.means(measure), label, number)
        _line(ruins, part.ruined(), "bad agent", _BAD)
        ruins.set_ylim(0, 105)
        ruins.set_xticks(places, [shown(level) for level in part.levels])
        ruins.set_xlabel(NAMES.get(part.name, part.name))
        money.set_ylim(bottom=0)
        for axes in (accuracy, money):
            if column == len(parts) - 1:
                axes.legend(frameon=False, fontsize=7.5)
    for axes, name in zip(
        grid[:, 0], ("accuracy, %", "balance left, % of the start", "bad agent ruined, % of runs"), strict=True
    ):
        axes.set_ylabel(name)
    for row in grid[:1]:
        _share_y(row)
    return figure


def _line(axes: Axes, means: Sequence[Interval], label: str, number: int, shift: float = 0.0) -> None:
    """Means with their intervals, side by side."""
    edges = [
        [each.mean - each.low if np.isfinite(each.low) else 0 for each in means],
        [each.high - each.mean if np.isfinite(each.high) else 0 for each in means],
    ]
    axes.errorbar(
        np.arange(len(means)) + shift,
        [each.mean for each in means],
        yerr=np.maximum(edges, 0),
        color=_COLOURS[number],
        marker=_MARKS[number],
        linestyle=_DASHES[number],
        capsize=2,
        label=label,
    )


def _share_y(row: Any) -> None:
    low = min(axes.get_ylim()[0] for axes in row)
    high = max(axes.get_ylim()[1] for axes in row)
    for axes in row:
        axes.set_ylim(low, high)


def _ruin(parts: Sequence[PartRows]) -> Figure:
    figure, grid = _figure(1, len(parts), 3.4 * len(parts), 3.1, sharey="row")
    for axes, part in zip(grid[0], parts, strict=True):
        until = part.shortest
        for number, (level, seen) in enumerate(zip(part.levels, part.lasting(), strict=True)):
            curve = kaplan_meier(seen)
            times = np.concatenate(([0.0], curve.times, [max(until, curve.times[-1])]))
            shares, low, high = (
                100 * np.concatenate(([1.0], each, each[-1:])) for each in (curve.lasting, curve.low, curve.high)
            )
            colour = _COLOURS[number % 8]
            axes.step(times, shares, where="post", color=colour, linestyle=_DASHES[number % 8], label=shown(level))
            axes.fill_between(times, low, high, step="post", color=colour, alpha=0.12, linewidth=0)
        axes.set_xlabel(f"days ({NAMES.get(part.name, part.name)})")
        axes.set_ylim(0, 103)
        axes.legend(frameon=False, fontsize=7.5)
    grid[0, 0].set_ylabel("bad agents not ruined, % of runs")
    return figure


def _one_run(series: Sequence[Series]) -> Figure:
    figure, grid = _figure(2, 1, 6.8, 4.8, sharex="col")
    days = [each.time_s / 86_400 for each in series]
    accuracy, money = grid[:, 0]
    accuracy.plot(days, [100 * each.right / each.tests for each in series], color=_COLOURS[2])
    accuracy.set_ylabel("accuracy, %")
    for number, name, values in (
        (_GOOD, "good agent", [each.good for each in series]),
        (_BAD, "bad agent", [each.bad for each in series]),
    ):
        money.plot(
            days,
            [100 * each / values[0] for each in values],
            color=_COLOURS[number],
            linestyle=_DASHES[number],
            label=name,
        )
    money.set_ylim(bottom=0)
    money.set_ylabel("balance, % of the start")
    money.set_xlabel("days since the model went live")
    money.legend(frameon=False)
    return figure


def _map(part: PartRows) -> Figure:
    names = [level.split(" ") for level in part.levels]
    words, prices = (list(dict.fromkeys(name[place] for name in names)) for place in (0, 1))
    figure, grid = _figure(1, 2, 7.4, 3.2)
    for axes, (measure, title) in zip(
        grid[0], (("after", "accuracy at the end, %"), ("bad left", "left to the bad agent, %")), strict=True
    ):
        values = np.reshape([each.mean for each in part.means(measure)], (len(words), len(prices)))
        shade = axes.imshow(values, cmap="Greys", aspect="auto", alpha=0.35)
        figure.colorbar(shade, ax=axes)
        for row, column in np.ndindex(values.shape):
            axes.text(column, row, f"{values[row, column]:.1f}", ha="center", va="center", color=_INK)
        axes.set_xticks(range(len(prices)), prices)
        axes.set_yticks(range(len(words)), [shown(level) for level in words])
        axes.set_xlabel(NAMES["price"])
        axes.set_ylabel("words")
        axes.set_title(title, fontsize=9.0, color=_INK)
        axes.grid(visible=False)
    return figure


def _agents(part: PartRows) -> Figure:
    names = [level.split(" ") for level in part.levels]
    figure, grid = _figure(1, 3, 9.6, 3.0)
    for axes, (measure, title) in zip(
        grid[0],
        (
            ("after", "accuracy at the end, %"),
            ("bad left", "left to the bad agents, %"),
            ("honest lost", "lost by honest agents, %"),
        ),
        strict=True,
    ):
        means = part.means(measure)
        for number, (watched, label) in enumerate((("true", "with watchers"), ("false", "without"))):
            chosen = [(name[0], mean) for name, mean in zip(names, means, strict=True) if name[1] == watched]
            _line(axes, [mean for _, mean in chosen], label, number + 2, (number * 2 - 1) * _SHIFT)
            axes.set_xticks(range(len(chosen)), [shown(name) for name, _ in chosen])
        axes.set_xlabel("agents")
        axes.set_title(title, fontsize=9.0, color=_INK)
    grid[0, 0].legend(frameon=False)
    return figure
