"""A contest in one picture: the prices and their split, the learning curves, the leaderboard with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.report import Report, SpecDetails
from hyperbounty.bounty.show.leaderboard import Leaderboard, Place, leaderboard
from hyperbounty.bounty.types import Contest, Outcome
from hyperbounty.format import moment, percent
from hyperbounty.money import format_amount
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.ppm import PPM
from hyperbounty.texts import escaped

_INK: Final = "#1f2933"
_QUIET: Final = "#9aa5b1"
_HOLDOUT: Final = "#3e4c59"
_ENTRANTS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31")
"""Colours that people with any colour vision tell apart (Okabe and Ito, 2008), the yellow replaced: it is too light."""

_MOST_SHOWN: Final = 16
"""Entrants on the leaderboard; the rest is counted."""


@dataclass(frozen=True)
class Drawing:
    """What the picture shows. An entrant has one colour in all panels.

    Attributes:
        contest: as it ended.
        ended: when, in unix seconds.
        details: the runs of a spec by its index; specs that were not trained are missing.
        names: who stands behind an address; the address is shown where there is no name.
    """

    contest: Contest
    ended: int
    manifest: Manifest
    report: Report
    training: PriceTable
    holdout: PriceTable
    details: Mapping[int, SpecDetails]
    names: Mapping[str, str]

    def save(self, path: Path) -> None:
        """Write the picture as PNG."""
        # A title is text, and no formula: between two $ it would be read as one.
        plain = mpl.rc_context({"text.parse_math": False})
        style = mpl.rc_context(
            {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "text.color": _INK}
        )
        with plain, style:
            figure = Figure(figsize=(11, 7.5), layout="constrained")
            figure.suptitle(
                f"{escaped(self.manifest.title)}\n{escaped(self._headline)}", fontsize=12, fontweight="bold"
            )
            grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.3), width_ratios=(1, 1.25))
            self._prices(figure.add_subplot(grid[0, :]))
            self._curves(figure.add_subplot(grid[1, 0]))
            self._leaderboard(figure.add_subplot(grid[1, 1]))
            figure.savefig(path, dpi=110, metadata={"Software": None})

    @cached_property
    def _board(self) -> Leaderboard:
        return leaderboard(self.manifest, self.report, self.contest.winners)

    @property
    def _headline(self) -> str:
        """Outcome, reward and date."""
        winners = [self._name(place.participant) for place in self._board.places if place.won]
        outcome = f"Won by {', '.join(winners)}" if winners else self.contest.outcome.name.capitalize()
        prize = self.contest.prize
        reward = format_amount(prize, self.contest.asset)
        if self.contest.outcome is not Outcome.WON:
            reward += ", which nobody won"
        return f"{outcome} · reward {reward} · {moment(self.ended)}"

    @cached_property
    def _colours(self) -> Mapping[str, str]:
        """By participant, best first: the colour of each; those beyond the last colour are grey."""
        found: dict[str, str] = {}
        for place in self._board.places:
            if place.participant not in found:
                found[place.participant] = _ENTRANTS[len(found)] if len(found) < len(_ENTRANTS) else _QUIET
        return found

    def _prices(self, axes: Axes) -> None:
        """The rows side by side, as the engine sees them: a time without prices has no width."""
        column = self.training.columns.index(f"{self.manifest.task.coin}.close")
        first = 0
        for table, colour in ((self.training, _QUIET), (self.holdout, _HOLDOUT)):
            for start, stop in table.segments():
                rows = np.arange(start, stop)
                axes.plot(first + rows, table.values[start:stop, column], color=colour, linewidth=0.8)
            first += len(table)
        border = len(self.training)
        axes.axvline(border, color=_QUIET, linewidth=0.8)
        for text, side, colour in (("training ", "right", _QUIET), (" holdout", "left", _HOLDOUT)):
            axes.annotate(
                text,
                (border, 1),
                xycoords=("data", "axes fraction"),
                ha=side,
                va="top",
                fontsize=8,
                color=colour,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
            )
        times = np.concatenate((self.training.times, self.holdout.times)).astype("datetime64[s]")
        ticks = np.unique(np.linspace(0, len(times) - 1, 8).astype(int))
        axes.set_xticks(ticks, [str(times[tick].astype("datetime64[D]")) for tick in ticks])
        axes.margins(x=0.01)
        synthetic = " (synthetic)" if self.manifest.synthetic else ""
        axes.set_title(escaped(f"{self.manifest.task.coin}: {self.manifest.source}{synthetic}"), loc="left")

    def _curves(self, axes: Axes) -> None:
        for place in reversed(self._board.places[:_MOST_SHOWN]):
            details = self.details.get(place.index)
            if details is None:
                continue
            curves = [run.holdout_scores_ppm for run in details.runs]
            epochs = min(len(curve) for curve in curves)
            mean = np.mean([curve[:epochs] for curve in curves], axis=0) / PPM * 100
            axes.plot(np.arange(1, epochs + 1), mean, color=self._colours[place.participant], marker="o", markersize=3)
        self._lines(axes.axhline)
        axes.set_title("Score by epoch, mean over runs", loc="left")
        axes.set_xlabel("epoch")
        axes.set_ylabel(f"{self._metric}, %")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))

    def _leaderboard(self, axes: Axes) -> None:
        """A dot with whiskers for each entrant: its score and what it could as well have been; its runs are small."""
        shown = self._board.places[:_MOST_SHOWN]
        for line, place in enumerate(shown):
            colour = self._colours[place.participant]
            # What was not trained to the end has no score worth a dot, only a note.
            if place.interval_ppm is not None:
                low, high = (end / PPM * 100 for end in place.interval_ppm)
                axes.plot([low, high], [line, line], color=colour, linewidth=1.6, solid_capstyle="butt")
                axes.plot([low, high], [line, line], "|", color=colour, markersize=8)
                runs = [score / PPM * 100 for score in self.report.specs[place.index].run_scores_ppm]
                axes.plot(runs, [line + 0.2] * len(runs), "o", color=colour, markersize=4, alpha=0.4, markeredgewidth=0)
                axes.plot(
                    [place.score_ppm / PPM * 100], [line], "o", color=colour, markersize=8, markeredgecolor="white"
                )
            axes.annotate(
                self._beside(place),
                (1.02, line),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=8,
                fontweight="bold" if place.won else "normal",
            )
        axes.set_yticks(range(len(shown)), [self._label(place) for place in shown], fontsize=8)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        self._lines(axes.axvline)
        for text, score, height, colour in (
            (" minimum", self._board.minimum_ppm, 1.0, _INK),
            (" no skill", self._board.skilless_ppm, 0.01, _QUIET),
        ):
            axes.annotate(
                text,
                (score / PPM * 100, height),
                xycoords=("data", "axes fraction"),
                fontsize=8,
                va="bottom",
                color=colour,
            )
        more = len(self._board.places) - len(shown)
        axes.set_title("Leaderboard" + (f", and {more} more" if more else "") + "\n", loc="left")
        axes.set_xlabel(f"{self._metric} on the holdout, %\nwhiskers: 95% interval · small dots: single runs")

    def _beside(self, place: Place) -> str:
        prize = "  won" if place.won else ""
        return f"{place.place}.  {percent(place.score_ppm)}{prize}{'  ' + place.note if place.note else ''}"

    def _label(self, place: Place) -> str:
        described = Spec.from_word(place.spec).describe().split(" · ")[0]
        return f"{self._name(place.participant)}\n{described}"

    def _lines(self, draw: Callable[..., object]) -> None:
        """The minimum, and what a model without skill scores."""
        draw(self._board.minimum_ppm / PPM * 100, color=_INK, linewidth=1)
        draw(self._board.skilless_ppm / PPM * 100, color=_QUIET, linestyle="--", linewidth=1)

    @property
    def _metric(self) -> str:
        return self.manifest.metric.replace("_", " ").capitalize()

    def _name(self, address: str) -> str:
        return escaped(self.names.get(address, f"{address[:8]}…"))
