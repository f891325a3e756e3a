"""What cleaning changed: every row dropped or filled, by coin and by reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hyperbounty.durations import format_duration


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
    """

    coin: str
    received: int
    dropped: tuple[tuple[str, int], ...]
    filled: int
    reordered: bool
    conflicting: int
    jumps: int


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
    return f"{coin.coin}: {coin.received:,} rows received; {', '.join(parts) or 'nothing changed'}"


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M")
