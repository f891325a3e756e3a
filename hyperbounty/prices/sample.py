"""The bundled sample: four synthetic coins, for a first contest without an account or a download."""

from __future__ import annotations

from hyperbounty.bundled import bundled_data
from hyperbounty.prices.csv_source import CsvSource


class SampleSource(CsvSource):
    """The sample series that comes with the package. It is synthetic and says nothing about any market.

    >>> SampleSource().coins()
    ('BCH', 'BTC', 'ETH', 'LTC')
    """

    def __init__(self) -> None:
        super().__init__(bundled_data("sample"), name="sample", synthetic=True)

    @property
    def description(self) -> str:
        """What a manifest says about it."""
        return f"Hyperbounty's synthetic sample of {', '.join(self.coins())}, made by data/generate.py"
