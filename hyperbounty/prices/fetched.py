"""Prices fetched and cleaned, with where they came from: what a contest is made of, and a folder that keeps it.

The folder stays private: it holds the whole series, and in `sealed` mode its tail is the holdout.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hyperbounty.errors import PriceDataError
from hyperbounty.files import write_atomic
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.prices.cleaning import clean
from hyperbounty.prices.source import OnProgress, PriceSource
from hyperbounty.prices.table import PriceTable
from hyperbounty.texts import first_hidden

SAMPLE: Final = "sample"
# Of a folder of somebody's own files nobody knows whether others have them too.
_PRIVATE: Final = frozenset({"csv"})

_PRICES: Final = "prices.csv"
_ABOUT: Final = "about.json"


@dataclass(frozen=True)
class FetchedPrices:
    """A cleaned table with its origin.

    Attributes:
        source: a line that names the source.
        synthetic: made by a generator, not by a market.
        cleaning: what cleaning dropped and filled, a line each.
        name: of the source, such as `coinpaprika`.

    >>> from hyperbounty.prices.sample import SampleSource
    >>> fetched = FetchedPrices.from_source(SampleSource(), ["BTC"])
    >>> fetched.save(tmp_path)
    >>> FetchedPrices.load(tmp_path) == fetched
    True
    >>> fetched.synthetic, fetched.cleaning[1][:4]
    (True, 'BTC:')
    """

    table: PriceTable
    source: str
    synthetic: bool
    cleaning: tuple[str, ...]
    name: str
    # What the table was read from, or was written as. Not of a copy with another table: there it is made anew.
    _csv: bytes | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def csv(self) -> bytes:
        """The table in canonical form: read or written once, for all who hash, keep or publish it."""
        if self._csv is None:
            object.__setattr__(self, "_csv", self.table.to_csv())
            assert self._csv is not None, "set a line above"
        return self._csv

    @property
    def public(self) -> bool:
        """Whether anybody can have the same prices from the same source: then none of them can be a secret."""
        return self.name not in _PRIVATE

    @classmethod
    def from_source(
        cls, source: PriceSource, coins: Sequence[str], on_progress: OnProgress | None = None
    ) -> FetchedPrices:
        """Fetch `coins` (all that the source has, where none is named) and clean them.

        Raises:
            PriceDataError: the source fails, or too little is left.
        """
        table, report = clean(source.fetch(coins, on_progress))
        return cls(table, source.description, source.synthetic, tuple(report.lines()), source.name)

    def save(self, folder: Path) -> None:
        """Write the folder; whole files or none."""
        write_atomic(folder / _PRICES, self.csv)
        about = {
            "interval": self.table.interval,
            "source": self.source,
            "synthetic": self.synthetic,
            "cleaning": list(self.cleaning),
            "name": self.name,
        }
        write_atomic(folder / _ABOUT, json.dumps(about, indent=2).encode() + b"\n")

    @classmethod
    def load(cls, folder: Path) -> FetchedPrices:
        """Read the folder that `save` wrote.

        Raises:
            PriceDataError: the folder or one of its files is missing or unreadable.
        """
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
            interval = int(about["interval"])
            source = str(about["source"])
            synthetic = bool(about["synthetic"])
            cleaning = tuple(map(str, about["cleaning"]))
            name = str(about["name"])
            data = (folder / _PRICES).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise PriceDataError(
                f"{folder} holds no fetched prices",
                NextStep("make it with {}", Action("organizer.fetch", (Parameter("out", "FOLDER"),))),
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise PriceDataError(f"{folder / _ABOUT} is damaged", "fetch the prices again") from error
        hidden = first_hidden(source)
        if hidden is not None:
            raise PriceDataError(
                f"the source in {folder / _ABOUT} has {hidden}, which a published text may not hold",
                "fetch the prices again",
            )
        read = cls(PriceTable.from_csv(data, interval), source, synthetic, cleaning, name)
        object.__setattr__(read, "_csv", data)
        return read
