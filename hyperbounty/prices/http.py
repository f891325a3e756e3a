"""A patient JSON client: it waits between calls, tries again what may succeed later, and gives up with a reason."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from hyperbounty.durations import format_duration
from hyperbounty.errors import InvalidInput, PriceDataError, PricesUnavailable
from hyperbounty.foreign_json import read_json
from hyperbounty.http_answers import AnswerTooLong, read_body, retry_after_s, unpacked

TIMEOUTS_S: Final = (10.0, 60.0)  # to connect, to answer
LONGEST_WAIT_S: Final = 300.0
MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
_FIRST_BACKOFF_S: Final = 1.0
_LONGEST_BACKOFF_S: Final = 60.0


class RefusedRequest(PriceDataError):
    """An answer that asking again will not change; each source says in its own words what the status means.

    Attributes:
        status: HTTP status, 400 to 499 but not 429, or 300 to 399.
    """

    error_code = "prices-refused"

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"the price service answers with HTTP status {status}", "check what is asked for")


class _HeaderKey(AuthBase):
    """Sets the key itself, because requests would put credentials of a .netrc in the place of a plain header."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = self._key
        return request


@dataclass
class JsonClient:
    """GET requests to one service.

    Attributes:
        base_url: what paths are appended to, with a trailing slash.
        key: value of the Authorization header; empty sends none. Only ever sent over https or to this machine.
        pause_s: least time between two calls.
        attempts: how often one call is tried.
        now, sleep, jitter: the clock in unix seconds, the wait, and a number in [0, 1) that spreads clients apart.

    >>> JsonClient("http://prices.example.org/v1/", key="secret")
    Traceback (most recent call last):
        ...
    hyperbounty.errors.InvalidInput: http://prices.example.org/v1/ would carry the key in the clear; ...
    """

    base_url: str
    key: str = field(default="", repr=False)
    pause_s: float = 0.2
    attempts: int = 6
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    _session: requests.Session = field(default_factory=requests.Session, init=False, repr=False)
    _last_call: float = field(default=float("-inf"), init=False, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme not in ("http", "https") or not parts.hostname or not self.base_url.endswith("/"):
            raise InvalidInput(f"{self.base_url!r} is not a base address", "give one like https://host/v1/")
        if self.key and parts.scheme != "https" and not local:
            raise InvalidInput(f"{self.base_url} would carry the key in the clear", "use an https address")

    def get(self, path: str, parameters: Mapping[str, str]) -> object:
        """The JSON that `path` answers.

        Raises:
            RefusedRequest: a status that asking again does not change.
            PriceDataError: no usable answer after all attempts, or the service wants a longer wait than is sensible.
        """
        reason = ""
        for attempt in range(self.attempts):
            if attempt:
                self.sleep(self._backoff(attempt))
            self._keep_pace()
            try:
                answer = self._session.get(
                    self.base_url + path,
                    params=parameters,
                    auth=_HeaderKey(self.key),
                    timeout=TIMEOUTS_S,
                    allow_redirects=False,
                    stream=True,
                )
                with answer:
                    if answer.status_code == 200:
                        return read_json(_body(answer))
            except PriceDataError:
                raise
            except (requests.RequestException, ValueError) as error:
                # Among them a body cut short, and one that is not JSON. The text could hold an address, never the key.
                reason = type(error).__name__
                continue
            reason = f"HTTP status {answer.status_code}"
            if answer.status_code == 429:
                self._wait_as_told(answer)
            elif answer.status_code < 500:
                raise RefusedRequest(answer.status_code)
        raise PricesUnavailable(
            f"{urlsplit(self.base_url).hostname} gave no usable answer in {self.attempts} attempts ({reason})",
            "check the connection and start again: what has arrived is kept",
        )

    def _backoff(self, attempt: int) -> float:
        ceiling = min(_FIRST_BACKOFF_S * 2.0 ** (attempt - 1), _LONGEST_BACKOFF_S)
        return ceiling * (0.5 + 0.5 * self.jitter())

    def _keep_pace(self) -> None:
        early = self._last_call + self.pause_s - self.now()
        if early > 0:
            self.sleep(early)
        self._last_call = self.now()

    def _wait_as_told(self, answer: requests.Response) -> None:
        wait = retry_after_s(answer.headers.get("Retry-After", ""), self.now())
        if wait > LONGEST_WAIT_S:
            raise PricesUnavailable(
                f"{urlsplit(self.base_url).hostname} allows no further call for {format_duration(round(wait))}",
                "start again then: what has arrived is kept",
            )
        if wait > 0:
            self.sleep(wait)


def _body(answer: requests.Response) -> bytes:
    try:
        return read_body(unpacked(answer), MAX_ANSWER_BYTES)
    except AnswerTooLong as error:
        raise PriceDataError(f"{urlsplit(answer.url).hostname} answers with {error}", "ask for fewer rows") from error
