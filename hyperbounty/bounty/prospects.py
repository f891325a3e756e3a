"""What rehearsed specs may hope for in their contest: the chance of each to clear the bar, and a coin's beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.estimates import lottery_of
from hyperbounty.statistics.luck import independent_outcomes
from hyperbounty.statistics.ppm import PPM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.rehearsal import Rehearsal
    from hyperbounty.prices.table import PriceTable
    from hyperbounty.statistics.odds import Odds


@dataclass(frozen=True)
class Prospects:
    """What the folds say of specs on the holdout.

    Attributes:
        rehearsal: the specs and their trainings.
        odds: of each spec, in their order.
        runs: of a spec in the contest.
        tried: specs that were tried before these were chosen, these included.
        holdout_windows: that the contest scores on, as far as it is known.
        independent_outcomes: how many outcomes these come to, at least.
        coin_ppm: most that the chance to reach the bar without any skill can be.
    """

    rehearsal: Rehearsal
    odds: Sequence[Odds]
    runs: int
    tried: int
    holdout_windows: int
    independent_outcomes: int
    coin_ppm: int

    @property
    def best(self) -> int:
        """Index of the spec with the best chance."""
        return max(range(len(self.odds)), key=lambda index: self.odds[index].chance)

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "metric": self.rehearsal.metric,
            "minimum_ppm": self.rehearsal.minimum_ppm,
            "tried": self.tried,
            "holdout_windows": self.holdout_windows,
            "independent_outcomes": self.independent_outcomes,
            "coin_chance_ppm": self.coin_ppm,
            "specs": [
                {
                    "spec": "0x" + each.judged.spec.word.hex(),
                    "mean_ppm": each.mean_ppm,
                    "expected_ppm": made.expected_ppm,
                    "error_ppm": made.error_ppm,
                    "drawn_ppm": made.drawn_ppm,
                    "chance_ppm": round(PPM * made.chance),
                }
                for each, made in zip(self.rehearsal.specs, self.odds, strict=True)
            ],
        }


def prospects(rehearsal: Rehearsal, manifest: Manifest, training: PriceTable, tried: int = 1) -> Prospects:
    """What the specs of `rehearsal` may hope for, all of them known; see `hyperbounty.statistics.odds`.

    Args:
        rehearsal: on the data of this contest.
        manifest, training: of the contest.
        tried: specs that were tried before these were chosen; these count in any case.
    """
    windows, periods = manifest.holdout_windows, manifest.task.future_periods
    tried = max(tried, len({each.judged.spec for each in rehearsal.specs}))
    coin = lottery_of(manifest.metric, manifest.task.dataset(training, None).train, windows, periods, entries=1)
    return Prospects(
        rehearsal=rehearsal,
        odds=rehearsal.odds(windows, manifest.runs, tried),
        runs=manifest.runs,
        tried=tried,
        holdout_windows=windows,
        independent_outcomes=independent_outcomes(windows, periods),
        coin_ppm=math.ceil(PPM * coin.chance_of_one(rehearsal.minimum_ppm)),
    )
