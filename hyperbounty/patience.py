"""Patience with a server that stops answering: ask again, ever less often, say so, and end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

OnOutage = Callable[[float, str], None]
Answer = TypeVar("Answer")

_FIRST_PAUSE_SECONDS: Final = 0.25
_GROWTH: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 5.0
_LONGEST_ASKED_SECONDS: Final = 300.0


class Interrupted(Exception):
    """One exchange with a server failed in a way that may pass.

    Attributes:
        reason: what failed, fit to be shown.
        pause_seconds: what the server asks to wait at least, 0 where it does not say.
    """

    def __init__(self, reason: str, pause_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause_seconds = pause_seconds


class Patience:
    """Repeats a question that fails for a while.

    A pause that the server asks for does not count against the limit, as long as all of them together are no longer
    than five minutes: to come back earlier would be of no use.

    Args:
        limit_seconds: how long one question is repeated; 0 to ask once.
        given_up: the error where that was not enough, of what failed last.
        on_outage: is told, before each pause, the seconds since the first failure and the reason.
        sleep, monotonic: of the pauses.
    """

    def __init__(
        self,
        limit_seconds: float,
        on_outage: OnOutage | None = None,
        *,
        given_up: Callable[[str], Exception],
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit_seconds
        self._on_outage = on_outage
        self._given_up = given_up
        self._sleep = sleep
        self._monotonic = monotonic

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """What `question` returns, as soon as it does not raise `Interrupted`.

        Raises:
            Exception: that of `given_up`; it still did after `limit_seconds`.
        """
        started = self._monotonic()
        paused = asked = 0.0
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return question()
            except Interrupted as failure:
                # A clock that a test stands still must not make the pauses endless.
                waited = max(paused, self._monotonic() - started)
                asked += failure.pause_seconds
                left = self._limit - waited + asked
                if not self._limit or left <= 0 or asked > _LONGEST_ASKED_SECONDS:
                    raise self._given_up(failure.reason + self._how_long(waited, failure)) from failure
                if self._on_outage is not None:
                    self._on_outage(waited, failure.reason)
                length = min(max(pause, failure.pause_seconds), left)
                self._sleep(length)
                paused = waited + length
                pause = min(pause * _GROWTH, _LONGEST_PAUSE_SECONDS)

    @staticmethod
    def _how_long(waited: float, failure: Interrupted) -> str:
        again = f", asked again for {waited:.0f} seconds" if waited >= 1 else ""
        asks = f"; it asks to wait {failure.pause_seconds:,.0f} seconds" if failure.pause_seconds >= 1 else ""
        return again + asks
