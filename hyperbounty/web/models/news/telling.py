"""What the words about an event of a model need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from hyperbounty.money import Asset
from hyperbounty.web.index.assets import assets_at
from hyperbounty.web.models.facts import ListedModel
from hyperbounty.web.models.index.tables import MARKETS

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

Row = Mapping[str, Any]

Said = tuple[str, str, str, tuple[str, ...]]
"""What an event says: kind, title, text, accounts."""


class Told:
    """What the words about an event need.

    Args:
        snapshot: of the index.
        model: that it belongs to; None where it belongs to an account.
    """

    def __init__(self, snapshot: Snapshot, model: ListedModel | None) -> None:
        self._snapshot = snapshot
        self._model = model

    @property
    def model(self) -> ListedModel:
        """The model."""
        assert self._model is not None
        return self._model

    @property
    def number(self) -> int:
        """Of the model."""
        return self.model.model.number

    def shown(self, amount: int) -> str:
        """An amount of the model; nothing where it has no money."""
        return "" if self.model.model.terms.in_points else f", {self.model.model.asset.shown(amount)}"

    def money(self, amount: int) -> str:
        """An amount of a market, which has money also where the model's samples have none."""
        return self.model.model.asset.shown(amount)

    def asset(self, address: str) -> Asset:
        """What a credit is counted in."""
        return assets_at(self._snapshot.connection, [address])[address]

    def named(self, label: int) -> str:
        """A class."""
        names = self.model.names
        return names.numbered(label) if label < len(names.names) else f"class {label}"

    def market(self, number: int) -> Row:
        """A market of the model: its row of `MARKETS`."""
        model = self.model.row
        wanted = select(MARKETS).where(
            MARKETS.c.contract == model["contract"], MARKETS.c.subject == model["subject"], MARKETS.c.number == number
        )
        return dict(self._snapshot.connection.execute(wanted).mappings().one())
