"""Curves of trainings, drawn in a line of a terminal or as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hyperbounty.errors import MissingExtra
from hyperbounty.extras import command_to_install
from hyperbounty.statistics.ppm import PPM
from hyperbounty.texts import escaped

if TYPE_CHECKING:
    from hyperbounty.bounty.rehearsal import Rehearsal

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_MOST_COLUMNS: Final = 40
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31")
"""Colours that people with any colour vision tell apart (Okabe and Ito, 2008), the yellow replaced: it is too light."""


def sparkline(values: Sequence[float], least_range: float = 0.0) -> str:
    """A curve in characters, from its lowest value to its highest; one of many values is drawn by means of neighbours.

    >>> sparkline([0.69, 0.66, 0.64, 0.65])
    '█▄▁▂'
    >>> sparkline([0.5, 0.501], least_range=0.02), sparkline([0.5]), len(sparkline(range(1000)))
    ('▁▁', '▁', 40)

    Args:
        values: one at least.
        least_range: a curve that moves less is drawn as if it moved so much, since a little noise is no story.
    """
    columns = min(len(values), _MOST_COLUMNS)
    edges = [round(column * len(values) / columns) for column in range(columns + 1)]
    means = [sum(values[low:high]) / (high - low) for low, high in pairwise(edges)]
    low = min(means)
    whole = max(max(means) - low, least_range)
    steps = len(_LEVELS) - 1
    return "".join(_LEVELS[round(steps * (mean - low) / whole) if whole else 0] for mean in means)


def require_drawing() -> None:
    """Refuse where no picture can be drawn.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise MissingExtra("matplotlib is not installed, for the picture of the curves", command_to_install("demo"))


def save_curves(rehearsal: Rehearsal, path: Path) -> None:
    """Draw loss and score after each epoch, a colour for each spec and a thin line for each training, as PNG."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with mpl.rc_context(
        {"text.parse_math": False, "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    ):
        figure = Figure(figsize=(10, 4.5), layout="constrained")
        losses, scores = figure.subplots(1, 2)
        for number, spec in enumerate(rehearsal.specs):
            colour = _COLOURS[number % len(_COLOURS)]
            for run in (run for fold in spec.results for run in fold):
                epochs = range(1, len(run.losses) + 1)
                losses.plot(epochs, run.losses, color=colour, linewidth=0.6, alpha=0.4)
                score = [ppm / PPM * 100 for ppm in run.holdout_ppm[rehearsal.metric]]
                scores.plot(epochs, score, color=colour, linewidth=0.6, alpha=0.4)
            name = escaped(spec.judged.spec.describe())
            mean = [value / PPM * 100 for value in spec.score_curve()]
            losses.plot(range(1, len(spec.loss_curve()) + 1), spec.loss_curve(), color=colour, linewidth=2)
            scores.plot(range(1, len(mean) + 1), mean, color=colour, linewidth=2, label=name)
        scores.axhline(rehearsal.minimum_ppm / PPM * 100, color="#3e4c59", linestyle="--", linewidth=1, label="minimum")
        losses.set(title="training loss", xlabel="epoch")
        scores.set(title=f"{rehearsal.metric.replace('_', ' ')} on the folds, %", xlabel="epoch")
        for axes in (losses, scores):
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(loc="outside lower center", frameon=False, fontsize=8)
        figure.savefig(path, dpi=110, format="png", metadata={"Software": None})
