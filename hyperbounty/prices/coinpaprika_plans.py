"""What each CoinPaprika plan serves, so that a fetch that cannot work is refused before the first call.

Source: the plans' table of https://docs.coinpaprika.com, as of November 2026.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from hyperbounty.errors import PriceDataError

FREE: Final = "free"

FIRST_PRICES: Final = 1_367_107_200  # 2013-04-28, the oldest of any coin

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400

# Seconds between rows, by the service's name of the interval.
INTERVALS: Final[Mapping[str, int]] = {
    **{f"{count}m": count * _MINUTE for count in (5, 10, 15, 30, 45)},
    **{f"{count}h": count * _HOUR for count in (1, 2, 3, 6, 12, 24)},
    **{f"{count}d": count * _DAY for count in (1, 7, 14, 30, 90, 365)},
}


@dataclass(frozen=True)
class Plan:
    """How many days back a plan serves intervals of minutes, of hours below 24, and of days; 0 means not at all."""

    minutes: float
    hours: float
    days: float

    def history_days(self, interval: str) -> float:
        """Days back that the plan serves `interval`, one of `INTERVALS`."""
        if interval.endswith("m"):
            return self.minutes
        return self.hours if INTERVALS[interval] < _DAY else self.days


PLANS: Final[Mapping[str, Plan]] = {
    FREE: Plan(minutes=0, hours=1, days=365),
    "starter": Plan(minutes=7, hours=30, days=5 * 365),
    "pro": Plan(minutes=30, hours=90, days=math.inf),
    "business": Plan(minutes=365, hours=365, days=math.inf),
    "enterprise": Plan(minutes=365, hours=365, days=math.inf),
}


def check_plan(plan: str, interval: str, start: int, now: float) -> None:
    """Refuse an interval, or a start too long ago, that the plan does not serve.

    Raises:
        PriceDataError: says what the plan does serve and which plan would do.

    >>> now = 1_795_251_600
    >>> check_plan("free", "24h", now - 30 * 86_400, now)
    >>> check_plan("free", "5m", now - 30 * 86_400, now)
    Traceback (most recent call last):
        ...
    hyperbounty.errors.PriceDataError: CoinPaprika's free plan does not serve 5m prices, ...
    """
    days = PLANS[plan].history_days(interval)
    if days and start >= now - days * _DAY:
        return
    reach = "does not serve" if not days else f"serves only the last {days:g} days of"
    enough = [name for name, other in PLANS.items() if start >= now - other.history_days(interval) * _DAY]
    way_out = f"take the plan {enough[0]} (set COINPAPRIKA_PLAN if it is yours), or " if enough else ""
    raise PriceDataError(
        f"CoinPaprika's {plan} plan {reach} {interval} prices, and {_date(start)} is asked for",
        f"{way_out}ask for what {plan} serves: {serves(plan)}",
    )


def earliest(plan: str, interval: str, now: int) -> int:
    """The first unix second from which the plan serves `interval`; just before `now` where it serves none.

    Where a plan goes back a week or more it is the start of a day, and never before the service's first prices.

    >>> moment = earliest("free", "24h", 1_795_251_600)
    >>> _date(moment), moment % 86_400
    ('2025-11-22', 0)
    """
    days = PLANS[plan].history_days(interval)
    unit = _DAY if days >= 7 else INTERVALS[interval]
    reach = min(days * _DAY, now - FIRST_PRICES)
    return (int(now - reach) // unit + 1) * unit if days else now - unit


def serves(plan: str) -> str:
    """What a plan serves, in words.

    >>> serves("free")
    '1h to 12h for the last 1 day, 24h and longer for the last 365 days'
    """
    parts = []
    for interval, words in (("5m", "5m to 45m"), ("1h", "1h to 12h"), ("24h", "24h and longer")):
        days = PLANS[plan].history_days(interval)
        if days:
            parts.append(f"{words} without a limit" if days == math.inf else f"{words} for the last {_days(days)}")
    return ", ".join(parts)


def _days(days: float) -> str:
    return f"{days:g} day{'s' if days != 1 else ''}"


def _date(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")
