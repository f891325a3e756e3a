"""What amounts are counted in: the coin, or a token with the symbol and digits that it gives itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, update

from hyperbounty.chain.erc20 import read_assets
from hyperbounty.database import Database
from hyperbounty.money import COIN, Asset
from hyperbounty.web.index.adding import add_missing
from hyperbounty.web.index.changes import begin_version, note_everything
from hyperbounty.web.index.tables import ASSETS

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain


def add_assets(connection: Connection, addresses: Sequence[str]) -> None:
    """Note assets that amounts are counted in; what a token says of itself is asked for later."""
    tokens = dict.fromkeys(address for address in addresses if address != COIN.address)
    rows = [{"address": address, "is_known": False, "symbol": "", "decimals": None} for address in tokens]
    add_missing(connection, ASSETS, rows)


def ask_for_assets(database: Database, chain: Chain) -> None:
    """Ask the tokens that are not known yet what they are. What they said once is kept.

    Raises:
        ChainError: the node does not answer.
    """
    wanted = select(ASSETS.c.address).where(ASSETS.c.is_known.is_(False)).limit(100)
    unknown = database.read(lambda c: c.execute(wanted).scalars().all())
    if not unknown:
        return
    found = read_assets(chain, unknown)

    def work(connection: Connection) -> None:
        database.lock(connection)
        begin_version(connection)
        for address, asset in found.items():
            known: dict[str, Any] = {"is_known": True, "symbol": asset.symbol, "decimals": asset.decimals}
            connection.execute(update(ASSETS).where(ASSETS.c.address == address).values(known))
        note_everything(connection)

    database.write(work)


def assets_at(connection: Connection, addresses: Collection[str]) -> dict[str, Asset]:
    """Assets by their addresses; one that is not known yet has neither symbol nor digits."""
    found = {address: Asset(address, "", None) for address in addresses}
    found[COIN.address] = COIN
    tokens = [address for address in found if address != COIN.address]
    if tokens:
        for address, _, symbol, decimals in connection.execute(select(ASSETS).where(ASSETS.c.address.in_(tokens))):
            found[address] = Asset(address, symbol, decimals)
    return found
