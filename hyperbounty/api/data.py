"""The training prices of a contest, as its participants get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperbounty.bounty.rehearsal import USUAL_FOLDS
from hyperbounty.training.folds import Fold, cut_folds

if TYPE_CHECKING:
    import pandas as pd

    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.prices.table import PriceTable


@dataclass(frozen=True, eq=False)
class Data:
    """The training prices of a contest, which are those that its manifest names by their hash.

    >>> data
    Data(4,800 rows, columns=['BCH.close', 'BCH.volume', 'BTC.close', 'BTC.volume', ...])

    Attributes:
        manifest: of the contest.
        prices: the table: `times` [rows] in unix seconds, `values` [rows, columns], `columns` such as "BTC.close".
    """

    manifest: Manifest
    prices: PriceTable

    def __repr__(self) -> str:
        return f"Data({len(self.prices):,} rows, columns={list(self.prices.columns)})"

    def __len__(self) -> int:
        return len(self.prices)

    def frame(self) -> pd.DataFrame:
        """[rows, columns] prices and volumes, by time (UTC): a copy, which may be changed.

        >>> frame = data.frame()
        >>> frame.shape, frame.index.name
        ((4800, 8), 'time')
        """
        import pandas as pd

        times = pd.to_datetime(self.prices.times, unit="s", utc=True)
        return pd.DataFrame(self.prices.values.copy(), pd.DatetimeIndex(times, name="time"), list(self.prices.columns))

    def folds(self, count: int = USUAL_FOLDS, *, train_rows: int | None = None) -> tuple[Fold, ...]:
        """The last `count` × 12 % of the rows as blocks, each with the windows before it, as `Contest.train` has them.

        Of each fold `train` and `block` are windows: `view()[starts]` is [windows, rows of a window, columns] scaled
        changes of prices, `labels` [windows] has 1 where the price rises.

        >>> [(len(fold.train), len(fold.block)) for fold in data.folds(2)]
        [(3629, 557), (4205, 557)]
        >>> fold = data.folds(2)[0]
        >>> fold.block.view()[fold.block.starts].shape
        (557, 16, 8)

        Args:
            count: 1 to 7.
            train_rows: rows before each block to train on; None takes all.

        Raises:
            InvalidInput, PriceDataError: the prices cannot be cut so.
        """
        return cut_folds(self.prices, count, self.manifest.task.dataset, train_rows=train_rows)
