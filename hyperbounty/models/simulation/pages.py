"""Runs drawn: one file of HTML that asks nobody for anything, with charts as SVG and the numbers beside them.

A run that is on its way rewrites its page at each measurement, and the page loads itself again meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from hyperbounty.drawing.axes import Axis, in_percent, nice_axis, score_axis, value_axis
from hyperbounty.drawing.charts import DASHES, Line, line_chart
from hyperbounty.drawing.html import Html, foreign, tag
from hyperbounty.drawing.look import page_style
from hyperbounty.drawing.tables import table, with_table
from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.models.rules import DAY
from hyperbounty.models.simulation.agents import Agent
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.documents import RunShown
from hyperbounty.models.simulation.results import Measured

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_RELOAD_S: Final = 2
_POINTS: Final = 200
_MOST_AGENTS: Final = 5
"""That have lines of their own; more are drawn as the good and the bad ones."""


def runs_page(runs: Sequence[RunShown], title: str, *, reload: bool = False) -> str:
    """One run, or the mean of several and each of them thin.

    Args:
        runs: with the same agents, of several seeds.
        title: of the page.
        reload: more runs are to come, and the page loads itself again meanwhile.

    Raises:
        InvalidInput: there is none, or they have other agents or another number of tests.
    """
    if not runs:
        raise InvalidInput("there is no run to show", "give one at least")
    if len({(run.tests, tuple((agent.name, agent.start) for agent in run.agents)) for run in runs}) > 1:
        raise InvalidInput("these runs are not of one design", "combine runs that differ in their seeds alone")
    return page(title, _sections(runs, title), reload=reload)


class LivePage:
    """A page that follows a run; call it at each measurement.

    Args:
        path: of the page.
        design: that is run.
        title: of the page.
        every_s: it is drawn anew at most so often, in seconds of the clock on the wall.
        monotonic: tells that time.
    """

    def __init__(
        self,
        path: Path,
        design: Design,
        title: str,
        *,
        every_s: float = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._every_s = every_s
        self._monotonic = monotonic
        self._next = monotonic()
        self._path = path
        self._design = design
        self._title = title
        self._measured: list[Measured] = []

    def __call__(self, measured: Measured) -> None:
        """Draw what is known so far."""
        self._measured.append(measured)
        now = self._monotonic()
        if now < self._next:
            return
        self._next = now + self._every_s
        times = [each.time / DAY for each in self._measured]
        accuracies = [each.accuracy for each in self._measured]
        groups = _groups([agent.good if isinstance(agent, Agent) else None for agent in self._design.agents])
        names = [agent.name for agent in self._design.agents]
        starts = [agent.balance for agent in self._design.agents]
        lines = [
            Line(label, times, [_share(each.balances, starts, members) for each in self._measured], dash=dash)
            for (label, members), dash in zip(_labels(groups, names), DASHES, strict=False)
        ]
        done = measured.added / max(len(self._design.stream), 1)
        body = [
            tag("h1", foreign(self._title)),
            tag("p", f"{measured.added:,} of {len(self._design.stream):,} samples, {done:.0%}."),
            _chart("Accuracy on the test samples", [Line("accuracy", times, accuracies)], score_axis(accuracies)),
            _chart("Balances, of what they were", lines, value_axis(_finite(lines), in_percent)),
        ]
        write_atomic(self._path, page(self._title, body, reload=True).encode())


def page(title: str, body: Iterable[Html], *, reload: bool = False) -> str:
    """A whole file; `reload` has it load itself again and again."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="refresh", content=str(_RELOAD_S)) if reload else "",
        tag("title", title),
        tag("style", Html(page_style())),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', tag('main', *body)), lang='en')}\n"


