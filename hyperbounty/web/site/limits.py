"""What one client may ask of the site: so often, with bodies so long, and for so long.

Whoever comes from this machine may ask as often as it likes. Where a proxy stands in front, the server has put the
client that it names in the place of its own address, if the operator trusts that proxy (`trusted_proxies`).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperbounty.foreign_json import nests_deeper
from hyperbounty.web.site.problems import problem
from hyperbounty.web.site.receiving import with_body

MOST_BODY_BYTES: Final = 64 * 1024
LONGEST_S: Final = 10.0
"""Until an answer begins; a stream may then go on."""

DEEPEST: Final = 32
"""Brackets within brackets of a body."""

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MOST_CLIENTS: Final = 10_000
# So much of what a minute allows may come at once: a page has some ten parts.
_AT_ONCE: Final = 1 / 6


@dataclass(frozen=True)
class Refusal:
    """What is said to a request that is beyond a limit.

    Attributes:
        status: of HTTP.
        code: see docs/api.md.
        what, next_step: for people.
        retry_after_s: when to ask again; None where that would not help.
    """

    status: int
    code: str
    what: str
    next_step: str
    retry_after_s: int | None = None

    def problem(self) -> Response:
        """For programs."""
        return problem(self.status, self.code, self.what, self.next_step, retry_after_s=self.retry_after_s)


class Rates:
    """How often each client may still ask: a bucket that fills while it waits.

    Args:
        a_minute: requests; 0 for any number.
        monotonic: seconds.

    >>> now = 0.0
    >>> rates = Rates(60, monotonic=lambda: now)
    >>> [rates.wait_s("192.0.2.7") for _ in range(11)][-2:]
    [0.0, 1.0]
    >>> now = 1.0
    >>> rates.wait_s("192.0.2.7"), rates.wait_s("127.0.0.1")
    (0.0, 0.0)
    """

    def __init__(self, a_minute: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._a_second = a_minute / 60
        self._at_once = max(a_minute * _AT_ONCE, 1.0)
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, client: str) -> float:
        """Count a request of `client`; seconds after which it may ask, 0 where it may now."""
        name = _named(client)
        if not self._a_second or name is None:
            return 0.0
        now = self._monotonic()
        left, since = self._left.pop(name, (self._at_once, now))
        left = min(self._at_once, left + (now - since) * self._a_second)
        waits = 0.0 if left >= 1 else (1 - left) / self._a_second
        self._left[name] = left - 1 if not waits else left, now
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return waits


class Limits:
    """Middleware; see the module.

    Args:
        app: that answers.
        rates: of the clients.
        longest_s: until an answer begins.
        refused: the answer to a request that is beyond a limit.
    """

    def __init__(
        self,
        app: ASGIApp,
        rates: Rates,
        longest_s: float = LONGEST_S,
        refused: Callable[[Scope, Refusal], Response] = lambda _, refusal: refusal.problem(),
    ) -> None:
        self._app = app
        self._rates = rates
        self._longest_s = longest_s
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waits = self._rates.wait_s((scope.get("client") or ("", 0))[0])
        if waits:
            seconds = math.ceil(waits)
            refusal = Refusal(
                429,
                "too-many-requests",
                "more requests came from your address than this site answers",
                f"ask again in {seconds} s, and then less often: the ETag of an answer says whether it is another one",
                seconds,
            )
            await self._refused(scope, refusal)(scope, receive, send)
            return
        if scope["method"] in _WITH_BODY:
            body = await _body(scope, receive)
            if isinstance(body, Refusal):
                await self._refused(scope, body)(scope, receive, send)
                return
            receive = with_body(body, receive)
        await self._in_time(scope, receive, send)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer within `longest_s`. What runs in a thread cannot be ended, so it is not waited for."""
        begun = asyncio.Event()
        is_late = False

        async def in_time(message: Message) -> None:
            if not is_late:
                begun.set()
                await send(message)

        answering = asyncio.ensure_future(self._app(scope, receive, in_time))
        beginning = asyncio.ensure_future(begun.wait())
        try:
            await asyncio.wait((answering, beginning), timeout=self._longest_s, return_when=asyncio.FIRST_COMPLETED)
            if answering.done() or begun.is_set():
                await answering
                return
            is_late = True
        except BaseException:
            answering.cancel()
            raise
        finally:
            beginning.cancel()
        answering.cancel()
        answering.add_done_callback(_forget)
        what = f"the answer took longer than {self._longest_s:g} s"
        late = Refusal(504, "too-slow", what, "ask again in a moment, or for less", 5)
        await self._refused(scope, late)(scope, receive, send)


def _forget(answering: asyncio.Future[None]) -> None:
    with suppress(asyncio.CancelledError, Exception):
        answering.result()


async def _body(scope: Scope, receive: Receive) -> bytes | Refusal:
    """The whole body of a request, or why it is not taken."""
    announced = Headers(scope=scope).get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > MOST_BODY_BYTES:
        return _TOO_LARGE
    body = bytearray()
    is_whole = False
    while not is_whole:
        message = await receive()
        if message["type"] != "http.request":
            # Nobody waits for an answer any more.
            return Refusal(400, "http", "the body ends too early", "send it again")
        body += message.get("body", b"")
        if len(body) > MOST_BODY_BYTES:
            return _TOO_LARGE
        is_whole = not message.get("more_body", False)
    if nests_deeper(bytes(body), DEEPEST):
        return Refusal(422, "invalid-request", "the body nests too deep", "see what is asked for in docs/api.md")
    return bytes(body)


_TOO_LARGE: Final = Refusal(
    413, "body-too-large", f"a body has at most {MOST_BODY_BYTES:,} bytes here", "send a shorter one"
)


def _named(client: str) -> str | None:
    """Who a client is: one address, or the network that a home has of IPv6; None for this machine."""
    try:
        address = ip_address(client)
    except ValueError:
        return client[:64]
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return None
    if isinstance(address, IPv6Address):
        return address.packed[:8].hex()
    return str(address)
