"""Searches on the bundled sample and on generated series, as `participant init` and `search` make them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.odds.series import prices
from data.generate import SEED
from hyperbounty.bounty.manifest import PriceRises
from hyperbounty.compute.jobs import deciding_versions
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.narrowing import Narrowed, read_narrowed
from hyperbounty.spec.ranges import allowed
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.suggestions import suggest
from hyperbounty.spec.template import search_template
from hyperbounty.spec.word import SPEC_MAXIMA
from hyperbounty.statistics.metrics import DEFAULT_METRIC
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.folds import Fold, cut_folds
from hyperbounty.training.machine import BACKEND
from participant.workbench.search.journal import Subject
from participant.workbench.search.searching import Plan
from participant.workbench.search.trials import How

HOLDOUT: Final = 0.2
SAMPLE_SEED: Final = SEED
"""Of the bundled sample."""

FIRST_SERIES: Final = 9_000
"""Seed of the first generated series; those of benchmarks/odds are others."""

RUN_SECONDS: Final = 200
"""As `organizer open` has it for windows of 60 rows of the sample."""


@dataclass(frozen=True)
class Game:
    """A contest on a series: what is published of it, and what is not."""

    training: PriceTable
    holdout: PriceTable
    task: PriceRises

    @classmethod
    def of(cls, seed: int, coin: str = "LTC", sequence_length: int = 60) -> Game:
        """That of the generated series with this seed."""
        return cls(
            *prices(seed).split(HOLDOUT), PriceRises(coin=coin, future_periods=3, sequence_length=sequence_length)
        )

    @property
    def shape(self) -> TaskShape:
        """As the manifest has it."""
        return TaskShape(len(self.training.columns), len(self.training), self.task.sequence_length, len(self.holdout))

    @property
    def contest(self) -> Fold:
        """All of the training prices, and the holdout."""
        return Fold.of(1, self.training, self.holdout, self.task.dataset)

    def plan(self, folder: Path, seed: int, folds: int = 3) -> Plan:
        """A search in `folder`, narrowed as a new spec.toml has it."""
        folder.mkdir(parents=True, exist_ok=True)
        middle = suggest(SPEC_MAXIMA, self.shape, RUN_SECONDS)["middle"].spec
        file = folder / "spec.toml"
        file.write_text(search_template(middle, SPEC_MAXIMA, self.shape, RUN_SECONDS), encoding="utf-8")
        cut = cut_folds(self.training, folds, self.task.dataset)
        return Plan(
            folder / "search.journal",
            Subject(1, 31337, "0x", "series", deciding_versions(BACKEND)),
            SPEC_MAXIMA,
            self.shape,
            RUN_SECONDS,
            narrowed(file),
            middle,
            How(cut, DEFAULT_METRIC, seed, BACKEND, Arithmetic()),
        )


def narrowed(file: Path) -> Narrowed:
    """What a file leaves of all that any contest allows."""
    return read_narrowed(file, allowed(SPEC_MAXIMA), RUN_SECONDS)
