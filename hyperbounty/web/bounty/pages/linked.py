"""Charts of what the documents of a contest link: its prices, and how a spec was trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from hyperbounty.bounty.manifest import SealedHoldout
from hyperbounty.cli.wording import worded
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

_MOST_DRAWN: Final = 400
_MOST_ROWS: Final = 25


@dataclass(frozen=True)
class Drawn:
    """A chart, or why there is none.

    Attributes:
        chart: None where there is none.
        reason: why; empty where there is one, and where there is nothing to say.
        is_final: whether it stays so until the index shows something else.
    """

    chart: Html | None
    reason: str = ""
    is_final: bool = True


def prices_drawn(linked: Linked, contest: IndexedContest) -> Drawn:
    """The closes of the coin: what everybody trains on, and the holdout, which is a grey field while it is sealed."""
    if contest.manifest is None:
        # The page says that it is missing.
        return Drawn(None)
    return _drawn(lambda: _prices(contest, linked.prices(contest)))


def curves_drawn(linked: Linked, contest: IndexedContest, index: int) -> Drawn:
    """How the spec with this index was trained: its losses, and its scores on the holdout."""
    manifest = contest.manifest
    if manifest is None:
        return Drawn(None)

    def draw() -> Html:
        runs = linked.curves(contest, index).runs
        shown = [(run.run, run.losses, [ppm / PPM for ppm in run.holdout_scores_ppm]) for run in runs if run.losses]
        if not shown:
            raise NotHere("its report has no curves", "look at the runs instead")
        metric = manifest.metric.replace("_", " ")
        return joined(*learning_curves(shown, metric=metric, bar=contest.contest.minimum_score / PPM))

    return _drawn(draw)


def _drawn(draw: Callable[[], Html]) -> Drawn:
    try:
        return Drawn(draw())
    except NotYet as error:
        return Drawn(None, _sentence(error), is_final=False)
    except (NotHere, NotUsable) as error:
        return Drawn(None, _sentence(error))


def _sentence(error: HyperbountyError) -> str:
    return f"{error.what}; {worded(error.next_step)}"


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
        name += "; the grey field is the holdout, sealed"
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
