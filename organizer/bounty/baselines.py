"""Whether the bar of a contest can be reached: three plain specs on folds of its training prices, and a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.rehearsal import USUAL_FOLDS, rehearse
from hyperbounty.spec.cost import seconds
from hyperbounty.spec.suggestions import suggest
from organizer.bounty.publishing import LARGEST_USUAL_SPEC

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.compute.folds import KeptResults
    from hyperbounty.prices.table import PriceTable
    from hyperbounty.spec.judge import Judged
    from hyperbounty.statistics.odds import Odds

REACH: Final = 0.1
"""The bar is hardly reachable where the best baseline has a smaller chance of clearing it."""

BUDGET_PART: Final = 20
"""A run of a baseline may take one part in so many of what the largest usual spec takes: it is to be quick."""

LEAST_BUDGET_SECONDS: Final = 5
"""Of the reference core, where the contest's own budget has room for it."""


class BarVerdict(StrEnum):
    """What the bar of a contest is for its participants."""

    PAYS_FOR_LUCK = "pays_for_luck"
    WITHIN_REACH = "within_reach"
    HARDLY_REACHABLE = "hardly_reachable"


@dataclass(frozen=True)
class Baseline:
    """A plain spec, and how it did.

    Attributes:
        size: `small`, `middle` or `large`.
        mean_ppm: of its scores on the folds.
        odds: of clearing the bar.
    """

    size: str
    judged: Judged
    mean_ppm: int
    odds: Odds


@dataclass(frozen=True)
class _Asked:
    """What a rehearsal has to know of a contest that is not opened."""

    minimum_score: int
    throughput: int


def plain_specs(manifest: Manifest, limits: bytes) -> Mapping[str, Judged]:
    """Three specs by size, none of which is fitted to anything, and none of which trains for long.

    Raises:
        SpecError: the contest's budget pays for no network that its limits allow.
    """
    usual = seconds(LARGEST_USUAL_SPEC, manifest.shape)
    budget = min(manifest.run_seconds, max(LEAST_BUDGET_SECONDS, usual // BUDGET_PART))
    return suggest(limits, manifest.shape, budget)


def epochs_of(specs: Mapping[str, Judged]) -> int:
    """How many epochs training them takes, over all folds."""
    return USUAL_FOLDS * sum(spec.epochs for spec in {each.spec for each in specs.values()})


def train_baselines(
    specs: Mapping[str, Judged],
    manifest: Manifest,
    training: PriceTable,
    *,
    throughput: int,
    kept: KeptResults | None = None,
    on_epochs: Callable[[int], None] | None = None,
) -> tuple[Baseline, ...]:
    """Train plain specs once on each fold, and say how likely each is to clear the bar.

    Args:
        specs: as of `plain_specs`.
        manifest, training: of the contest.
        throughput: that the contest is made for, in thousandths of the reference core.
        kept: where results are looked for, and put.
        on_epochs: hears how many epochs are over.

    Raises:
        TrainingError: this machine cannot train them.
    """
    asked = _Asked(manifest.minimum_score_ppm, throughput)
    found = rehearse(list(specs.values()), asked, manifest, training, seeds=(0,), kept=kept, on_epochs=on_epochs)
    odds = found.odds(manifest.holdout_windows, manifest.runs, len(specs))
    return tuple(
        Baseline(size, rehearsed.judged, rehearsed.mean_ppm, each)
        for size, rehearsed, each in zip(specs, found.specs, odds, strict=True)
    )


def verdict_on(*, pays_for_luck: bool, baselines: Sequence[Baseline]) -> BarVerdict | None:
    """The verdict on a bar; None where it keeps luck from being paid and no baseline was trained."""
    if pays_for_luck:
        return BarVerdict.PAYS_FOR_LUCK
    if not baselines:
        return None
    best = max(baseline.odds.chance for baseline in baselines)
    return BarVerdict.HARDLY_REACHABLE if best < REACH else BarVerdict.WITHIN_REACH
