"""Prices from a folder of CSV files, one a coin or its parts: `BTC-USD.csv`, `ETH.csv.gz`, `LTCUSDT-1h-2024-01.zip`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.csv_columns import ColumnChoice
from hyperbounty.prices.csv_file import read_coin
from hyperbounty.prices.file_names import files_by_coin
from hyperbounty.prices.source import CoinSeries, FetchProgress, OnProgress, joined


class CsvSource:
    r"""A folder of CSV files; docs/prices.md lists the layouts that are read.

    Args:
        folder: where the files are; files with other names are ignored.
        columns: what a user says about the columns of all of them.
        start, end: the first and the last time that are wanted; None for all there are.
        name: see `PriceSource`; the sample passes its own.
        synthetic: whether a generator made the prices.

    >>> text = "date,close,volume\n2026-11-01,2.0,10\n2026-11-02,2.5,11\n2026-11-03,3.0,12\n"
    >>> _ = (tmp_path / "BTC-USD.csv").write_text(text)
    >>> source = CsvSource(tmp_path)
    >>> source.coins(), source.description
    (('BTC',), 'CSV files of BTC')
    >>> source.fetch(["BTC"])["BTC"].close.tolist()
    [2.0, 2.5, 3.0]
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "csv",
        synthetic: bool = False,
        columns: ColumnChoice | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.columns = columns
        self.start = start
        self.end = end
        self.name = name
        self.synthetic = synthetic

    @property
    def description(self) -> str:
        """The coins in the folder, which itself is the organizer's own business."""
        return f"CSV files of {', '.join(self.coins())}"[:200]

    def coins(self) -> tuple[str, ...]:
        """The coins that the folder has a file of, sorted.

        Raises:
            PriceDataError: the folder is missing, has no such file, or two of a coin that are no parts of one series.
        """
        return tuple(self._files())

    def fetch(self, coins: Sequence[str] = (), on_progress: OnProgress | None = None) -> dict[str, CoinSeries]:
        """See `PriceSource.fetch`."""
        files = self._files()
        wanted = tuple(dict.fromkeys(coin.upper() for coin in coins)) or tuple(files)
        for coin in wanted:
            if coin not in files:
                raise PriceDataError(
                    f"{coin} is not among the prices in {self.folder}", f"choose from {', '.join(files)}"
                )
        total = sum(len(files[coin]) for coin in wanted)
        done = 0
        found = {}
        for coin in wanted:
            parts = []
            for path in files[coin]:
                parts.append(read_coin(path, coin, self.columns))
                done += 1
                if on_progress:
                    on_progress(FetchProgress(coin, done, total))
            found[coin] = self._within(coin, joined(parts))
        return found

    def _within(self, coin: str, series: CoinSeries) -> CoinSeries:
        """The rows of the time that is wanted."""
        wanted = np.ones(len(series), np.bool_)
        if self.start is not None:
            wanted &= series.times >= self.start.timestamp()
        if self.end is not None:
            wanted &= series.times <= self.end.timestamp()
        if wanted.all():
            return series
        if not wanted.any():
            days = [
                f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d}" for time in (series.times.min(), series.times.max())
            ]
            raise PriceDataError(
                f"{coin} has no price of the time that is asked for",
                NextStep("it goes from {} to {}: choose within, {}", *days, Parameter("start", days[0])),
            )
        columns = (series.times[wanted], series.close[wanted], series.volume[wanted])
        return replace(series, times=columns[0], close=columns[1], volume=columns[2])

    def _files(self) -> dict[str, list[Path]]:
        if not self.folder.is_dir():
            problem = "is a file" if self.folder.exists() else "does not exist"
            raise PriceDataError(f"the price folder {self.folder} {problem}", "name a folder of files like BTC-USD.csv")
        files = files_by_coin(path for path in self.folder.iterdir() if path.is_file())
        if not files:
            raise PriceDataError(
                f"the price folder {self.folder} has no CSV of a coin",
                "name its files after coin and currency, such as BTC-USD.csv",
            )
        return files
