"""The layouts of docs/prices.md, each written from the same candles. None of the lines is anybody's recorded price."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

HOUR, DAY = 3600, 86_400
ROWS = 150


@dataclass(frozen=True)
class Row:
    """A candle; prices have two digits, the volume four."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float

    def at(self, pattern: str, zone: str = "UTC") -> str:
        return datetime.fromtimestamp(self.time, ZoneInfo(zone)).strftime(pattern)

    @property
    def ohlc(self) -> str:
        return f"{self.open:.2f},{self.high:.2f},{self.low:.2f},{self.close:.2f}"


def candles(
    interval: int, start: int = int(datetime(2024, 9, 1, tzinfo=UTC).timestamp()), rows: int = ROWS
) -> list[Row]:
    """A random walk in which each open is the close before, as at an exchange."""
    rng = np.random.default_rng(11)
    walk = np.round(40_000 * np.exp(np.cumsum(rng.normal(0, 0.004, rows + 1))), 2)
    made = []
    for i in range(rows):
        opened, close = float(walk[i]), float(walk[i + 1])
        top, bottom = rng.exponential(60, 2)
        high, low = round(max(opened, close) + top, 2), round(min(opened, close) - bottom, 2)
        made.append(Row(start + i * interval, opened, high, low, close, round(float(rng.exponential(30)) + 0.001, 4)))
    return made


@dataclass(frozen=True)
class Layout:
    """How the rows are written: lines above them, and a line for each."""

    name: str
    line: Callable[[Row], str]
    above: str = ""
    interval: int = HOUR
    newest_first: bool = False
    end: str = "\n"
    file: str = "BTC-USD.csv"
    pack: Callable[[bytes], bytes] = lambda data: data
    encoding: str = "utf-8"
    columns: str | None = None
    volume: Callable[[Row], float] = lambda row: row.volume
    last_end: bool = True

    def write(self, rows: Iterable[Row]) -> bytes:
        lines = [self.line(row) for row in rows]
        text = (
            self.above
            + self.end.join(lines[::-1] if self.newest_first else lines)
            + (self.end if self.last_end else "")
        )
        return self.pack(text.encode(self.encoding))


def comma(value: float, digits: int) -> str:
    """1.234,50"""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def thousands(row: Row) -> float:
    return round(row.volume, 2) * 1000


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BTCUSDT-1h-2024-09.csv", data)
        archive.writestr("__MACOSX/._BTCUSDT-1h-2024-09.csv", b"\x00")
    return file.getvalue()


def binance(row: Row, unit: int = 1000) -> str:
    end = (row.time + HOUR) * unit - 1
    return f"{row.time * unit},{row.ohlc},{row.volume:.4f},{end},{row.volume * row.close:.2f},9,1.5,60000.25,0"


INVESTING = '"Date","Price","Open","High","Low","Vol.","Change %"\n'
METATRADER = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
COINMARKETCAP = "timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp\n"
YFINANCE = "Price,Close,High,Low,Open,Volume\nTicker,BTC-USD,BTC-USD,BTC-USD,BTC-USD,BTC-USD\nDate,,,,,\n"

