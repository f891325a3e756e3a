"""What cleaning changed: every row dropped or filled, by coin and by reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from hyperbounty.durations import format_duration

COARSE_PPM: Final = 150_000
"""A price that is the same as before in so many millionths of its rows is named. Of liquid coins, up to 7 % are."""


@dataclass(frozen=True)
class CoinReport:
    """What became of one coin's rows.

    Attributes:
        coin: its symbol.
        received: rows that the source gave.
        dropped: rows left out, by reason; reasons that did not occur are absent.
        filled: rows put into short gaps with the values of the row before.
        reordered: the source's times did not increase, so the rows were sorted.
        conflicting: repeated times among the dropped whose values differed from the row that was kept.
        jumps: price changes beyond `cleaning.JUMP` between neighbouring rows; kept, but worth a look.
        summer: rows of summer time that were set an hour later, onto the clock of the others.
        still_ppm: the share of neighbouring rows with the same price, in millionths.
        prices: how many different prices there are.
        notes: how the source was read, a sentence each.
    """

    coin: str
    received: int
    dropped: tuple[tuple[str, int], ...]
    filled: int
    reordered: bool
    conflicting: int
    jumps: int
    summer: int
    still_ppm: int
    prices: int
    notes: tuple[str, ...]

    @property
    def is_coarse(self) -> bool:
        """Whether the price stands still so often that "it does not rise" is often right."""
        return self.still_ppm >= COARSE_PPM


@dataclass(frozen=True)
class Gap:
    """A stretch without rows in the table: the last time before it, and the seconds until the next row."""

    after: int
    seconds: int


@dataclass(frozen=True)
class CleaningReport:
    """What `clean` did.

    Attributes:
        interval: seconds between neighbouring rows.
        rows: of the table.
        first, last: unix seconds of its first and last row.
        coins: what became of each coin's rows.
        gaps: longer than what is filled, in order; no window crosses them.
    """

    interval: int
    rows: int
    first: int
    last: int
    coins: tuple[CoinReport, ...]
    gaps: tuple[Gap, ...]

    def lines(self) -> list[str]:
        """The report for people: one line on the table, one on the gaps where there are any, one a coin."""
        lines = [
            f"{self.rows:,} rows every {format_duration(self.interval)}, {_utc(self.first)} to {_utc(self.last)} UTC"
        ]
        if self.gaps:
            longest = max(self.gaps, key=lambda gap: gap.seconds)
            count = f"{len(self.gaps):,} gap{'s' if len(self.gaps) > 1 else ''}"
            lines.append(
                f"{count} that no window crosses, the longest {format_duration(longest.seconds)} "
                f"after {_utc(longest.after)}"
            )
        return lines + [_coin_line(coin) for coin in self.coins]

    def to_json(self) -> dict[str, object]:
        """The report as a JSON object; the 100 longest gaps are listed, all are counted."""
        listed = sorted(sorted(self.gaps, key=lambda gap: -gap.seconds)[:100], key=lambda gap: gap.after)
        return {
            "interval": self.interval,
            "rows": self.rows,
            "first": self.first,
            "last": self.last,
            "gap_count": len(self.gaps),
            "gaps": [{"after": gap.after, "seconds": gap.seconds} for gap in listed],
            "coins": {
                coin.coin: {
                    "received": coin.received,
                    "dropped": dict(coin.dropped),
                    "filled": coin.filled,
                    "reordered": coin.reordered,
                    "conflicting": coin.conflicting,
                    "jumps": coin.jumps,
                    "summer": coin.summer,
                    "still_ppm": coin.still_ppm,
                    "prices": coin.prices,
                    "notes": list(coin.notes),
                }
                for coin in self.coins
            },
        }


def _coin_line(coin: CoinReport) -> str:
    parts = [f"dropped {count:,} ({reason})" for reason, count in coin.dropped]
    if coin.filled:
        parts.append(f"filled {coin.filled:,} with the row before")
    if coin.reordered:
        parts.append("sorted by time")
    if coin.conflicting:
        parts.append(f"{coin.conflicting:,} repeated times disagreed, the last one was kept")
    if coin.jumps:
        parts.append(f"kept {coin.jumps:,} price jumps that look wrong")
    if coin.summer:
        parts.append(f"set {coin.summer:,} rows of summer time an hour later, onto the clock of winter")
    line = f"{coin.coin}: {coin.received:,} rows received; {', '.join(parts) or 'nothing changed'}"
    if coin.is_coarse:
        line += (
            f". A flat or coarse price: it has {coin.prices:,} values, and {coin.still_ppm / 10_000:.0f}% of its rows "
            "have the price of the row before, so that “it does not rise” is often right without any skill"
        )
    return ". ".join([line, *coin.notes])


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M")
