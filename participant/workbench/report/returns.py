"""The predictions as a strategy, beside buying and holding: a description of the holdout, and never advice."""

from __future__ import annotations

from collections.abc import Iterator

from hyperbounty.drawing.axes import time_axis, value_axis
from hyperbounty.drawing.charts import DASHES, Line, line_chart, thinned
from hyperbounty.drawing.html import Html, tag
from hyperbounty.drawing.tables import table, with_table
from hyperbounty.durations import format_duration
from hyperbounty.format import moment, percent
from hyperbounty.statistics.ppm import PPM
from participant.workbench.report.facts import Missing, Strategy


def strategy_section(strategy: Strategy | Missing) -> Iterator[Html]:
    """What 1 would have become."""
    yield tag("h3", "Its predictions as a strategy, on the holdout")
    if isinstance(strategy, Missing):
        yield tag("p", strategy.reason, class_="why")
        return
    rows = "row" if strategy.periods == 1 else f"{strategy.periods} rows"
    yield tag(
        "p",
        tag("b", f"{_change(strategy.strategy[-1])}"),
        f" for following its predictions of {strategy.coin}, ",
        tag("b", f"{_change(strategy.hold[-1])}"),
        f" for buying at the first prediction and holding to the end. Each trade costs {percent(strategy.cost_ppm)} of "
        f"what is traded; without costs the predictions come to {_change(1 + strategy.free_ppm / PPM)}.",
    )
    yield tag(
        "p",
        f"Each prediction decides about an equal part of the money for {rows} of {format_duration(strategy.interval)}: "
        "in the coin where a rise is predicted, out of it where not. Runs have equal parts. Nothing is sold short, and "
        "money that waits earns nothing. This describes prices that are past, on few of them; it is not advice, and "
        "says nothing about prices to come. What a real trade pays and moves is not in it.",
        class_="quiet",
    )
    chosen = thinned(strategy.times)
    times = [float(strategy.times[each]) for each in chosen]
    lines = [
        Line("its predictions", times, [strategy.strategy[each] for each in chosen], "own"),
        Line("buy and hold", times, [strategy.hold[each] for each in chosen], "other", DASHES[1]),
    ]
    values = [value for line in lines for value in line.ys if value is not None]
    chart = line_chart(
        "What 1 becomes, costs taken off",
        "UTC",
        lines,
        time_axis(strategy.times[0], strategy.times[-1]),
        value_axis(values),
    )
    few = thinned(chosen, 25)
    yield table(
        ("", "predictions", "buy, hold"),
        [
            ["came to", _change(strategy.strategy[-1]), _change(strategy.hold[-1])],
            ["deepest fall", f"-{strategy.strategy_fall:.2%}", f"-{strategy.hold_fall:.2%}"],
            ["in the coin", f"{strategy.invested:.1%}", "100.0%"],
            ["bought and sold", f"{strategy.turnover:,.1f} ×", "2.0 ×"],
        ],
        f"From {moment(strategy.times[0])} to {moment(strategy.times[-1])}; bought and sold: times the money.",
    )
    yield with_table(
        chart,
        table(
            ("time", "its predictions", "buy and hold"),
            [[moment(int(times[at])), *(f"{line.ys[at]:.4f}" for line in lines)] for at in few],
            "What 1 becomes, at some of the times",
        ),
    )


def _change(ratio: float) -> str:
    return f"{ratio - 1:+.2%}"
