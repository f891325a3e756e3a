"""A contest in one picture: the prices and their split, the learning curves, the leaderboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.report import Report, SpecDetails
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.noise import PPM, noise_band
from hyperbounty.texts import escaped

_INK, _QUIET, _BAR, _WON = "#1f2933", "#9aa5b1", "#7b9fc4", "#2f855a"


@dataclass(frozen=True)
class Drawing:
    """What the picture shows.

    Attributes:
        details: the runs of a spec by its index; specs that were not trained are missing.
        names: who stands behind an address; the address is shown where there is no name.
        winner: index of the winning spec, None where nobody won.
    """

    manifest: Manifest
    report: Report
    training: PriceTable
    holdout: PriceTable
    details: Mapping[int, SpecDetails]
    names: Mapping[str, str]
    winner: int | None

    def save(self, path: Path) -> None:
        """Write the picture as PNG."""
        # A title is text, and no formula: between two $ it would be read as one.
        plain = mpl.rc_context({"text.parse_math": False})
        style = mpl.rc_context(
            {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "text.color": _INK}
        )
        with plain, style:
            figure = Figure(figsize=(11, 7.5), layout="constrained")
            grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.15))
            self._prices(figure.add_subplot(grid[0, :]))
            self._curves(figure.add_subplot(grid[1, 0]))
            self._leaderboard(figure.add_subplot(grid[1, 1]))
            figure.suptitle(escaped(self.manifest.title), fontsize=13, fontweight="bold")
            figure.savefig(path, dpi=110, metadata={"Software": None})

    def _prices(self, axes: Axes) -> None:
        column = self.training.columns.index(f"{self.manifest.task.coin}.close")
        for table, colour, label in ((self.training, _BAR, "training"), (self.holdout, _WON, "holdout")):
            times = table.times.astype("datetime64[s]")
            for part, (start, stop) in enumerate(table.segments()):
                axes.plot(
                    times[start:stop],
                    table.values[start:stop, column],
                    color=colour,
                    linewidth=0.8,
                    label=label if part == 0 else None,
                )
        synthetic = " (synthetic)" if self.manifest.synthetic else ""
        axes.set_title(escaped(f"{self.manifest.task.coin}: {self.manifest.source}{synthetic}"), loc="left")
        axes.legend(frameon=False, loc="upper left", ncols=2)

    def _curves(self, axes: Axes) -> None:
        for index, details in sorted(self.details.items()):
            curves = [run.holdout_scores_ppm for run in details.runs]
            epochs = min(len(curve) for curve in curves)
            mean = np.mean([curve[:epochs] for curve in curves], axis=0)
            axes.plot(np.arange(1, epochs + 1), mean / PPM * 100, marker="o", markersize=3, label=self._name(index))
        self._base_rate(axes, vertical=False)
        axes.set_title("Holdout score by epoch, mean over runs", loc="left")
        axes.set_xlabel("epoch")
        axes.set_ylabel("%")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False, fontsize=8)

    def _leaderboard(self, axes: Axes) -> None:
        ranked = sorted(self.report.specs, key=lambda spec: spec.score_ppm)
        scores = [spec.score_ppm / PPM * 100 for spec in ranked]
        colours = [_WON if spec.index == self.winner else _BAR for spec in ranked]
        places = range(len(ranked))
        axes.barh(places, scores, color=colours, height=0.6)
        for place, spec in enumerate(ranked):
            label = f" {spec.score_ppm / PPM:.2%}" + (f"  {spec.note}" if spec.note else "")
            # On white, since the minimum may run through it.
            ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
            axes.annotate(label, (scores[place], place), va="center", fontsize=8, color=_INK, bbox=ground)
        axes.set_yticks(
            places, [f"{self._name(s.index)}\n{_short(bytes.fromhex(s.spec[2:]))}" for s in ranked], fontsize=8
        )
        self._base_rate(axes, vertical=True)
        shown: Sequence[float] = [s for s in scores if s > 0] or [50.0]
        bar = self.manifest.minimum_score_ppm / PPM * 100
        axes.axvline(bar, color=_INK, linewidth=1)
        axes.annotate("minimum", (bar, 1.0), xycoords=("data", "axes fraction"), fontsize=8, ha="center", va="bottom")
        axes.set_xlim(max(0.0, min([*shown, bar]) - 6), min(100.0, max([*shown, bar]) + 5))
        axes.set_title("Leaderboard, score on the holdout\n", loc="left")
        axes.set_xlabel("%   dashed: base rate of the holdout, shaded: its noise band (95 %)")

    def _base_rate(self, axes: Axes, *, vertical: bool) -> None:
        rate = self.report.holdout.base_rate_ppm / PPM
        band = noise_band(rate, self.report.holdout.windows, self.manifest.task.future_periods)
        low = (rate - band) * 100
        high = (rate + band) * 100
        if vertical:
            axes.axvspan(low, high, color=_QUIET, alpha=0.25, linewidth=0)
            axes.axvline(rate * 100, color=_QUIET, linestyle="--", linewidth=1)
        else:
            axes.axhspan(low, high, color=_QUIET, alpha=0.25, linewidth=0)
            axes.axhline(rate * 100, color=_QUIET, linestyle="--", linewidth=1)

    def _name(self, index: int) -> str:
        address = self.report.specs[index].participant
        return self.names.get(address, f"{address[:8]}…")


def _short(word: bytes) -> str:
    return " · ".join(Spec.from_word(word).describe().split(" · ")[:1])
