"""Prices from CoinPaprika's historical ticks, https://docs.coinpaprika.com.

The free plan needs no account and serves daily prices of the last year; finer intervals need a paid plan, whose key is
read from the environment variable `COINPAPRIKA_API_KEY` and goes nowhere but into the request's header;
`COINPAPRIKA_PLAN` names the plan. A row's volume is that of the 24 hours before it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from hyperbounty.durations import format_duration
from hyperbounty.errors import InvalidInput, PriceDataError
from hyperbounty.prices.coinpaprika_answers import COIN_IDS, coin_id, ticks
from hyperbounty.prices.coinpaprika_plans import FREE, INTERVALS, PLANS, check_plan, earliest, serves
from hyperbounty.prices.http import JsonClient, RefusedRequest
from hyperbounty.prices.pages import PageCache, Row
from hyperbounty.prices.source import CoinSeries, FetchProgress, OnProgress

KEY_VARIABLE: Final = "COINPAPRIKA_API_KEY"
PLAN_VARIABLE: Final = "COINPAPRIKA_PLAN"
FREE_URL: Final = "https://api.coinpaprika.com/v1/"
PAID_URL: Final = "https://api-pro.coinpaprika.com/v1/"

DEFAULT_COINS: Final = ("BCH", "BTC", "ETH", "LTC")
ROW_LIMIT: Final = 5_000
# One less than the service gives, so that a row at the page's end never costs one at its start.
PAGE_ROWS: Final = ROW_LIMIT - 1

_COIN: Final = re.compile(r"[A-Z0-9]{1,12}")


@dataclass(frozen=True)
class CoinPaprika:
    """The ticks of one interval from `start` up to, not including, `end`.

    Attributes:
        start, end: unix seconds.
        interval: one of `coinpaprika_plans.INTERVALS`.
        plan: one of `coinpaprika_plans.PLANS`.
        client: how the service is reached; has the key.
        cache: where pages are kept.

    Raises:
        InvalidInput: an unknown interval or plan, or an empty range.
    """

    start: int
    end: int
    interval: str
    plan: str
    client: JsonClient
    cache: PageCache

    def __post_init__(self) -> None:
        _check_choice("interval", self.interval, INTERVALS)
        _check_choice("plan", self.plan, PLANS)
        if not 0 <= self.start < self.end:
            raise InvalidInput(f"prices from {self.start} to {self.end} are no range", "give a start before the end")

    @classmethod
    def from_environment(
        cls, *, interval: str, start: datetime | None, end: datetime | None, cache: Path
    ) -> CoinPaprika:
        """The source that the environment's key and plan allow; without a key, that of the free plan.

        Args:
            interval: one of `coinpaprika_plans.INTERVALS`.
            start: of the range; None is as far back as the plan goes. Where that is a week or more, the range starts
                with a whole day: a fetch that is started again on the same day then asks for the same pages.
            end: of the range, excluded; None is now.
            cache: folder where pages are kept.

        Raises:
            InvalidInput: an unknown interval or plan, an empty range, or a paid plan without a key.

        >>> noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
        >>> source = CoinPaprika.from_environment(interval="24h", start=noon, end=None, cache=tmp_path)
        >>> source.name, source.interval, source.start
        ('coinpaprika', '24h', 1793534400)
        """
        key = os.environ.get(KEY_VARIABLE, "").strip()
        plan = os.environ.get(PLAN_VARIABLE, "").strip().lower() or ("starter" if key else FREE)
        _check_choice("interval", interval, INTERVALS)
        _check_choice(f"plan ({PLAN_VARIABLE})", plan, PLANS)
        if plan != FREE and not key:
            raise InvalidInput(f"CoinPaprika's {plan} plan needs a key", f"set {KEY_VARIABLE}, or use the plan {FREE}")
        client = JsonClient(FREE_URL) if plan == FREE else JsonClient(PAID_URL, key=key)
        now = int(client.now())
        return cls(
            start=int(start.timestamp()) if start else earliest(plan, interval, now),
            end=int(end.timestamp()) if end else now - now % INTERVALS[interval],
            interval=interval,
            plan=plan,
            client=client,
            cache=PageCache(cache),
        )

    @property
    def name(self) -> str:
        """See `PriceSource`."""
        return "coinpaprika"

    @property
    def synthetic(self) -> bool:
        """These are market prices."""
        return False

    @property
    def description(self) -> str:
        """Enough for a stranger to ask for the same rows."""
        return f"CoinPaprika historical ticks, quote usd, interval {self.interval}, {self.start} to {self.end}"

    def fetch(self, coins: Sequence[str] = (), on_progress: OnProgress | None = None) -> dict[str, CoinSeries]:
        """See `PriceSource.fetch`; without `coins`, `DEFAULT_COINS`. Pages that a former fetch got are not asked again.

        Raises:
            PriceDataError: an unknown coin, a range that the plan does not serve, or a service that does not answer.
        """
        now = self.client.now()
        check_plan(self.plan, self.interval, self.start, now)
        if self.end > now:
            raise PriceDataError(
                f"prices up to {_iso(self.end)} do not exist yet",
                f"wait for {format_duration(round(self.end - now))}, or end earlier",
            )
        wanted = tuple(dict.fromkeys(coin.upper() for coin in coins)) or DEFAULT_COINS
        ids = {coin: self._coin_id(coin) for coin in wanted}
        pages = self._pages()
        series = {}
        done = 0
        for coin in wanted:
            rows: list[Row] = []
            for start, stop in pages:
                rows += self._page(coin, ids[coin], start, stop)
                done += 1
                if on_progress:
                    on_progress(FetchProgress(coin, done, len(pages) * len(wanted)))
            if not rows:
                raise PriceDataError(
                    f"CoinPaprika has no {self.interval} prices of {coin} from {_iso(self.start)} to {_iso(self.end)}",
                    "choose a later start or another coin",
                )
            series[coin] = CoinSeries(
                np.array([time for time, _, _ in rows], dtype=np.int64),
                np.array([price for _, price, _ in rows], dtype=np.float64),
                np.array([volume for _, _, volume in rows], dtype=np.float64),
            )
        return series

    def _pages(self) -> list[tuple[int, int]]:
        # Cut at multiples of the page, not counted from the start: a later fetch of another range shares the pages.
        span = INTERVALS[self.interval] * PAGE_ROWS
        cuts = range(self.start - self.start % span + span, self.end, span)
        return list(pairwise((self.start, *cuts, self.end)))

    def _page(self, coin: str, identifier: str, start: int, stop: int) -> list[Row]:
        key = f"{identifier}-{self.interval}-{start}-{stop}"
        kept = self.cache.read(key)
        if kept is not None:
            return kept
        rows: list[Row] = []
        cursor = start
        # One call is the rule; another follows where the service gave fewer rows than it was asked for.
        while cursor < stop:
            fresh = [row for row in self._ticks(coin, identifier, cursor, stop) if cursor <= row[0] < stop]
            if not fresh:
                break
            rows += fresh
            cursor = max(time for time, _, _ in fresh) + INTERVALS[self.interval]
        # An empty page, or one whose last rows may still be on their way, is worth asking for again.
        if rows and stop + INTERVALS[self.interval] <= self.client.now():
            self.cache.write(key, rows)
        return rows

    def _ticks(self, coin: str, identifier: str, start: int, stop: int) -> list[Row]:
        parameters = {
            "start": str(start),
            "end": str(stop),
            "interval": self.interval,
            "limit": str(ROW_LIMIT),
            "quote": "usd",
        }
        answer = self._ask(f"tickers/{identifier}/historical", parameters, coin)
        try:
            return ticks(answer)
        except ValueError as error:
            raise PriceDataError(
                f"CoinPaprika's prices of {coin} from {_iso(start)} are not what it documents: {error}",
                "try again later, or bring the prices as CSV",
            ) from error

    def _coin_id(self, coin: str) -> str:
        found = COIN_IDS.get(coin)
        if found is None and _COIN.fullmatch(coin):
            query = {"q": coin, "c": "currencies", "modifier": "symbol_search", "limit": "50"}
            found = coin_id(self._ask("search", query, coin), coin)
        if found is None:
            raise PriceDataError(f"CoinPaprika knows no coin {coin!r}", "use a symbol such as BTC")
        return found

    def _ask(self, path: str, parameters: Mapping[str, str], coin: str) -> object:
        try:
            return self.client.get(path, parameters)
        except RefusedRequest as refusal:
            raise self._explained(refusal.status, coin) from refusal

    def _explained(self, status: int, coin: str) -> PriceDataError:
        if status == 402:
            return PriceDataError(
                f"CoinPaprika's {self.plan} plan does not include {self.interval} prices since {_iso(self.start)} "
                "(status 402)",
                "ask for interval 24h, which the free plan serves for the last year; what yours serves: "
                f"{serves(self.plan)}",
            )
        if status == 404:
            return PriceDataError(f"CoinPaprika knows no coin {coin!r} (status 404)", "use a symbol such as BTC")
        if status in (401, 403):
            return PriceDataError(
                f"CoinPaprika refuses the key (status {status})", f"check {KEY_VARIABLE} and {PLAN_VARIABLE}"
            )
        return PriceDataError(
            f"CoinPaprika refuses {self.interval} prices of {coin} from {_iso(self.start)} to {_iso(self.end)} "
            f"(status {status})",
            "check the interval and the range",
        )


def _check_choice(what: str, value: str, choices: Mapping[str, object]) -> None:
    if value not in choices:
        raise InvalidInput(f"CoinPaprika has no {what} {value!r}", f"choose one of {', '.join(choices)}")


def _iso(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%MZ")