LAYOUTS = (
    Layout("Binance spot, ms", binance),
    Layout("Binance spot, ms then µs", lambda r: binance(r, 1000 if r.time < 1_725_400_000 else 1_000_000)),
    Layout(
        "Binance futures",
        binance,
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,"
        "ignore\n",
    ),
    Layout("Binance zip", binance, file="BTC-USDT.zip", pack=zipped),
    Layout(
        "CryptoDataDownload",
        lambda r: f"{r.time},{r.at('%Y-%m-%d %H:%M:%S')},BTC/USD,{r.ohlc},{r.volume:.4f},{r.volume * r.close:.2f}",
        "https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n",
        newest_first=True,
    ),
    Layout(
        "CryptoDataDownload, hours with AM and PM",
        lambda r: f"{r.at('%Y-%m-%d %I-%p')},BTCUSD,{r.ohlc},{r.volume:.4f},{r.volume * r.close:.2f}",
        "https://www.CryptoDataDownload.com\nDate,Symbol,Open,High,Low,Close,Volume BTC,Volume USD\n",
        newest_first=True,
    ),
    Layout("Kraken", lambda r: f"{r.time},{r.ohlc},{r.volume:.4f},17"),
    Layout("Kraken, with a comma at the end", lambda r: f"{r.time},{r.ohlc},{r.volume:.4f},17,"),
    Layout(
        "Kraken API",
        lambda r: f"{r.time},{r.ohlc},{(r.high + r.low) / 2:.2f},{r.volume:.4f},17",
    ),
    Layout(
        "Bitfinex",
        lambda r: f"{r.time}000,{r.open:.2f},{r.close:.2f},{r.high:.2f},{r.low:.2f},{r.volume:.4f}",
        newest_first=True,
    ),
    Layout("Coinbase", lambda r: f"{r.time},{r.low:.2f},{r.high:.2f},{r.open:.2f},{r.close:.2f},{r.volume:.4f}"),
    Layout("Gate.io", lambda r: f"{r.time},{r.volume:.4f},{r.close:.2f},{r.high:.2f},{r.low:.2f},{r.open:.2f}"),
    Layout(
        "Bitstamp, of Kaggle",
        lambda r: f"{r.time},{r.ohlc},{r.volume:.4f},{r.volume * r.close:.2f},{(r.high + r.low) / 2:.2f}",
        "Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price\n",
        end="\r\n",
    ),
    Layout(
        "OKX",
        lambda r: f"BTC-USDT,{r.ohlc},{r.volume:.4f},{r.volume:.4f},{r.volume * r.close:.2f},{r.time}000,1",
        "instrument_name,open,high,low,close,vol,vol_ccy,vol_quote,open_time,confirm\n",
    ),
    Layout(
        "CoinGecko",
        lambda r: f"{r.at('%Y-%m-%d 00:00:00 UTC')},{r.close:.2f},812345678901.5,{r.volume:.4f}",
        "snapped_at,price,market_cap,total_volume\n",
        interval=DAY,
    ),
    Layout(
        "CoinMarketCap",
        lambda r: ";".join(
            (
                r.at('"%Y-%m-%dT00:00:00.000Z"'),
                r.at('"%Y-%m-%dT23:59:59.999Z"'),
                r.at('"%Y-%m-%dT12:00:00.000Z"'),
                r.at('"%Y-%m-%dT13:00:00.000Z"'),
                '"2781"',
                r.ohlc.replace(",", ";"),
                f"{r.volume:.4f}",
                "812345678901.5",
                r.at('"%Y-%m-%dT23:59:59.999Z"'),
            )
        ),
        COINMARKETCAP,
        interval=DAY,
        newest_first=True,
        encoding="utf-8-sig",
        last_end=False,
    ),
    Layout("CoinPaprika", lambda r: f"{r.at('%Y-%m-%dT%H:%M:%SZ')},{r.close:.2f},{r.volume:.4f},812345678901"),
    Layout(
        "Yahoo Finance",
        lambda r: f"{r.at('%Y-%m-%d')},{r.ohlc},{r.close:.2f},{r.volume:.4f}",
        "Date,Open,High,Low,Close,Adj Close,Volume\n",
        interval=DAY,
    ),
    Layout(
        "yfinance, three rows of header",
        lambda r: f"{r.at('%Y-%m-%d')},{r.close:.2f},{r.high:.2f},{r.low:.2f},{r.open:.2f},{r.volume:.4f}",
        YFINANCE,
        interval=DAY,
    ),
    Layout(
        "Investing.com",
        lambda r: (
            f'"{r.at("%m/%d/%Y")}","{r.close:,.2f}","{r.open:,.2f}","{r.high:,.2f}","{r.low:,.2f}",'
            f'"{r.volume:.2f}K","-0.15%"'
        ),
        INVESTING,
        interval=DAY,
        newest_first=True,
        encoding="utf-8-sig",
        volume=thousands,
    ),
    Layout(
        "Investing.com, of Germany",
        lambda r: (
            f'"{r.at("%d.%m.%Y")}","{comma(r.close, 2)}","{comma(r.open, 2)}","{comma(r.high, 2)}",'
            f'"{comma(r.low, 2)}","{comma(r.volume, 2)}K","-0,15%"'
        ),
        '"Datum","Zuletzt","Eröffn.","Hoch","Tief","Vol.","+/- %"\n',
        interval=DAY,
        newest_first=True,
        volume=thousands,
    ),
    Layout("stooq", lambda r: f"{r.at('%Y-%m-%d')},{r.ohlc},{r.volume:.4f}", "Date,Open,High,Low,Close,Volume\n", DAY),
    Layout(
        "stooq, ASCII",
        lambda r: f"BTC.V,60,{r.at('%Y%m%d')},{r.at('%H%M%S')},{r.ohlc},{r.volume:.4f},0",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n",
        end="\r\n",
    ),
    Layout(
        "MetaTrader 5",
        lambda r: f"{r.at('%Y.%m.%d')}\t{r.at('%H:%M:%S')}\t" + r.ohlc.replace(",", "\t") + f"\t{r.volume:.4f}\t0\t10",
        METATRADER,
        encoding="utf-16",
    ),
    Layout("MetaTrader 4", lambda r: f"{r.at('%Y.%m.%d')},{r.at('%H:%M')},{r.ohlc},{r.volume:.4f}"),
    Layout(
        "Dukascopy",
        lambda r: f"{r.at('%d.%m.%Y %H:%M:%S.000 GMT%z', 'Europe/Zurich')},{r.ohlc},{r.volume:.4f}",
        "Local time,Open,High,Low,Close,Volume\n",
    ),
    Layout("HistData", lambda r: f"{r.at('%Y%m%d %H%M%S')};{r.ohlc.replace(',', ';')};{r.volume:.4f}"),
    Layout(
        "TradingView",
        lambda r: f"{r.at('%Y-%m-%dT%H:%M:%SZ')},{r.ohlc},{r.volume:.4f}",
        "time,open,high,low,close,Volume\n",
    ),
    Layout(
        "Nasdaq",
        lambda r: f"{r.at('%m/%d/%Y')},${r.close:.2f},{r.volume:.4f},${r.open:.2f},${r.high:.2f},${r.low:.2f}",
        "Date,Close/Last,Volume,Open,High,Low\n",
        interval=DAY,
        newest_first=True,
    ),
    Layout(
        "CryptoCompare",
        lambda r: (
            f"{r.time},{r.high:.2f},{r.low:.2f},{r.open:.2f},{r.volume:.4f},{r.volume * r.close:.2f},{r.close:.2f},d"
        ),
        "time,high,low,open,volumefrom,volumeto,close,conversionType\n",
    ),
    Layout(
        "pandas, with an index",
        lambda r: f"{r.at('%Y-%m-%d %H:%M:%S+00:00')},{r.ohlc},{r.volume:.4f}",
        ",open,high,low,close,volume\n",
        file="BTC.csv.gz",
        pack=gzip.compress,
    ),
    Layout(
        "a spreadsheet of Europe",
        lambda r: (
            f"{r.at('%d.%m.%Y %H:%M')};{comma(r.open, 2)};{comma(r.high, 2)};{comma(r.low, 2)};{comma(r.close, 2)};"
            f"{comma(r.volume, 4)}"
        ),
        "sep=;\nDatum;Eröffnung;Hoch;Tief;Schluss;Volumen in Stück\n",
        end="\r\n",
        encoding="cp1252",
        columns="volume=6",
    ),
    Layout(
        "times in nanoseconds, columns by the user",
        lambda r: f"{r.time}000000000|x|{r.close:.2f}|{r.volume:.4f}",
        "Zeitpunkt|Art|Kurs|Menge\n",
        columns="time=Zeitpunkt,close=Kurs,volume=4",
    ),
)
