"""Answers that are kept: until the index shows something else, made once for all who ask, within a bound of memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive, Scope, Send

from hyperbounty.web.site.caching import MOST_AT_ONCE, VersionedCache
from hyperbounty.web.site.observing import OBSERVED, Observed, observed

Answer = Callable[[Scope, Receive, Send], Awaitable[None]]


def scope_of(path: str, query: str = "") -> Scope:
    made = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    return {**made, OBSERVED: Observed("")}


async def ask(cache: VersionedCache, path: str, query: str = "", **headers: str) -> bytes:
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        body.extend(message.get("body", b""))

    scope = scope_of(path, query)
    scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await cache(scope, receive, send)
    return bytes(body)


class Counting:
    """Answers with how often it was asked, once `may_end` is set."""

    def __init__(self, kind: bytes = b"text/html", headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self.asked: list[str] = []
        self.now = 0
        self.most = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self._headers = [(b"content-type", kind), *(headers or [])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self._headers})
            await self.may_end.wait()
            await send({"type": "http.response.body", "body": str(len(self.asked)).encode()})
        finally:
            self.now -= 1


def test_an_answer_is_kept_until_the_index_shows_something_else() -> None:
    async def check() -> None:
        app, token = Counting(), ["1"]
        cache = VersionedCache(app, lambda: token[0], stale_s=0)
        assert [await ask(cache, "/"), await ask(cache, "/"), await ask(cache, "/", "a=1")] == [b"1", b"1", b"2"]
        token[0] = "2"
        assert await ask(cache, "/") == b"3"

    asyncio.run(check())


def test_for_a_moment_after_a_change_nobody_waits_but_who_asks_for_the_newest() -> None:
    async def check() -> None:
        app, token, now = Counting(), ["1"], [0.0]
        cache = VersionedCache(app, lambda: token[0], stale_s=1, monotonic=lambda: now[0])
        assert await ask(cache, "/") == b"1"
        token[0] = "2"
        app.may_end.clear()
        # Two ask, and one answer is made meanwhile.
        assert [await ask(cache, "/"), await ask(cache, "/")] == [b"1", b"1"]
        newest = asyncio.create_task(ask(cache, "/", cache_control="no-cache"))
        await asyncio.sleep(0)
        app.may_end.set()
        assert await newest == b"2"
        assert await ask(cache, "/") == b"2"
        assert app.asked == ["/", "/"]
        token[0] = "3"
        assert await ask(cache, "/", cache_control="max-age=0") == b"3"
        # What was not asked for since the last change but one is not given any more, nor what is too old.
        token[0] = "4"
        await ask(cache, "/other")
        token[0] = "5"
        assert await ask(cache, "/") == b"5"
        token[0] = "6"
        await ask(cache, "/other")
        now[0] = 1.5
        assert await ask(cache, "/") == str(len(app.asked)).encode()

    asyncio.run(check())


def test_an_answer_that_cannot_be_made_anew_is_told_to_who_asks_next() -> None:
    class Fault(Exception):
        pass

    async def check() -> None:
        token = ["1"]
        app = Counting()

        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            if token[0] != "1":
                raise Fault
            await app(scope, receive, send)

        cache = VersionedCache(failing, lambda: token[0])
        await ask(cache, "/")
        token[0] = "2"
        assert await ask(cache, "/") == b"1"
        for _ in range(5):
            await asyncio.sleep(0)
        asked = await asyncio.gather(ask(cache, "/", cache_control="no-cache"), return_exceptions=True)
        assert isinstance(asked[0], Fault)

    asyncio.run(check())


def test_what_does_not_depend_on_the_index_is_kept_when_it_changes() -> None:
    async def check() -> None:
        app, token = Counting(), ["1"]

        async def routed(scope: Scope, receive: Receive, send: Send) -> None:
            observed(scope).route = scope["path"]
            await app(scope, receive, send)

        cache = VersionedCache(routed, lambda: token[0], lasting=("/static",), stale_s=0)
        assert [await ask(cache, "/static"), await ask(cache, "/")] == [b"1", b"2"]
        token[0] = "2"
        assert [await ask(cache, "/static"), await ask(cache, "/")] == [b"1", b"3"]

    asyncio.run(check())


def test_what_many_ask_for_at_once_is_made_once() -> None:
    async def check() -> None:
        app = Counting()
        app.may_end.clear()
        cache = VersionedCache(app, lambda: "1")
        asking = [asyncio.create_task(ask(cache, "/")) for _ in range(50)]
        await asyncio.sleep(0)
        app.may_end.set()
        assert set(await asyncio.gather(*asking)) == {b"1"}

    asyncio.run(check())


def test_what_must_not_be_kept_is_made_for_each() -> None:
    async def check() -> None:
        app = Counting(headers=[(b"cache-control", b"no-store")])
        cache = VersionedCache(app, lambda: "1")
        asking = [asyncio.create_task(ask(cache, "/")) for _ in range(5)]
        assert sorted(await asyncio.gather(*asking)) == [b"1", b"2", b"3", b"4", b"5"]

    asyncio.run(check())


def test_only_so_many_are_made_at_once() -> None:
    async def check() -> None:
        app = Counting()
        app.may_end.clear()
        cache = VersionedCache(app, lambda: "1")
        asking = [asyncio.create_task(ask(cache, f"/{number}")) for number in range(3 * MOST_AT_ONCE)]
        for _ in range(10):
            await asyncio.sleep(0)
        assert app.now == MOST_AT_ONCE
        app.may_end.set()
        await asyncio.gather(*asking)
        assert app.most == MOST_AT_ONCE

    asyncio.run(check())


def test_open_streams_keep_nobody_from_being_answered() -> None:
    async def check() -> None:
        stream = Counting(b"text/event-stream")
        stream.may_end.clear()
        pages = Counting()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await (stream if scope["path"] == "/events" else pages)(scope, receive, send)

        cache = VersionedCache(app, lambda: "1")
        looking = [asyncio.create_task(ask(cache, "/events")) for _ in range(3 * MOST_AT_ONCE)]
        for _ in range(100):
            await asyncio.sleep(0)
        assert stream.now == 3 * MOST_AT_ONCE
        assert await ask(cache, "/") == b"1"
        stream.may_end.set()
        await asyncio.gather(*looking)

    asyncio.run(check())


def test_long_queries_for_short_answers_take_no_more_memory_than_is_allowed() -> None:
    async def check() -> None:
        app = Counting()
        cache = VersionedCache(app, lambda: "1", most_bytes=100_000)
        queries = [f"{number}{'a' * 10_000}" for number in range(20)]
        for query in queries:
            await ask(cache, "/", query)
        # The last nine have room; what was not asked for the longest is gone.
        assert await ask(cache, "/", queries[-1]) == b"20"
        assert await ask(cache, "/", queries[12]) == b"13"
        assert await ask(cache, "/", queries[0]) == b"21"

    asyncio.run(check())


def test_a_failure_is_not_kept_and_keeps_no_turn() -> None:
    class Fault(Exception):
        pass

    async def check() -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            raise Fault

        cache = VersionedCache(app, lambda: "1")
        for number in range(2 * MOST_AT_ONCE):
            asked = await asyncio.gather(ask(cache, f"/{number}"), return_exceptions=True)
            assert isinstance(asked[0], Fault)

    asyncio.run(check())