def _sections(runs: Sequence[RunShown], title: str) -> Iterator[Html]:
    first = runs[0]
    yield tag("h1", foreign(title))
    seeds = f"seed {first.seed}" if len(runs) == 1 else f"{len(runs)} seeds"
    yield tag("p", f"A {first.kind} of {first.features:,} features, {seeds}. ", _outcome(runs), class_="quiet")
    times = _common_times(runs)
    days = [time / DAY for time in times]
    each = [_at(times, run.accuracy_times, run.accuracy) for run in runs]
    mean = np.mean(each, axis=0).tolist()
    thin = [Line("a seed", days, line, kind="many") for line in each] if len(runs) > 1 else []
    label = "mean of the seeds" if thin else "accuracy"
    chart = _chart(
        "Accuracy on the test samples",
        [*thin, Line(label, days, mean)],
        score_axis([value for line in [mean, *each] for value in line]),
    )
    rows = [(f"day {day:.1f}", in_percent(round(value, 4))) for day, value in zip(days, mean, strict=True)]
    yield with_table(chart, table(("time", "accuracy"), rows[:: max(1, len(rows) // 20)], "Accuracy, over the seeds"))
    yield _balances(runs, times)
    yield _agents(runs)


def _balances(runs: Sequence[RunShown], times: Sequence[int]) -> Html:
    agents = runs[0].agents
    starts = [int(agent.start) for agent in agents]
    lines = []
    days = [time / DAY for time in times]
    labels = _labels(_groups([agent.good for agent in agents]), [agent.name for agent in agents])
    for (label, members), dash in zip(labels, DASHES, strict=False):
        shares = []
        for run in runs:
            balances = zip(*(run.agents[member].balances for member in members), strict=True)
            chosen = [starts[member] for member in members]
            values = [_share(tuple(map(int, each)), chosen, range(len(members))) for each in balances]
            shares.append(_at(times, run.accuracy_times, values))
        lines.append(Line(label, days, np.mean(shares, axis=0).tolist(), dash=dash))
    return _chart("Balances, of what they were", lines, value_axis(_finite(lines), in_percent))


def _agents(runs: Sequence[RunShown]) -> Html:
    rows = []
    for number, agent in enumerate(runs[0].agents):
        mine = [run.agents[number] for run in runs]
        start = int(agent.start)
        left = sum(int(each.balance) for each in mine) / len(mine)
        ruined = [each.ruined / DAY for each in mine if each.ruined is not None]
        rows.append(
            (
                foreign(agent.name),
                f"{left / start:.1%}" if start else "",
                *(f"{sum(getattr(each, name) for each in mine) / len(mine):,.0f}" for name in _COUNTS),
                f"day {np.mean(ruined):.0f}, {len(ruined)} of {len(mine)}" if ruined else "never",
            )
        )
    head = ("agent", "balance left", *_COUNTS, "ruined")
    return table(head, rows[:100], "Agents at the end" if len(runs) == 1 else "Agents at the end, means over the seeds")


_COUNTS: Final = ("added", "refunded", "reported", "claimed")


def _outcome(runs: Sequence[RunShown]) -> str:
    before, after = (float(np.mean([run.accuracy[place] for run in runs])) for place in (0, -1))
    return f"Accuracy {before:.2%} before, {after:.2%} after {runs[0].added:,} samples."


def _groups(good: Sequence[bool | None]) -> dict[str, list[int]]:
    """Who is drawn together: nobody where they are few."""
    if len(good) <= _MOST_AGENTS:
        return {str(number): [number] for number in range(len(good))}
    names = {True: "the good", False: "the bad", None: "the others"}
    return {
        name: [number for number, each in enumerate(good) if each is kind]
        for kind, name in names.items()
        if kind in good
    }


def _labels(groups: dict[str, list[int]], names: Sequence[str]) -> list[tuple[str, list[int]]]:
    return [(names[members[0]] if len(names) <= _MOST_AGENTS else label, members) for label, members in groups.items()]


def _share(balances: Sequence[int], starts: Sequence[int], members: Sequence[int]) -> float:
    start = sum(starts[member] for member in members)
    return sum(balances[member] for member in members) / start if start else 0.0


def _common_times(runs: Sequence[RunShown]) -> list[int]:
    if len(runs) == 1:
        return runs[0].accuracy_times
    return [int(time) for time in np.linspace(0, max(run.ended for run in runs), _POINTS)]


def _at(times: Sequence[int], known: Sequence[int], values: Sequence[float]) -> list[float]:
    """What was last measured by each of these times."""
    places = np.searchsorted(known, times, side="right") - 1
    return [values[max(place, 0)] for place in places.tolist()]


def _chart(name: str, lines: Sequence[Line], y: Axis) -> Html:
    last = max(max(line.xs) for line in lines)
    return line_chart(name, "days since the model went live", lines, nice_axis(0, last or 1), y)


def _finite(lines: Sequence[Line]) -> list[float]:
    return [value for line in lines for value in line.ys if value is not None]
