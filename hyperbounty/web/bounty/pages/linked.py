"""Charts of what the documents of a contest link: its prices, and how a spec was trained."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Final

from hyperbounty.bounty.manifest import SealedHoldout
from hyperbounty.drawing.axes import time_axis, value_axis
from hyperbounty.drawing.charts import DASHES, Line, line_chart
from hyperbounty.drawing.curves import learning_curves
from hyperbounty.drawing.html import Html, joined
from hyperbounty.drawing.tables import table, with_table
from hyperbounty.errors import HyperbountyError
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.bounty.linked import Linked, PriceLine, Prices
from hyperbounty.web.site.errors import NotHere, NotUsable, NotYet
from hyperbounty.web.site.wording import on_page

_MOST_DRAWN: Final = 400
_MOST_ROWS: Final = 25
_MOST_KEPT: Final = 200
"""Charts, of some 20 KB each."""


@dataclass(frozen=True)
class Drawn:
    """A chart, or why there is none.

    Attributes:
        chart: None where there is none.
        reason: why there is none, or why a part of it is missing; empty where there is nothing to say.
        is_final: whether it stays so until the index shows something else.
    """

    chart: Html | None
    reason: str = ""
    is_final: bool = True


class LinkedCharts:
    """Makes the charts, and keeps the latest: what they are made of never changes.

    Args:
        linked: gives what is drawn.
    """

    def __init__(self, linked: Linked) -> None:
        self._linked = linked
        self._kept: OrderedDict[tuple[object, ...], Html] = OrderedDict()
        self._lock = Lock()

    def prices(self, contest: IndexedContest) -> Drawn:
        """The closes of the coin: what everybody trains on, and the holdout, a grey field while it is sealed."""
        if contest.manifest is None:
            # The page says that it is missing.
            return Drawn(None)

        def draw() -> Drawn:
            prices = self._linked.prices(contest)
            chart = _prices(contest, prices)
            return Drawn(chart, prices.holdout_fault, is_final=not prices.holdout_fault)

        report = contest.row["report"] if contest.report is not None else None
        return self._drawn(("prices", contest.row["manifest"], contest.key, report), draw)

    def curves(self, contest: IndexedContest, index: int) -> Drawn:
        """How the spec with this index was trained: its losses, and its scores on the holdout."""
        manifest, bar = contest.manifest, contest.contest.minimum_score
        if manifest is None:
            return Drawn(None)

        def draw() -> Drawn:
            runs = self._linked.curves(contest, index).runs
            shown = [(run.run, run.losses, [ppm / PPM for ppm in run.holdout_scores_ppm]) for run in runs if run.losses]
            if not shown:
                raise NotHere("its report has no curves", "look at the runs instead")
            metric = manifest.metric.replace("_", " ")
            return Drawn(joined(*learning_curves(shown, metric=metric, bar=bar / PPM)))

        return self._drawn(("curves", contest.row["manifest"], contest.row["report"], index, bar), draw)

    def _drawn(self, key: tuple[object, ...], draw: Callable[[], Drawn]) -> Drawn:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return Drawn(self._kept[key])
        try:
            made = draw()
        except NotYet as error:
            return Drawn(None, _sentence(error), is_final=False)
        except (NotHere, NotUsable) as error:
            return Drawn(None, _sentence(error))
        if made.is_final and made.chart is not None:
            with self._lock:
                self._kept[key] = made.chart
                if len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return made


def _sentence(error: HyperbountyError) -> str:
    return f"{error.what}; {on_page(error.next_step)}"


def _prices(contest: IndexedContest, prices: Prices) -> Html:
    assert contest.manifest is not None
    training, holdout = prices.training, prices.holdout
    lines, bands, name = [_line("training", training, "own")], [], "Closes of {}: training"
    end = int(training.times[-1])
    if holdout is not None:
        lines.append(_line("holdout", holdout, "hold", DASHES[0]))
        bands = [(float(holdout.times[0]), float(holdout.times[-1]))]
        end = int(holdout.times[-1])
        name += ", and the holdout on grey"
    elif isinstance(contest.manifest.holdout, SealedHoldout):
        sealed = end + contest.manifest.holdout.rows * prices.interval
        bands = [(float(end), float(sealed))]
        end = sealed
        name += f"; the grey field is the holdout, {'which is not shown' if prices.holdout_fault else 'sealed'}"
    values = [each for line in lines for each in line.ys if each is not None]
    chart = line_chart(
        name.format(prices.coin), "UTC", lines, time_axis(int(training.times[0]), end), value_axis(values), bands
    )
    rows = [
        [_at(time), part, f"{close:.6g}"]
        for part, line in (("training", training), ("holdout", holdout))
        if line is not None
        for time, close in line.thinned(_MOST_ROWS)
    ]
    return with_table(chart, table(("time", "part", "close"), rows, f"Closes of {prices.coin}, at some of the times"))


def _line(label: str, line: PriceLine, kind: str, dash: str = "") -> Line:
    points = line.thinned(_MOST_DRAWN)
    return Line(label, [float(time) for time, _ in points], [close for _, close in points], kind, dash)


def _at(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M")
