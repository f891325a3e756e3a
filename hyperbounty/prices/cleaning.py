"""From the raw series of several coins to one table, with a count of everything that was changed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.report import CleaningReport, CoinReport, Gap
from hyperbounty.prices.source import CoinSeries
from hyperbounty.prices.table import PriceTable

# A missing candle or two is an exchange without a trade or a hiccup of the feed; more is an outage, and stays a gap.
FILL_INTERVALS: Final = 2
MIN_ROWS: Final = 100
# |log return| between neighbouring rows: a move by half or double within one interval is more likely an error.
JUMP: Final = 0.6


def clean(
    raw: Mapping[str, CoinSeries],
    interval: int | None = None,
    *,
    fill: int = FILL_INTERVALS,
    minimum_rows: int = MIN_ROWS,
) -> tuple[PriceTable, CleaningReport]:
    """Align the coins on one clock; drop what is unusable, fill short gaps, leave longer ones as gaps.

    In this order, per coin: rows without a price above 0 and a volume of at least 0 are dropped; rows are sorted by
    time; of repeated times the last row stays; rows off the common clock (whole intervals from its commonest phase) are
    dropped; up to `fill` missing rows in a run repeat the row before them, which needs no knowledge of the future. Then
    the times that every coin has are kept.

    Args:
        raw: the series of each coin.
        interval: seconds between rows; inferred as the commonest step where not given.
        fill: longest run of missing rows that is filled; 0 fills none.
        minimum_rows: fewest rows that make a table worth having.

    Raises:
        PriceDataError: the coins have different intervals, or not the one given, or too little is left.
    """
    if not raw:
        raise PriceDataError("no coin was given to clean", "name at least one coin")
    coins = [_Coin.of(name, raw[name]) for name in sorted(raw)]
    interval = _common_interval(coins, interval)
    phase = _mode(np.concatenate([coin.times for coin in coins]) % interval)
    for coin in coins:
        coin.keep(coin.times % interval == phase, f"off the clock of {interval} s")
        coin.fill_gaps(interval, fill)
    shared = coins[0].times
    for coin in coins[1:]:
        shared = np.intersect1d(shared, coin.times, assume_unique=True)
    if len(shared) < max(minimum_rows, 1):
        counts = ", ".join(f"{coin.name} {len(coin.times):,}" for coin in coins)
        raise PriceDataError(
            f"{len(shared)} rows are left that all coins have (usable rows: {counts})",
            f"bring at least {max(minimum_rows, 1)} rows in which the coins overlap, or leave a coin out",
        )
    for coin in coins:
        coin.keep(np.isin(coin.times, shared, assume_unique=True), "no row of another coin at that time")
    columns = tuple(f"{coin.name}.{part}" for coin in coins for part in ("close", "volume"))
    values = np.concatenate([coin.values for coin in coins], axis=1)
    table = PriceTable(shared, columns, values, interval)
    return table, _report(table, coins)


@dataclass
class _Coin:
    """One coin on its way through the cleaning: sorted, unique times and [rows, 2] close and volume."""

    name: str
    received: int
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    made: NDArray[np.bool_]  # [rows] whether the row was filled in
    reordered: bool
    conflicting: int = 0
    dropped: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, series: CoinSeries) -> _Coin:
        values = np.stack((series.close, series.volume), axis=1)
        times = np.asarray(series.times, dtype=np.int64)
        reordered = bool(np.any(np.diff(times) < 0))
        received = len(times) + sum(count for _, count in series.dropped)
        coin = cls(name, received, times, values, np.zeros(len(times), dtype=bool), reordered)
        coin.dropped.update(series.dropped)
        with np.errstate(invalid="ignore"):
            coin.keep((values[:, 0] > 0) & np.isfinite(values[:, 0]), "no usable price")
            coin.keep((coin.values[:, 1] >= 0) & np.isfinite(coin.values[:, 1]), "no usable volume")
        order = np.argsort(coin.times, kind="stable")
        coin.times, coin.values = coin.times[order], coin.values[order]
        if len(coin.times) < 3:
            raise PriceDataError(
                f"{name} has {len(coin.times)} usable rows of {received} received", "bring a longer series"
            )
        coin._keep_last_of_each_time()
        return coin

    def keep(self, kept: NDArray[np.bool_], reason: str) -> None:
        """Drop the other rows, counting those that the source gave."""
        lost = int(np.count_nonzero(~kept & ~self.made))
        if lost:
            self.dropped[reason] = self.dropped.get(reason, 0) + lost
        if not kept.all():
            self.times, self.values, self.made = self.times[kept], self.values[kept], self.made[kept]

    def _keep_last_of_each_time(self) -> None:
        last = np.append(self.times[1:] != self.times[:-1], True)
        survivor = np.flatnonzero(last)[np.cumsum(last) - last]  # [rows] the row that stays of each one's time
        self.conflicting = int(np.any(self.values != self.values[survivor], axis=1).sum())
        self.keep(last, "repeated time")

    def fill_gaps(self, interval: int, longest: int) -> None:
        """Repeat the row before each run of at most `longest` missing rows."""
        steps = np.diff(self.times) // interval
        copies = np.append(np.where(steps <= longest + 1, steps, 1), 1)
        if len(self.times) == 0 or (copies == 1).all():
            return
        origin = np.repeat(np.arange(len(self.times)), copies)
        offset = np.arange(len(origin)) - np.repeat(np.cumsum(copies) - copies, copies)
        self.times = self.times[origin] + offset * interval
        self.values = self.values[origin]
        self.made = offset > 0


def _common_interval(coins: list[_Coin], wanted: int | None) -> int:
    steps = {coin.name: _mode(np.diff(coin.times)) if len(coin.times) > 1 else 0 for coin in coins}
    found = sorted(set(steps.values()))
    shown = ", ".join(f"{name} {step} s" for name, step in steps.items())
    if len(found) > 1:
        raise PriceDataError(f"the coins have different intervals: {shown}", "bring all of them at one interval")
    if found[0] < 1 or (wanted is not None and wanted != found[0]):
        raise PriceDataError(
            f"the prices have a row every {found[0]} s, where {wanted or 'at least 1'} s is asked for",
            "ask for the interval of the data, or bring other prices",
        )
    return found[0]


def _mode(numbers: NDArray[np.int64]) -> int:
    """The commonest number, the smallest of equals."""
    values, counts = np.unique(numbers, return_counts=True)
    return int(values[np.argmax(counts)])


def _report(table: PriceTable, coins: list[_Coin]) -> CleaningReport:
    steps = np.diff(table.times)
    breaks = np.flatnonzero(steps > table.interval)
    return CleaningReport(
        interval=table.interval,
        rows=len(table),
        first=int(table.times[0]),
        last=int(table.times[-1]),
        coins=tuple(
            CoinReport(
                coin=coin.name,
                received=coin.received,
                dropped=tuple(coin.dropped.items()),
                filled=int(coin.made.sum()),
                reordered=coin.reordered,
                conflicting=coin.conflicting,
                jumps=int(np.count_nonzero(np.abs(np.diff(np.log(coin.values[:, 0]))[steps == table.interval]) > JUMP)),
            )
            for coin in coins
        ),
        gaps=tuple(Gap(int(table.times[row]), int(steps[row])) for row in breaks),
    )
