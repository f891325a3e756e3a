"""Where prices come from: the one interface that a CSV folder, CoinPaprika and the bundled sample are behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class CoinSeries:
    """The prices of one coin as its source gave them, faults included; `cleaning.clean` makes them fit for use.

    Attributes:
        times: [rows] unix seconds, UTC, in the order of the source, possibly repeated.
        close: [rows] price in US dollars at the end of each interval; NaN where the source has none.
        volume: [rows] traded volume in the source's own unit; NaN where the source has none.
        dropped: rows that the source itself left out, by reason.
        notes: what people should know of how it was read, a sentence each.
    """

    times: NDArray[np.int64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    dropped: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.times)


def joined(parts: Sequence[CoinSeries]) -> CoinSeries:
    """The series that comes in `parts`, one after the other.

    >>> day = CoinSeries(np.array([0]), np.array([2.0]), np.array([1.0]), (("blank", 1),))
    >>> both = joined([day, day])
    >>> len(both), both.dropped
    (2, (('blank', 2),))
    """
    dropped: Counter[str] = Counter()
    for part in parts:
        dropped.update(dict(part.dropped))
    return CoinSeries(
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.close for part in parts]),
        np.concatenate([part.volume for part in parts]),
        tuple(dropped.items()),
        tuple(note for part in parts for note in part.notes),
    )


@dataclass(frozen=True)
class FetchProgress:
    """How far a fetch has come: `done` of `total` files or pages over all coins, the last of them of `coin`."""

    coin: str
    done: int
    total: int


OnProgress = Callable[[FetchProgress], None]


class PriceSource(Protocol):
    """Prices of some coins."""

    @property
    def name(self) -> str:
        """Short and stable, such as `coinpaprika`."""
        ...

    @property
    def description(self) -> str:
        """One line of at most 200 characters for a manifest: what a stranger needs to get the same prices.

        Names no path of this machine and no key.
        """
        ...

    @property
    def synthetic(self) -> bool:
        """Whether the prices come from a generator, not from a market."""
        ...

    def fetch(self, coins: Sequence[str] = (), on_progress: OnProgress | None = None) -> dict[str, CoinSeries]:
        """The series of each coin by its symbol, such as `BTC`; without `coins`, of all that the source has.

        Raises:
            PriceDataError: a coin is not in the source, or what it gives cannot be read.
        """
        ...
