"""How often a model was right about samples before it learned them: a line, and the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from hyperbounty.drawing.axes import in_percent, nice_axis
from hyperbounty.drawing.charts import Line, line_chart
from hyperbounty.drawing.html import Html
from hyperbounty.drawing.tables import table, with_table
from hyperbounty.format import about
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.models.samples import Point


def accuracy_chart(points: Sequence[Point], classes: int) -> Html:
    """The share of each stretch that was right.

    Args:
        points: at least one.
        classes: of the model: who guesses is right once in so many.
    """
    xs, ys = [float(each.last) for each in points], [each.ppm / PPM for each in points]
    stretch = points[0].samples
    name = "Right before it learned the sample" + (f", of {stretch:,} samples each" if stretch > 1 else "")
    ends = (0.0, max(xs[-1], 1.0))
    lines = [Line("right", xs, ys), Line("a guess", ends, (1 / max(classes, 1),) * 2, "bar")]
    chart = line_chart(name, "samples", lines, nice_axis(*ends), nice_axis(0, 1, in_percent))
    rows = [[f"{each.last:,}", f"{each.samples:,}", f"{each.right:,}", about(each.ppm)] for each in points]
    return with_table(chart, table(("to sample", "samples", "right", "share"), rows, name))
