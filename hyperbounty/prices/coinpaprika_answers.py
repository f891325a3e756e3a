"""What CoinPaprika answers, checked: nothing that a server sends is taken on trust."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from hyperbounty.prices.pages import Row

# The identifiers of the coins that most contests are about; the others are searched for.
COIN_IDS: Final[Mapping[str, str]] = {
    "ADA": "ada-cardano",
    "BCH": "bch-bitcoin-cash",
    "BNB": "bnb-binance-coin",
    "BTC": "btc-bitcoin",
    "DOGE": "doge-dogecoin",
    "ETH": "eth-ethereum",
    "LTC": "ltc-litecoin",
    "SOL": "sol-solana",
    "XMR": "xmr-monero",
    "XRP": "xrp-xrp",
}

_COIN_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,80}")
_UNRANKED: Final = 10**9


def ticks(answer: object) -> list[Row]:
    """The rows of an answer to `tickers/{id}/historical`; a price or volume of null stays None.

    Raises:
        ValueError: the answer is not a list of objects with timestamp, price and volume_24h.

    >>> ticks([{"timestamp": "2026-11-21T09:00:00Z", "price": 2.5, "volume_24h": None}])
    [(1795251600, 2.5, None)]
    """
    if not isinstance(answer, list):
        raise ValueError(f"a list was expected, not {type(answer).__name__}")
    return [_row(tick) for tick in answer]


def coin_id(answer: object, symbol: str) -> str | None:
    """The identifier of the best ranked coin with exactly this symbol in an answer to `search`; several can share one.

    The identifier becomes part of an address and of a file's name, so one with other characters than usual is ignored.

    >>> coin_id({"currencies": [{"symbol": "LTC", "rank": 20, "id": "ltc-litecoin"}]}, "LTC")
    'ltc-litecoin'
    """
    found = answer.get("currencies") if isinstance(answer, dict) else None
    ranked = [
        (entry.get("rank"), entry.get("id"))
        for entry in (found if isinstance(found, list) else [])
        if isinstance(entry, dict) and entry.get("symbol") == symbol
    ]
    usable = [
        (rank if isinstance(rank, int) and rank > 0 else _UNRANKED, name)
        for rank, name in ranked
        if isinstance(name, str) and _COIN_ID.fullmatch(name)
    ]
    return min(usable)[1] if usable else None


def _row(tick: object) -> Row:
    if not isinstance(tick, dict) or not isinstance(tick.get("timestamp"), str):
        raise ValueError(f"{str(tick)[:60]} has no timestamp")
    moment = datetime.fromisoformat(tick["timestamp"])
    time = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return int(time), _number(tick, "price"), _number(tick, "volume_24h")


def _number(tick: Mapping[str, object], name: str) -> float | None:
    if name not in tick:
        raise ValueError(f"{str(tick)[:60]} has no {name}")
    value = tick[name]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is {value!r}")
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
