"""Makes the sample series: `python data/generate.py` rewrites `data/sample/*.csv`, byte for byte the same everywhere.

The prices are synthetic. Every five minutes each coin's return is

    r[coin, t] = volatility[coin] * (SIGNAL * m[t - lag[coin]] + COMMON * c[t] + OWN * e[coin, t])
    m[t]       = PERSISTENCE * m[t - 1] + sqrt(1 - PERSISTENCE ** 2) * n[t]

with c, e and n independent noise. The hidden momentum m is what there is to learn: BTC shows it first and the others
follow some rows later, so whoever averages the recent past of all coins in the right order can call the next rows
somewhat better than a coin, and whoever looks at one row cannot.

Only `random.Random.random`, addition, multiplication, division and square root are used, which give the same bits on
every platform and Python; logarithms, exponentials and numpy's generators promise no such thing.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SEED: Final = 2013
ROWS: Final = 6_000
START: Final = 1_704_067_200  # 2024-01-01 00:00 UTC
INTERVAL: Final = 300

PERSISTENCE: Final = 0.88
SIGNAL: Final = 0.32
COMMON: Final = 0.5
OWN: Final = 0.5


@dataclass(frozen=True)
class Coin:
    """How one coin of the sample behaves.

    Attributes:
        price: at the start, in US dollars.
        volatility: factor on its returns.
        lag: rows by which it follows the hidden momentum.
        volume: typical volume of a row, in coins.
        decimals: of its prices.
    """

    price: float
    volatility: float
    lag: int
    volume: float
    decimals: int


COINS: Final = {
    "BCH": Coin(price=260.0, volatility=0.0016, lag=3, volume=180.0, decimals=2),
    "BTC": Coin(price=42_000.0, volatility=0.0011, lag=0, volume=65.0, decimals=2),
    "ETH": Coin(price=2_300.0, volatility=0.0013, lag=1, volume=900.0, decimals=2),
    "LTC": Coin(price=73.0, volatility=0.0015, lag=2, volume=1_500.0, decimals=3),
}


def sample(seed: int = SEED) -> dict[str, str]:
    """The text of each coin's CSV file by the file's name: `time,open,high,low,close,volume`, `ROWS` rows.

    Another `seed` makes another series of the same kind.
    """
    source = random.Random(seed)
    deepest = max(coin.lag for coin in COINS.values())
    momentum = [0.0] * (deepest + 1)  # newest first
    close = {name: coin.price for name, coin in COINS.items()}
    lines = {name: ["time,open,high,low,close,volume"] for name in COINS}
    for row in range(ROWS):
        fresh = PERSISTENCE * momentum[0] + math.sqrt(1 - PERSISTENCE * PERSISTENCE) * _noise(source)
        momentum = [fresh, *momentum[:-1]]
        common = COMMON * _noise(source)
        for name, coin in COINS.items():
            move = SIGNAL * momentum[coin.lag] + common + OWN * _noise(source)
            opened, close[name] = close[name], close[name] * (1 + coin.volatility * move)
            candle = _candle(source, coin, opened, close[name])
            lines[name].append(f"{START + row * INTERVAL},{candle},{_volume(source, coin, move):.2f}")
    return {f"{name}-USD.csv": "\n".join(text) + "\n" for name, text in lines.items()}


def _noise(source: random.Random) -> float:
    """Nearly normal, mean 0 and variance 1: the sum of twelve uniform numbers, less six."""
    total = -6.0
    # Not sum(): since Python 3.12 it compensates rounding, so the last bits differ from 3.11.
    for _ in range(12):
        total += source.random()
    return total


def _candle(source: random.Random, coin: Coin, opened: float, closed: float) -> str:
    reach = 0.4 * coin.volatility
    high = max(opened, closed) * (1 + reach * source.random())
    low = min(opened, closed) * (1 - reach * source.random())
    return ",".join(f"{price:.{coin.decimals}f}" for price in (opened, high, low, closed))


def _volume(source: random.Random, coin: Coin, move: float) -> float:
    # Trade picks up when the price moves, whichever way.
    return coin.volume * (0.2 + 0.5 * abs(move) + 0.6 * source.random())


def main() -> None:
    """Write the sample beside this file."""
    folder = Path(__file__).resolve().parent / "sample"
    folder.mkdir(exist_ok=True)
    for name, text in sample().items():
        (folder / name).write_bytes(text.encode())


if __name__ == "__main__":
    main()
