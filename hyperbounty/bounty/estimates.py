"""How much luck a contest pays for: the estimates of a manifest, by its organizer and by everybody who checks them."""

from __future__ import annotations

import math
from typing import Final

from hyperbounty.bounty.manifest import Estimates, Manifest
from hyperbounty.prices.table import PriceTable
from hyperbounty.statistics.luck import USUAL_LUCK, Lottery, independent_outcomes
from hyperbounty.statistics.metrics import MetricName
from hyperbounty.statistics.ppm import PPM
from hyperbounty.training.windows import Windows

_ROUNDING: Final = {"chance_of_one_ppm": 1, "chance_of_any_ppm": 1, "bar_ppm": 1}
"""These are made of an exponential or a root, which another machine may round to another last digit."""


def lottery_of(metric: MetricName, train: Windows, holdout_windows: int, future_periods: int, entries: int) -> Lottery:
    """A contest of up to `entries` on these windows, as those see it who know nothing."""
    return Lottery(
        metric=metric,
        windows=holdout_windows,
        training_windows=len(train),
        future_periods=future_periods,
        rise_rate_ppm=int(train.labels.sum(dtype=int)) * PPM // len(train),
        entries=entries,
    )


def estimates_of(lottery: Lottery, minimum_ppm: int) -> Estimates:
    """What a participant must know of a contest with this minimum."""
    return Estimates(
        rise_rate_ppm=lottery.rise_rate_ppm,
        training_windows=lottery.training_windows,
        holdout_windows=lottery.windows,
        independent_outcomes=independent_outcomes(lottery.windows, lottery.future_periods),
        entries=lottery.entries,
        chance_of_one_ppm=_up(lottery.chance_of_one(minimum_ppm)),
        chance_of_any_ppm=_up(lottery.chance_of_any(minimum_ppm)),
        bar_ppm=min(lottery.bar_ppm(USUAL_LUCK), PPM),
    )


def own_estimates(manifest: Manifest, training: PriceTable, *, minimum_ppm: int, entries: int) -> Estimates:
    """The estimates of a contest made from its own data.

    How many windows a sealed holdout leaves is the one thing that only its organizer knows: what the manifest says of
    it is taken, up to what its rows allow. A future one is taken to have no gap.

    Args:
        training: the training prices of `manifest`.
        minimum_ppm, entries: as the contract has them.
    """
    task = manifest.task
    train = task.dataset(training, None).train
    lottery = lottery_of(manifest.metric, train, manifest.holdout_windows, task.future_periods, entries)
    return estimates_of(lottery, minimum_ppm)


def differences(said: Estimates, found: Estimates) -> dict[str, tuple[int, int]]:
    """What two estimates do not agree on: by the field, each one's number."""
    pairs = {name: (getattr(said, name), getattr(found, name)) for name in Estimates.model_fields}
    return {name: pair for name, pair in pairs.items() if abs(pair[0] - pair[1]) > _ROUNDING.get(name, 0)}


def _up(chance: float) -> int:
    return math.ceil(PPM * chance)
