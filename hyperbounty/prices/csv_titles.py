"""What the columns of price files are called, in the order in which a name is preferred."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Of several that a file has, the first is taken. A close time is none of them: rows are named by their beginning.
TITLES: Final = {
    "time": (
        *("open time", "opentime", "time open", "start time", "candle begin time", "begin", "start", "time"),
        *(
            "timestamp",
            "unix",
            "unix timestamp",
            "unix time",
            "epoch",
            "ts",
            "date",
            "datetime",
            "date time",
            "gmt time",
        ),
        *("local time", "snapped at", "day", "period", "dt", "t", "datum", "zeit", "fecha", "data", "jour", "index"),
        *("start at", "opened at", "candle time", "bar time", "kline open time", "id"),
    ),
    "open": (
        "open",
        "open price",
        "opening price",
        "first",
        "o",
        "eröffnung",
        "eröffn",
        "ouverture",
        "ouv",
        "apertura",
    ),
    "high": ("high", "high price", "max", "h", "hoch", "haut", "máximo", "máx", "plus haut"),
    "low": ("low", "low price", "min", "l", "tief", "bas", "mínimo", "mín", "plus bas"),
    "close": (
        *("close", "price", "close last", "close price", "closing price", "last", "last price", "c", "schluss"),
        *(
            "schlusskurs",
            "zuletzt",
            "dernier",
            "dern",
            "clôture",
            "clôt",
            "clot",
            "cierre",
            "último",
            "market price",
            "adj close",
        ),
    ),
    "volume": (
        *("volume", "volume 24h", "vol", "total volume", "total volumes", "volume from", "volumefrom", "base volume"),
        *("volume base", "base asset volume", "basevolume", "v", "volumen", "tick volume", "tickvol", "tick vol"),
    ),
}
# What a title may have behind it: a unit, a zone, a currency.
TAILS: Final = {
    "time": frozenset({"utc", "gmt", "ms", "us", "ns", "s", "seconds", "unix", "est", "et", "cet"}),
    "close": frozenset({"usd", "usdt", "usdc", "eur"}),
}
# Where only this is there, it is the volume in the money that is paid.
QUOTE: Final = ("quote volume", "quote asset volume", "volume quote", "volumeto", "volume to", "turnover")


def plain(title: str) -> str:
    """A title in lower case, its words separated by single spaces.

    >>> plain("openTime"), plain("Volume_(BTC)"), plain("<CLOSE>")
    ('open time', 'volume btc', 'close')
    """
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", title)
    return re.sub(r"[\W_]+", " ", split).strip().lower()


def rank_of(
    texts: Sequence[str],
    names: Sequence[str],
    tails: frozenset[str] = frozenset(),
    heads: frozenset[str] = frozenset(),
) -> int | None:
    """The place among `names` of the first that one of the texts is; None where none is.

    Args:
        texts: what stands above a column.
        names: in plain form, the preferred one first.
        tails, heads: words that may stand behind and before a name.

    >>> rank_of(["Close", "BTC-USD"], ["price", "close"]), rank_of(["Date (UTC)"], ["date"], frozenset({"utc"}))
    (1, 0)
    """
    found = []
    for text in texts:
        words = plain(text).split()
        while len(words) > 1 and " ".join(words) not in names and (words[-1] in tails or words[0] in heads):
            del words[-1 if words[-1] in tails else 0]
        if " ".join(words) in names:
            found.append(names.index(" ".join(words)))
    return min(found, default=None)
