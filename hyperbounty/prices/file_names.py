"""What a file of prices is named after: its coin and, where a series comes in parts, the time of the part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from hyperbounty.errors import PriceDataError

_ENDING: Final = re.compile(r"\.(?:(csv|tsv|txt)(?:\.gz|\.zip)?|zip)$", re.IGNORECASE)
_COIN_ALONE: Final = re.compile(r"[A-Z0-9]{1,12}", re.IGNORECASE)
# A pair of a coin and a currency, at the beginning or behind an exchange's name.
_PAIR: Final = re.compile(
    r"(?:^|(?<=[^A-Z0-9]))([A-Z0-9]{1,12}?)[-_ ]?(FDUSD|BUSD|USD[TC]?)(?=$|[^A-Z0-9])", re.IGNORECASE
)
_DATE: Final = re.compile(r"(?<!\d)20\d\d(?:-?(?:0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_OTHER_SYMBOLS: Final = {"XBT": "BTC", "XDG": "DOGE"}
# "bitstampUSD" is no pair: some collections name the exchange and leave the coin out.
_EXCHANGES: Final = frozenset(
    ("binance", "bitfinex", "bitstamp", "btce", "coinbase", "gemini", "huobi", "kraken", "kucoin", "okcoin", "okx")
)


@dataclass(frozen=True)
class FileName:
    """What the name of a file of prices says.

    Attributes:
        coin: its symbol, such as `BTC`.
        time: of the part, as it stands there, such as `2024-01`; empty where there is none.
        rest: what else stands there, in lower case, such as currency and interval.
    """

    coin: str
    time: str = ""
    rest: str = ""


def read_name(name: str) -> FileName | None:
    """What `name` says; None where it is not the name of a file of prices.

    >>> read_name("BTC-USD.csv")
    FileName(coin='BTC', time='', rest='usd')
    >>> read_name("BTCUSDT-1h-2024-01.zip")
    FileName(coin='BTC', time='2024-01', rest='usdt-1h-')
    >>> read_name("Bitstamp_ETHUSD_d.csv").coin, read_name("XBTUSD_60.csv").coin, read_name("btc-usd-max.csv").coin
    ('ETH', 'BTC', 'BTC')
    >>> read_name("notes.txt"), read_name("bitstampUSD_1-min.csv")
    (None, None)
    """
    ending = _ENDING.search(name)
    if ending is None:
        return None
    stem = name[: ending.start()]
    # A text without a currency in its name is rather a note.
    if _COIN_ALONE.fullmatch(stem) and not _PAIR.search(stem):
        return None if (ending[1] or "").lower() == "txt" else FileName(_coin(stem))
    pair = next((found for found in _PAIR.finditer(stem) if found[1].lower() not in _EXCHANGES), None)
    if pair is None:
        return None
    rest = f"{stem[: pair.start()]}{stem[pair.end() :]}"
    return FileName(_coin(pair[1]), "/".join(_DATE.findall(rest)), f"{pair[2]}{_DATE.sub('', rest)}".lower())


def files_by_coin(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """The files of each coin, sorted by coin; several are the parts of one series, in the order of the times they name.

    Args:
        paths: of files; those with other names are left out.

    Raises:
        PriceDataError: two files of one coin that are no parts of one series.

    >>> names = ["BTCUSDT-1h-2024-02.zip", "BTCUSDT-1h-2024-01.zip", "ETH.csv", "readme.txt"]
    >>> [[path.name for path in found] for found in files_by_coin(map(Path, names)).values()]
    [['BTCUSDT-1h-2024-01.zip', 'BTCUSDT-1h-2024-02.zip'], ['ETH.csv']]
    """
    found: dict[str, list[tuple[FileName, Path]]] = {}
    for path in sorted(paths):
        name = read_name(path.name)
        if name is not None:
            found.setdefault(name.coin, []).append((name, path))
    for coin, parts in found.items():
        parts.sort(key=lambda part: part[0].time)
        for (before, first), (after, second) in pairwise(parts):
            if not before.time or before.rest != after.rest or before.time == after.time:
                raise PriceDataError(
                    f"{first.name} and {second.name} are both prices of {coin}",
                    "keep one of them in the folder; names of parts of one series differ by their date alone, such as "
                    "BTCUSDT-1h-2024-01.zip and BTCUSDT-1h-2024-02.zip",
                )
    return {coin: [path for _, path in parts] for coin, parts in sorted(found.items())}


def _coin(symbol: str) -> str:
    return _OTHER_SYMBOLS.get(symbol.upper(), symbol.upper())
