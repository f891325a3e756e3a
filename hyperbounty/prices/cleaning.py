"""From the raw series of several coins to one table, with a count of everything that was changed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.clock import on_one_clock
from hyperbounty.prices.report import CleaningReport, CoinReport, Gap
from hyperbounty.prices.source import CoinSeries
from hyperbounty.prices.table import PriceTable

# One or two missing rows mean that nobody traded, or that the feed failed for a moment. More are an outage, and stay a
# gap.
FILL_INTERVALS: Final = 2
MIN_ROWS: Final = 100
# |log return| between neighbouring rows: a move by half or double within one interval is more likely an error.
JUMP: Final = 0.6
# Beyond it, what is left is no longer what was brought.
MOST_LOST: Final = 0.05
_PPM: Final = 1_000_000

_NO_TRADE, _NO_PRICE, _NO_VOLUME = "without a trade", "no usable price", "no usable volume"
_REPEATED, _ALONE = "repeated time", "no row of another coin at that time"


def clean(
    raw: Mapping[str, CoinSeries],
    interval: int | None = None,
    *,
    fill: int = FILL_INTERVALS,
    minimum_rows: int = MIN_ROWS,
    most_lost: float = MOST_LOST,
) -> tuple[PriceTable, CleaningReport]:
    """Align the coins on one clock; drop what is unusable, fill short gaps, leave longer ones as gaps.

    For each coin, in this order:

    1. Rows without a price above 0, or without a volume of at least 0, are dropped.
    2. Rows are sorted by time; of rows with the same time, the last one stays.
    3. Of more than `fill` rows in which nobody traded (no volume, and the price of the row before), none stays: a gap
       is one, however it is written.
    4. Rows of summer time are set onto the clock of winter, where the interval is longer than an hour.
    5. Rows off the common clock are dropped. That clock is what most rows of all coins have as their time modulo the
       interval.
    6. Runs of up to `fill` missing rows are filled with the row before them, which needs no knowledge of the future.

    Then the times that every coin has are kept.

    Args:
        raw: the series of each coin.
        interval: seconds between rows; inferred as the commonest step where not given.
        fill: longest run of missing rows that is filled; 0 fills none.
        minimum_rows: fewest rows that make a table worth having.
        most_lost: largest share of a coin's rows that may be dropped, whatever the reason.

    Raises:
        PriceDataError: the coins have different intervals, or not the one given, a price never moves, or too little is
            left.

    >>> times = np.array([0, 300, 300, 900, 1200])
    >>> close = np.array([2.0, 2.5, 2.75, np.nan, 3.0])
    >>> table, report = clean({"BTC": CoinSeries(times, close, np.ones(5))}, minimum_rows=1, most_lost=0.5)
    >>> table.times.tolist(), table.column("BTC.close").tolist()
    ([0, 300, 600, 900, 1200], [2.0, 2.75, 2.75, 2.75, 3.0])
    >>> report.coins[0].dropped, report.coins[0].filled
    ((('no usable price', 1), ('repeated time', 1)), 2)
    """
    if not raw:
        raise PriceDataError("no coin was given to clean", "name at least one coin")
    coins = [_Coin.of(name, raw[name]) for name in sorted(raw)]
    interval = _common_interval(coins, interval)
    for coin in coins:
        coin.leave_gaps(fill)
        coin.set_clock(interval)
    phase = _mode(np.concatenate([coin.times for coin in coins]) % interval)
    for coin in coins:
        coin.keep(coin.times % interval == phase, f"off the clock of {interval} s")
        coin.refuse_losses(most_lost)
        coin.fill_gaps(interval, fill)
    shared = pd.concat({coin.name: coin.rows[["close", "volume"]] for coin in coins}, axis=1, join="inner")
    if len(shared) < max(minimum_rows, 1):
        counts = ", ".join(f"{coin.name} {len(coin.times):,}" for coin in coins)
        raise PriceDataError(
            f"{len(shared)} rows are left that all coins have (usable rows: {counts})",
            f"bring at least {max(minimum_rows, 1)} rows in which the coins overlap, or leave a coin out",
        )
    for coin in coins:
        coin.keep(coin.rows.index.isin(shared.index), _ALONE)
        coin.refuse_losses(most_lost, shared.index.to_numpy())
        coin.refuse_flat()
    # Row by row in memory, like a table that was read: sums over it must not depend on where it came from.
    values = np.ascontiguousarray(shared, dtype=np.float64)
    table = PriceTable(shared.index.to_numpy(), tuple(map(".".join, shared.columns)), values, interval)
    return table, _report(table, coins)


@dataclass
class _Coin:
    """One coin on its way through the cleaning."""

    name: str
    received: int
    rows: pd.DataFrame  # by time, sorted and unique: close, volume, and whether the row was made to fill a gap
    reordered: bool
    notes: tuple[str, ...] = ()
    conflicting: int = 0
    summer: int = 0
    dropped: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, series: CoinSeries) -> _Coin:
        columns = {"close": series.close, "volume": series.volume, "made": False}
        rows = pd.DataFrame(columns, index=pd.Index(series.times, dtype=np.int64))
        received = len(rows) + sum(count for _, count in series.dropped)
        reordered = not rows.index.is_monotonic_increasing
        coin = cls(name, received, rows, reordered, series.notes, dropped=dict(series.dropped))
        # However a row without a trade is written: blank, as no number, or as zeros.
        coin.keep((rows["close"].fillna(0) != 0) | (rows["volume"].fillna(0) != 0), _NO_TRADE)
        coin.keep((coin.rows["close"] > 0) & np.isfinite(coin.rows["close"]), _NO_PRICE)
        coin.keep((coin.rows["volume"] >= 0) & np.isfinite(coin.rows["volume"]), _NO_VOLUME)
        coin.rows = coin.rows.sort_index(kind="stable")
        if len(coin.rows) < 3:
            raise PriceDataError(
                f"{name} has {len(coin.rows)} usable rows of {received} received{coin.reasons()}",
                "bring a longer series",
            )
        survivors = coin.rows.groupby(level=0).transform("last")
        coin.conflicting = int((coin.rows != survivors).any(axis=1).sum())
        coin.keep(~coin.rows.index.duplicated(keep="last"), _REPEATED)
        return coin

    def leave_gaps(self, longest: int) -> None:
        """Drop longer runs of rows in which nobody traded: volume 0, and the price of the row before."""
        still = (self.rows["volume"] == 0) & (self.rows["close"] == self.rows["close"].shift())
        lengths = still.groupby((~still).cumsum()).transform("sum")
        self.keep(~(still & (lengths > longest)), _NO_TRADE)

    def set_clock(self, interval: int) -> None:
        """Set rows of summer time onto the clock of the others."""
        times = on_one_clock(self.times, interval)
        self.summer = int((times != self.times).sum())
        if self.summer:
            self.rows = self.rows.set_axis(times)

    def reasons(self) -> str:
        """What was dropped, in words; empty where nothing was."""
        listed = ", ".join(f"{count:,} {reason}" for reason, count in self.dropped.items())
        return f": {listed}" if listed else ""

    def refuse_losses(self, most: float, shared: NDArray[np.int64] | None = None) -> None:
        """Refuse the coin where more than a share `most` of its rows went."""
        lost = sum(self.dropped.values())
        if lost <= most * self.received:
            return
        worst = max(self.dropped, key=lambda reason: self.dropped[reason])
        raise PriceDataError(
            f"{self.name} would lose {lost:,} of {self.received:,} rows{self.reasons()}", _step(worst, shared)
        )

    def refuse_flat(self) -> None:
        """Refuse a price that never moves."""
        if len(self.rows) > 1 and self.rows["close"].nunique() == 1:
            raise PriceDataError(
                f"the price of {self.name} is {self.rows['close'].iloc[0]:g} in all of its {len(self.rows):,} rows",
                NextStep("bring prices with more digits, or leave the coin out with {}", Parameter("coins")),
            )

    @property
    def times(self) -> NDArray[np.int64]:
        return self.rows.index.to_numpy()

    def keep(self, kept: pd.Series[bool] | NDArray[np.bool_], reason: str) -> None:
        """Drop the other rows, counting those that the source gave."""
        lost = int((~kept & ~self.rows["made"]).sum())
        if lost:
            self.dropped[reason] = self.dropped.get(reason, 0) + lost
        self.rows = self.rows[kept]

    def fill_gaps(self, interval: int, longest: int) -> None:
        """Repeat the row before each run of at most `longest` missing rows."""
        steps = self.rows.index.to_series().diff(-1) // -interval  # [rows] to the next row; the last has none, NaN
        copies = steps.where(steps <= longest + 1, 1).astype(int)
        rows = self.rows.loc[self.rows.index.repeat(copies)]
        behind = rows.groupby(level=0).cumcount().to_numpy()
        self.rows = rows.set_axis(rows.index + behind * interval).assign(made=behind > 0)


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


def _step(reason: str, shared: NDArray[np.int64] | None) -> str:
    """What to do where too many rows went for this reason."""
    if reason == _ALONE and shared is not None:
        days = [datetime.fromtimestamp(int(time), UTC).strftime("%Y-%m-%dT%H:%M:%S") for time in shared[[0, -1]]]
        return NextStep(
            "ask for the time that all coins have, {} {}, or leave a coin out with {}",
            *(Parameter("start", days[0]), Parameter("end", days[1]), Parameter("coins")),
        )
    if reason in (_NO_TRADE, _NO_PRICE, _NO_VOLUME):
        return NextStep(
            "bring prices at a longer interval, or of a time in which it was traded: {}", Parameter("start", "DATE")
        )
    if reason == _REPEATED:
        return NextStep(
            "bring one row for each time: one coin and one interval a file, or name the column of the time with {}",
            Parameter("columns", "time=Date,close=Close,volume=Volume"),
        )
    if reason.startswith("off the clock"):
        return NextStep(
            "bring prices at one interval; where their times are those of a zone, name it: {}",
            Parameter("columns", "zone=America/New_York"),
        )
    return "get the prices again"


def _mode(numbers: NDArray[np.int64]) -> int:
    """The commonest number, the smallest of equals."""
    return int(pd.Series(numbers).mode().iloc[0])


def _report(table: PriceTable, coins: list[_Coin]) -> CleaningReport:
    steps = pd.Series(table.times, index=table.times).diff()  # [rows] seconds since the row before; the first has none
    gaps = steps[steps > table.interval].astype("int64")
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
                filled=int(coin.rows["made"].sum()),
                reordered=coin.reordered,
                conflicting=coin.conflicting,
                jumps=int(((np.log(coin.rows["close"]).diff().abs() > JUMP) & (steps == table.interval)).sum()),
                summer=coin.summer,
                still_ppm=int((coin.rows["close"].diff() == 0).sum()) * _PPM // max(len(table) - 1, 1),
                prices=int(coin.rows["close"].nunique()),
                notes=coin.notes,
            )
            for coin in coins
        ),
        gaps=tuple(map(Gap, (gaps.index - gaps).tolist(), gaps.tolist())),
    )
