"""What a training at home showed of a spec, and its odds."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hyperbounty.format import about, likely
from hyperbounty.statistics.ppm import PPM

if TYPE_CHECKING:
    import pandas as pd

    from hyperbounty.bounty.prospects import Prospects
    from hyperbounty.bounty.rehearsal import Rehearsal, RehearsedSpec
    from hyperbounty.spec.spec import Spec
    from hyperbounty.training.folds import Fold


@dataclass(frozen=True, eq=False)
class Result:
    """A spec and its trainings on folds. `Contest.train` makes one.

    >>> result
    GRU 8 · adam 0.001 · batch 64 · 1 epoch: ...%, the mean of 2 folds × 1 seed (minimum 50%)
    >>> result.scores.shape, result.noise.shape, result.seeds
    ((2, 1), (2, 2), (0,))

    Attributes:
        rehearsal: all that is known of the trainings, curves and predictions too; it has this one spec.
    """

    rehearsal: Rehearsal

    @property
    def rehearsed(self) -> RehearsedSpec:
        """The spec with its trainings, as they came."""
        return self.rehearsal.specs[0]

    @property
    def spec(self) -> Spec:
        """That was trained."""
        return self.rehearsed.judged.spec

    @property
    def scores(self) -> NDArray[np.float64]:
        """[folds, seeds] scores from 0 to 1, by the metric of the contest; 0 where a training diverged."""
        return self.rehearsed.scores

    @property
    def mean(self) -> float:
        """Mean of `scores`."""
        return float(self.scores.mean())

    @property
    def minimum(self) -> float:
        """The bar of the contest, from 0 to 1."""
        return self.rehearsal.minimum_ppm / PPM

    @property
    def folds(self) -> tuple[Fold, ...]:
        """The data of each fold, the oldest first."""
        return tuple(self.rehearsal.folds)

    @property
    def fold_names(self) -> tuple[str, ...]:
        """SHA-256 of each fold's data: equal names mean equal data."""
        return tuple(fold.name for fold in self.rehearsal.folds)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of the trainings of each fold."""
        return tuple(self.rehearsal.seeds)

    @property
    def seconds(self) -> int:
        """What a run costs by formula, in seconds of the reference core."""
        return self.rehearsed.judged.seconds

    @property
    def hints(self) -> tuple[str, ...]:
        """What the curves suggest."""
        return self.rehearsed.hints

    @property
    def noise(self) -> NDArray[np.float64]:
        """[folds, 2] the band, from 0 to 1, in which 95 % of all models without skill score on each fold."""
        return np.array([block.noise_ppm() for block in self.rehearsal.blocks]) / PPM

    def frame(self) -> pd.DataFrame:
        """A row for each fold: when it ends (UTC), its windows, and from 0 to 1 base rate, noise and scores.

        >>> result.frame().columns.to_list()
        ['until', 'windows', 'base rate', 'noise from', 'noise to', 'seed 0']
        """
        import pandas as pd

        columns: dict[str, Any] = {
            "until": pd.to_datetime([fold.times[1] for fold in self.folds], unit="s", utc=True),
            "windows": [block.windows for block in self.rehearsal.blocks],
            "base rate": [block.base_ppm / PPM for block in self.rehearsal.blocks],
            "noise from": self.noise[:, 0],
            "noise to": self.noise[:, 1],
            **{f"seed {seed}": self.scores[:, place] for place, seed in enumerate(self.seeds)},
        }
        return pd.DataFrame(columns, pd.Index([fold.number for fold in self.folds], name="fold"))

    def __repr__(self) -> str:
        folds, seeds = self.scores.shape
        return (
            f"{self.spec.describe()}: {about(round(PPM * self.mean))}, the mean of {folds} fold{_s(folds)} × {seeds} "
            f"seed{_s(seeds)} (minimum {about(self.rehearsal.minimum_ppm)})"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<br>{escape(hint)}" for hint in self.hints)
        return f"<p>{escape(repr(self))}{notes}</p>{self.frame().to_html(float_format='{:.2%}'.format)}"


@dataclass(frozen=True)
class Odds:
    """The chance of a spec to clear the bar of a contest, by its scores on folds.

    >>> from hyperbounty.spec.spec import Spec
    >>> Odds(Spec(), chance=0.412, coin=0.021, minimum=0.57, expected=0.565, error=0.02, tried=3)
    41% to reach 57% (without skill at most 2.1%), by the best of 3 specs

    Attributes:
        spec: whose they are.
        chance: to reach `minimum` with the mean of the contest's runs, from 0 to 1.
        coin: most that this chance can be without any skill.
        minimum: the bar, from 0 to 1.
        expected: score that the spec is expected to have, from 0 to 1.
        error: standard error of that, with all that is not known.
        tried: specs that the spec was chosen from, itself included.
        prospects: all that they follow from; None where somebody made them otherwise.
    """

    spec: Spec
    chance: float
    coin: float
    minimum: float
    expected: float
    error: float
    tried: int
    prospects: Prospects | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        chosen = f", by the best of {self.tried} specs" if self.tried > 1 else ""
        return (
            f"{likely(self.chance)} to reach {about(round(PPM * self.minimum))} (without skill at most "
            f"{about(round(PPM * self.coin))}){chosen}"
        )


def _s(count: int) -> str:
    return "s" if count != 1 else ""
