"""Prices from a folder of CSV files, one a coin: `BTC-USD.csv` or `BTC.csv`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.csv_file import read_coin
from hyperbounty.prices.source import CoinSeries, FetchProgress, OnProgress

_FILE_NAME: Final = re.compile(r"([A-Za-z0-9]{1,12})(-USD)?\.csv", re.IGNORECASE)


class CsvSource:
    r"""A folder of CSV files; `csv_file` describes the forms it reads.

    Args:
        folder: where the files are; files with other names are ignored.
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

    def __init__(self, folder: Path, *, name: str = "csv", synthetic: bool = False) -> None:
        self.folder = Path(folder)
        self.name = name
        self.synthetic = synthetic

    @property
    def description(self) -> str:
        """The coins in the folder, which itself is the organizer's own business."""
        return f"CSV files of {', '.join(self.coins())}"[:200]

    def coins(self) -> tuple[str, ...]:
        """The coins that the folder has a file of, sorted.

        Raises:
            PriceDataError: the folder is missing, has no such file, or has two of one coin.
        """
        return tuple(sorted(self._files()))

    def fetch(self, coins: Sequence[str] = (), on_progress: OnProgress | None = None) -> dict[str, CoinSeries]:
        """See `PriceSource.fetch`."""
        files = self._files()
        wanted = tuple(dict.fromkeys(coin.upper() for coin in coins)) or tuple(sorted(files))
        for coin in wanted:
            if coin not in files:
                raise PriceDataError(
                    f"{coin} is not among the prices in {self.folder}", f"choose from {', '.join(sorted(files))}"
                )
        series = {}
        for done, coin in enumerate(wanted, 1):
            series[coin] = read_coin(files[coin])
            if on_progress:
                on_progress(FetchProgress(coin, done, len(wanted)))
        return series

    def _files(self) -> dict[str, Path]:
        if not self.folder.is_dir():
            problem = "is a file" if self.folder.exists() else "does not exist"
            raise PriceDataError(f"the price folder {self.folder} {problem}", "name a folder of files like BTC-USD.csv")
        files: dict[str, Path] = {}
        for path in sorted(self.folder.iterdir()):
            match = _FILE_NAME.fullmatch(path.name)
            if not match or not path.is_file():
                continue
            coin = match[1].upper()
            if coin in files:
                raise PriceDataError(
                    f"{files[coin].name} and {path.name} are both prices of {coin}", "keep one of them in the folder"
                )
            files[coin] = path
        if not files:
            raise PriceDataError(f"the price folder {self.folder} has no CSV of a coin", "name files like BTC-USD.csv")
        return files
