"""The options that choose where prices come from, the same wherever prices are fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.help import grouped
from hyperbounty.cli.parameters import Moment
from hyperbounty.cli.progress import progress
from hyperbounty.errors import InvalidInput

if TYPE_CHECKING:  # pandas and requests are loaded by the commands that fetch
    from hyperbounty.prices.fetched import FetchedPrices
    from hyperbounty.prices.source import FetchProgress, PriceSource

_GROUP: Final = "Prices"
SOURCES: Final = ("sample", "csv", "coinpaprika")


@dataclass(frozen=True)
class SourceChoice:
    """Which source, and what it needs to know.

    Attributes:
        name: one of `SOURCES`; None where the user chose none.
        csv: folder of the CSV source.
        interval: of the CoinPaprika source.
        start, end: first and last time, UTC; the sample is always whole.
        columns: what the user says about the columns of CSV files, as `ColumnChoice.parse` takes it.
    """

    name: str | None
    csv: Path | None = None
    interval: str = "24h"
    start: datetime | None = None
    end: datetime | None = None
    columns: str | None = None

    @property
    def chosen(self) -> bool:
        """Whether the user named a source at all."""
        return self.name is not None or self.csv is not None

    def fetch(self, home: Path, coins: Sequence[str]) -> FetchedPrices:
        """Fetch and clean, with a progress bar; what CoinPaprika sent already is kept under `home` and not asked again.

        Raises:
            PriceDataError: the source fails, or what it gives is unusable.
        """
        from hyperbounty.prices.fetched import FetchedPrices

        source = self._source(home)
        with progress(f"fetching from {source.name}") as work:

            def on_progress(at: FetchProgress) -> None:
                work.update(done=at.done, total=at.total, what=f"fetching {at.coin} from {source.name}")

            return FetchedPrices.from_source(source, coins, on_progress)

    def _source(self, home: Path) -> PriceSource:
        name = self.name or ("csv" if self.csv else "sample")
        if self.csv is not None and name != "csv":
            raise InvalidInput(f"--csv does not go with --source {name}", "leave one of them out")
        if self.columns is not None and name != "csv":
            raise InvalidInput(f"--columns does not go with the source {name}", "name a folder with --csv DIR")
        if name == "csv":
            from hyperbounty.prices.csv_columns import ColumnChoice
            from hyperbounty.prices.csv_source import CsvSource

            if self.csv is None:
                raise InvalidInput("--source csv needs a folder", "pass --csv DIR")
            choice = ColumnChoice.parse(self.columns) if self.columns is not None else None
            return CsvSource(self.csv, columns=choice, start=self.start, end=self.end)
        if name == "coinpaprika":
            from hyperbounty.prices.coinpaprika import CoinPaprika

            return CoinPaprika.from_environment(
                interval=self.interval, start=self.start, end=self.end, cache=home / "coinpaprika"
            )
        from hyperbounty.prices.sample import SampleSource

        return SampleSource()


def source_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets a `source: SourceChoice`."""

    @wraps(function)
    def run(
        *args: Any,
        source: str | None,
        csv: Path | None,
        interval: str,
        start: datetime | None,
        end: datetime | None,
        columns: str | None,
        **kwargs: Any,
    ) -> Any:
        return function(*args, source=SourceChoice(source, csv, interval, start, end, columns), **kwargs)

    options = (
        grouped(
            _GROUP, "--source", type=click.Choice(SOURCES), help="Left out: csv with --csv, else the bundled sample."
        ),
        grouped(
            _GROUP,
            "--csv",
            type=click.Path(path_type=Path),
            help="Folder of files, one a coin: BTC-USD.csv, ETH.csv.gz, LTC.zip.",
        ),
        grouped(
            _GROUP,
            "--columns",
            metavar="WHICH",
            help="CSV: what its columns are, where that cannot be seen: time=Date,close=5,volume=Vol. Also zone=, "
            "dates=day-first, decimal=comma.",
        ),
        grouped(_GROUP, "--interval", default="24h", show_default=True, help="CoinPaprika: between prices."),
        grouped(
            _GROUP,
            "--start",
            type=Moment(),
            help="First price, UTC; left out, the first of the files, or as far back as the plan goes.",
        ),
        grouped(_GROUP, "--end", type=Moment(), help="Last price, UTC; left out, the last of the files, or now."),
    )
    made: Callable[..., Any] = run
    for option in reversed(options):
        made = option(made)
    return made
