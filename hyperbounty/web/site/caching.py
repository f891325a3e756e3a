"""Answers kept by path for as long as the index shows the same of what they show: made once for all who look.

Each has an ETag, its hash, so that who has it already is sent nothing. What must not be kept says so by its
Cache-Control; a stream is passed on as it comes. HEAD is answered as GET without its body.

An answer speaks of the block that it was made at. It is given after later blocks too, if none of them changed what it
shows (see `shown`), for `KEPT_S` at most: what it says is so still, and its clock is no further behind than that.

For a moment after a change (`STALE_S`) whoever asks is given what was right before it, while one answer is made anew:
so an index that changes all the time makes nobody wait. Who asks for the newest (Cache-Control: no-cache) gets what is
of the latest block that the site knows.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperbounty.web.site.moves import Moves
from hyperbounty.web.site.observing import OBSERVED, Observed, observed
from hyperbounty.web.site.receiving import silence, with_body
from hyperbounty.web.site.shown import EVERYTHING, Shown, noting, together

MOST_BYTES: Final = 12 * 1024 * 1024
"""Of all that is kept; as much again of what was right before a change."""

MOST_AT_ONCE: Final = 8
"""Answers that are made: more would take turns on the same core, each with its memory, and all be later."""

STALE_S: Final = 1.0
"""So long after a change an answer from before it is still given."""

KEPT_S: Final = 5.0
"""So long after the index went on an answer is given that speaks of a block before, though nothing changed it."""

IS_HEAD: Final = "hyperbounty.is_head"
"""In the scope of a request: whether HEAD was asked, for a stream, which has no end that would be left out."""

_MOST_BYTES_OF_ONE: Final = 1024 * 1024
_BYTES_BESIDE: Final = 1_500

_log = logging.getLogger(__name__)
_KEPT_STATUSES: Final = frozenset({200, 404})


@dataclass
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    is_kept: bool
    route: str
    shown: Shown = EVERYTHING
    # When the index went on from the block that it speaks of; None while it is of the latest one.
    passed_at: float | None = None


class VersionedCache:
    """Middleware; see the module.

    Args:
        app: that answers.
        moves: of the index.
        lasting: routes whose answers do not depend on the index; they are kept as long as the process lives.
        most_bytes: of all that is kept; what was not asked for the longest goes first.
        stale_s, kept_s: see `STALE_S` and `KEPT_S`.
        monotonic: seconds, as moves have them.
    """

    def __init__(
        self,
        app: ASGIApp,
        moves: Moves,
        lasting: Collection[str] = (),
        most_bytes: int = MOST_BYTES,
        stale_s: float = STALE_S,
        kept_s: float = KEPT_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._moves = moves
        self._seen = moves.end
        self._lasting = frozenset(lasting)
        self._stale_s = stale_s
        self._kept_s = kept_s
        self._monotonic = monotonic
        # What was right until the last change, and when that was.
        self._stale: dict[str, _Answer] = {}
        self._changed_at = -math.inf
        self._renewing: dict[str, asyncio.Task[None]] = {}
        self._most_bytes = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        # What is being made right now is made once.
        self._making: dict[str, asyncio.Future[_Answer | None]] = {}
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        encoding = "gzip" if "gzip" in Headers(scope=scope).get("accept-encoding", "") else ""
        key = f"{encoding} {scope['path']}?{scope['query_string'].decode('latin-1')}"
        self._go_on()
        answer, is_right = self._kept(key, scope)
        if answer is not None:
            observed(scope).is_kept = True
            if not is_right and key not in self._making and key not in self._renewing:
                self._renew(key, scope)
        elif key in self._making:
            making = self._making[key]
            await asyncio.wait([making])
            # Where it cannot be shared, this one makes its own.
            answer = making.result() or await self._ask(scope, receive, send)
        else:
            answer = await self._make(key, scope, receive, send)
        if answer is not None:
            observed(scope).route = answer.route
            await _send(answer, scope, send)

    def _kept(self, key: str, scope: Scope) -> tuple[_Answer | None, bool]:
        """What is kept and may be given, and whether it is right still: who asks for the newest gets that."""
        wanted = Headers(scope=scope).get("cache-control", "")
        is_newest_wanted = "no-cache" in wanted or "max-age=0" in wanted
        now = self._monotonic()
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
            if answer.passed_at is None or (now - answer.passed_at <= self._kept_s and not is_newest_wanted):
                return answer, True
            is_given = now - answer.passed_at <= self._kept_s + self._stale_s
        else:
            if now - self._changed_at > self._stale_s:
                self._stale = {}
            answer = self._stale.get(key)
            is_given = answer is not None
        return (answer if is_given and not is_newest_wanted else None), False

    def _renew(self, key: str, scope: Scope) -> None:
        """Make an answer for who asks next; this client does not wait for it."""

        async def make() -> None:
            # Somebody who waits for it may have come first.
            if key not in self._making:
                await self._make(key, {**scope, OBSERVED: Observed("")}, with_body(b"", silence), _to_nobody)

        def done(task: asyncio.Task[None]) -> None:
            del self._renewing[key]
            if not task.cancelled() and task.exception() is not None:
                # Whoever asks next meets it, and is told.
                _log.debug("an answer was not made anew: %s", task.exception())

        self._renewing[key] = asyncio.create_task(make())
        self._renewing[key].add_done_callback(done)

    async def _make(self, key: str, scope: Scope, receive: Receive, send: Send) -> _Answer | None:
        before = self._moves.end
        made: asyncio.Future[_Answer | None] = asyncio.get_running_loop().create_future()
        self._making[key] = made
        answer: _Answer | None = None
        try:
            answer = await self._ask(scope, receive, send, made)
        finally:
            del self._making[key]
            if not made.done():
                made.set_result(answer if answer is not None and answer.is_kept else None)
        if answer is not None and answer.is_kept:
            self._keep(key, answer, before)
        return answer

    async def _ask(
        self, scope: Scope, receive: Receive, send: Send, made: asyncio.Future[_Answer | None] | None = None
    ) -> _Answer | None:
        """What the app answers; None where it was passed on, since it is a stream."""
        start: Message = {}
        body = bytearray()
        is_passed_on = False
        turn = ExitStack()

        async def collect(message: Message) -> None:
            nonlocal start, is_passed_on
            if message["type"] == "http.response.start":
                start = message
                is_passed_on = Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
                if is_passed_on:
                    # Nobody waits for the end of a stream.
                    turn.close()
                    if made is not None and not made.done():
                        made.set_result(None)
            if is_passed_on:
                await send(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        with turn, noting() as noted:
            await self._turns.acquire()
            turn.callback(self._turns.release)
            await self._app({**scope, "method": "GET", IS_HEAD: scope["method"] == "HEAD"}, receive, collect)
        if is_passed_on or not start:
            return None
        status, headers = start["status"], MutableHeaders(raw=list(start["headers"]))
        is_kept = status in _KEPT_STATUSES and "no-store" not in headers.get("cache-control", "")
        if is_kept and status == 200:
            headers["etag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
            headers.setdefault("cache-control", "no-cache")
        return _Answer(status, headers.raw, bytes(body), is_kept, observed(scope).route, together(noted))

    def _keep(self, key: str, answer: _Answer, before: int) -> None:
        """Keep an answer that was begun after so many moves."""
        if len(answer.body) > _MOST_BYTES_OF_ONE:
            return
        if answer.route not in self._lasting:
            self._go_on()
            missed = self._moves.since(before)
            if missed is not None:
                if not answer.shown.holds(missed):
                    return
                answer.passed_at = missed.at
        self._drop(key)
        self._answers[key] = answer
        self._bytes += _size(key, answer)
        while self._bytes > self._most_bytes:
            self._bytes -= _size(*self._answers.popitem(last=False))

    def _go_on(self) -> None:
        """Take in what the index did since this was called last."""
        move = self._moves.since(self._seen)
        if move is None:
            return
        self._seen, self._changed_at = self._moves.end, move.at
        self._stale = {}
        for key, answer in list(self._answers.items()):
            if answer.route in self._lasting:
                continue
            if answer.passed_at is None:
                answer.passed_at = move.at
            if not answer.shown.holds(move):
                self._drop(key)
                if move.at - answer.passed_at <= self._kept_s:
                    self._stale[key] = answer

    def _drop(self, key: str) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self._bytes -= _size(key, answer)


async def _to_nobody(message: Message) -> None:
    pass


def _size(key: str, answer: _Answer) -> int:
    # A client chooses the key, and may choose a long one for an answer of a few bytes.
    return len(key) + len(answer.body) + _BYTES_BESIDE


async def _send(answer: _Answer, scope: Scope, send: Send) -> None:
    headers = MutableHeaders(raw=list(answer.headers))
    status, body = answer.status, answer.body
    etag = headers.get("etag")
    known = [each.strip().removeprefix("W/") for each in Headers(scope=scope).get("if-none-match", "").split(",")]
    if etag is not None and (etag in known or known == ["*"]):
        status, body = 304, b""
        for name in ("content-length", "content-type"):
            if name in headers:
                del headers[name]
    if scope["method"] == "HEAD":
        body = b""
    await send({"type": "http.response.start", "status": status, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})
