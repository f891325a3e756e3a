"""The bundled sample: four synthetic coins, for a first contest without an account or a download."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.csv_source import CsvSource


class SampleSource(CsvSource):
    """The sample series that comes with the package. It is synthetic and says nothing about any market.

    >>> SampleSource().coins()
    ('BCH', 'BTC', 'ETH', 'LTC')
    """

    def __init__(self) -> None:
        super().__init__(_sample_folder(), name="sample", synthetic=True)

    @property
    def description(self) -> str:
        """What a manifest says about it."""
        return f"Hyperbounty's synthetic sample of {', '.join(self.coins())}, made by data/generate.py"


def _sample_folder() -> Path:
    """The sample inside the installed package, or in the checkout that the package is imported from."""
    package = Path(str(files("hyperbounty")))
    candidates = (package / "_bundled" / "sample", package.parent / "data" / "sample")
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise PriceDataError(f"the sample is in neither {candidates[0]} nor {candidates[1]}", "install the package again")
