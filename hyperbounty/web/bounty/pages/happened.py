"""How a contest filled: a line that rises with each entry, and the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from hyperbounty.drawing.axes import nice_axis, time_axis
from hyperbounty.drawing.charts import Line, line_chart, thinned
from hyperbounty.drawing.html import Html
from hyperbounty.drawing.tables import table, with_table
from hyperbounty.format import moment

_MOST_ROWS = 25


def entries_chart(times: Sequence[int], first: int, last: int, most: int) -> Html:
    """Entries that stood at each time.

    Args:
        times: at which one was submitted, ascending; at least one.
        first, last: of the time to submit, as far as it came.
        most: entries that there can be.
    """
    xs, ys = [float(first)], [0.0]
    for number in thinned(times):
        # A step: it stood so until then.
        xs += [float(times[number])] * 2
        ys += [ys[-1], float(number + 1)]
    xs.append(float(max(last, times[-1])))
    ys.append(ys[-1])
    high = min(most, max(4, 2 * len(times)))
    chart = line_chart(
        "Entries by time", "UTC", [Line("entries", xs, ys)], time_axis(first, int(xs[-1])), nice_axis(0, high, most=4)
    )
    rows = [[moment(times[number]), number + 1] for number in thinned(times, _MOST_ROWS)]
    return with_table(chart, table(("time", "entries"), rows, "Entries that stood"))
