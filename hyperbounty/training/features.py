"""From prices to what a model sees: stationary features, and the scaling that training rows alone decide."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.prices.table import PriceTable
from hyperbounty.training.elementary import each

# A standard deviation below it is rounding noise of a constant column, which must not be blown up to size 1.
_CONSTANT: Final = 1e-12
# No scaled feature lies further out: one bad tick shall not own the gradient.
CLIP: Final = 10.0


def raw_features(table: PriceTable) -> NDArray[np.float64]:
    """[rows, columns] change of each column since the row before.

    A close becomes its log return log(c[t] / c[t-1]); a volume becomes log1p(v[t]) - log1p(v[t-1]). The level of a
    volume drifts (24-hour volumes, as CoinPaprika gives them, are nearly a random walk), so a holdout's levels would
    lie outside anything that training saw; the change does not, and a recurrent model can add changes up again.

    The first row of each segment has no row before it: its features are 0, and no window contains it.

    >>> table = PriceTable(np.array([0, 300]), ("BTC.close",), np.array([[100.0], [110.0]]), interval=300)
    >>> raw_features(table).round(4).tolist()
    [[0.0], [0.0953]]
    """
    # Column by column in memory: every statistic taken of them runs down a column.
    changes = np.empty(table.values.shape, order="F")
    for place, name in enumerate(table.columns):
        column = table.values[:, place]
        level = each(math.log if name.endswith(".close") else math.log1p, column)
        np.subtract(level[1:], level[:-1], out=changes[1:, place])
    changes[table.segments()[:, 0]] = 0.0
    return changes


@dataclass(frozen=True)
class Scaler:
    """Standardisation, (x - mean) / std clipped to ±`CLIP`, with the statistics of training rows.

    >>> features = np.array([[1.0], [3.0]])
    >>> Scaler.fit(features, np.array([True, True])).apply(features).tolist()
    [[-1.0], [1.0]]

    Attributes:
        mean: of each feature.
        std: population standard deviation of each feature; 1 where the feature is constant.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def fit(cls, features: NDArray[np.float64], used: NDArray[np.bool_]) -> Scaler:
        """The scaler of the `used` rows ([rows], at least one) of `features` ([rows, features])."""
        mean, std = [], []
        for column in features.T:
            values = column[used]
            mean.append(float(values.mean()))
            spread = float(values.std())
            std.append(spread if spread >= _CONSTANT else 1.0)
        return cls(tuple(mean), tuple(std))

    def apply(self, features: NDArray[np.float64]) -> NDArray[np.float32]:
        """[rows, features] scaled, in the precision that models train in.

        Raises:
            InvalidInput: the number of features is not the scaler's.
        """
        if features.shape[1] != len(self.mean):
            raise InvalidInput(
                f"the scaler knows {len(self.mean)} features, not {features.shape[1]}",
                "use the columns it was fitted on",
            )
        scaled = np.empty(features.shape, dtype=np.float32)
        for place, (mean, std) in enumerate(zip(self.mean, self.std, strict=True)):
            scaled[:, place] = np.clip((features[:, place] - mean) / std, -CLIP, CLIP)
        return scaled

    def to_json(self) -> dict[str, list[float]]:
        """`from_json` of it is the same scaler, to the last bit."""
        return {"mean": list(self.mean), "std": list(self.std)}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Scaler:
        """The scaler that `to_json` wrote.

        Raises:
            InvalidInput: the document is not a scaler's.
        """
        mean, std = (_numbers(document.get(key)) for key in ("mean", "std"))
        if not mean or len(mean) != len(std) or min(std) <= 0:
            raise InvalidInput(
                f"not a scaler: {str(dict(document))[:80]}",
                "pass the means and positive standard deviations of to_json",
            )
        return cls(mean, std)


def _numbers(value: object) -> tuple[float, ...]:
    """The finite numbers of a list; none where it is anything else."""
    if not isinstance(value, list) or not all(type(number) in (int, float) for number in value):
        return ()
    return tuple(map(float, value)) if np.isfinite(value).all() else ()
