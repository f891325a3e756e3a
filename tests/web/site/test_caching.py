"""Answers that are kept: until the index shows something else, made once for all who ask, within a bound of memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive, Scope, Send

from hyperbounty.web.site.caching import MOST_AT_ONCE, VersionedCache
from hyperbounty.web.site.moves import KEPT, Move, Moves
from hyperbounty.web.site.observing import OBSERVED, Observed, observed
from hyperbounty.web.site.shown import Shown, note

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


async def settled() -> None:
    """Let what can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


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


class Index:
    """Goes on as it is told to, by a clock that stands still."""

    def __init__(self) -> None:
        self.moves = Moves()
        self.now = 0.0
        self.block_time = 100

    def goes_on(self, *topics: str) -> None:
        """Show something else of these; of everything, where none is named."""
        self.moves.add(Move(self.now, self.block_time, set(topics) or None))

    def cache(
        self, app: Answer, *, lasting: tuple[str, ...] = (), stale_s: float = 1, kept_s: float = 5
    ) -> VersionedCache:
        return VersionedCache(app, self.moves, lasting, stale_s=stale_s, kept_s=kept_s, monotonic=lambda: self.now)


class Topical(Counting):
    """Shows what the path names, until the chain's time 200."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note(Shown(frozenset({scope["path"]}), until=200))
        await super().__call__(scope, receive, send)


def test_an_answer_is_kept_until_the_index_shows_something_else() -> None:
    async def check() -> None:
        app, index = Counting(), Index()
        cache = index.cache(app, stale_s=-1)
        assert [await ask(cache, "/"), await ask(cache, "/"), await ask(cache, "/", "a=1")] == [b"1", b"1", b"2"]
        index.goes_on()
        assert await ask(cache, "/") == b"3"
        # Who does not say what it shows shows everything.
        index.goes_on("/other")
        assert await ask(cache, "/") == b"4"

    asyncio.run(check())


def test_an_answer_that_says_what_it_shows_is_kept_while_other_things_change() -> None:
    async def check() -> None:
        app, index = Topical(), Index()
        cache = index.cache(app, stale_s=-1)
        assert [await ask(cache, "/a"), await ask(cache, "/b")] == [b"1", b"2"]
        index.goes_on("/b", "/c")
        assert [await ask(cache, "/a"), await ask(cache, "/b")] == [b"1", b"3"]
        # Two moves between two requests count both.
        index.goes_on("/a")
        index.goes_on("/c")
        assert [await ask(cache, "/a"), await ask(cache, "/b")] == [b"4", b"3"]
        index.goes_on()
        assert [await ask(cache, "/a"), await ask(cache, "/b")] == [b"5", b"6"]

    asyncio.run(check())


def test_time_alone_ends_what_was_right_until_then() -> None:
    async def check() -> None:
        app, index = Topical(), Index()
        cache = index.cache(app, stale_s=-1)
        await ask(cache, "/a")
        index.block_time = 199
        index.goes_on("/other")
        assert await ask(cache, "/a") == b"1"
        index.block_time = 200
        index.goes_on("/other")
        assert await ask(cache, "/a") == b"2"

    asyncio.run(check())


def test_an_answer_speaks_of_a_block_that_is_seconds_old_at_most() -> None:
    async def check() -> None:
        app, index = Topical(), Index()
        cache = index.cache(app, stale_s=1, kept_s=5)
        await ask(cache, "/a")
        # While no block comes it is of the latest one.
        index.now = 1_000
        assert await ask(cache, "/a", cache_control="no-cache") == b"1"
        index.goes_on("/other")
        index.now += 5
        assert await ask(cache, "/a") == b"1"
        # For a moment longer, while one is made that is of the latest.
        index.now += 0.5
        assert await ask(cache, "/a") == b"1"
        await settled()
        assert await ask(cache, "/a") == b"2"
        index.goes_on("/other")
        index.now += 60
        assert await ask(cache, "/a") == b"3"
        # Who asks for the newest gets it though nothing changed.
        index.goes_on("/other")
        assert [await ask(cache, "/a"), await ask(cache, "/a", cache_control="max-age=0")] == [b"3", b"4"]
        # What nobody asked for long before it changed is not given for the moment after.
        index.goes_on("/other")
        index.now += 60
        index.goes_on("/a")
        assert await ask(cache, "/a") == b"5"

    asyncio.run(check())


def test_what_changed_while_nobody_asked_is_not_given_as_if_it_were_new() -> None:
    async def check() -> None:
        app, index = Counting(), Index()
        cache = index.cache(app)
        await ask(cache, "/")
        index.goes_on()
        index.now = 3_600
        assert await ask(cache, "/") == b"2"
        # After more moves than are remembered, nobody knows what they changed.
        for _ in range(2 * KEPT):
            index.goes_on("/other")
        assert await ask(cache, "/") == b"3"

    asyncio.run(check())


def test_an_answer_that_was_made_while_the_index_went_on_is_kept_where_that_did_not_concern_it() -> None:
    async def check() -> None:
        app, index = Topical(), Index()
        cache = index.cache(app, stale_s=-1)
        for topic, wanted in (("/other", b"1"), ("/a", b"3")):
            app.may_end.clear()
            asked = asyncio.create_task(ask(cache, "/a", cache_control="no-cache"))
            await settled()
            index.goes_on(topic)
            app.may_end.set()
            await asked
            assert await ask(cache, "/a") == wanted

    asyncio.run(check())


def test_for_a_moment_after_a_change_nobody_waits_but_who_asks_for_the_newest() -> None:
    async def check() -> None:
        app, index = Counting(), Index()
        cache = index.cache(app)
        assert await ask(cache, "/") == b"1"
        index.goes_on()
        app.may_end.clear()
        # Two ask, and one answer is made meanwhile.
        assert [await ask(cache, "/"), await ask(cache, "/")] == [b"1", b"1"]
        newest = asyncio.create_task(ask(cache, "/", cache_control="no-cache"))
        await asyncio.sleep(0)
        app.may_end.set()
        assert await newest == b"2"
        assert await ask(cache, "/") == b"2"
        assert app.asked == ["/", "/"]
        index.goes_on()
        assert await ask(cache, "/", cache_control="max-age=0") == b"3"
        # What was not asked for since the last change but one is not given any more, nor what is too old.
        index.goes_on()
        await ask(cache, "/other")
        index.goes_on()
        assert await ask(cache, "/") == b"5"
        index.goes_on()
        await ask(cache, "/other")
        index.now = 1.5
        assert await ask(cache, "/") == str(len(app.asked)).encode()

    asyncio.run(check())


def test_an_answer_that_cannot_be_made_anew_is_told_to_who_asks_next() -> None:
    class Fault(Exception):
        pass

    async def check() -> None:
        index, app = Index(), Counting()

        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            if index.moves.end:
                raise Fault
            await app(scope, receive, send)

        cache = index.cache(failing)
        await ask(cache, "/")
        index.goes_on()
        assert await ask(cache, "/") == b"1"
        await settled()
        asked = await asyncio.gather(ask(cache, "/", cache_control="no-cache"), return_exceptions=True)
        assert isinstance(asked[0], Fault)

    asyncio.run(check())


def test_who_makes_an_answer_anew_hears_of_no_client_that_speaks_or_leaves() -> None:
    heard: list[Message] = []
    has_more: list[bool] = []

    async def listens(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        heard.append(await receive())
        more = asyncio.ensure_future(receive())
        await settled()
        has_more.append(more.done())
        more.cancel()
        await send({"type": "http.response.body", "body": b"1"})

    async def check() -> None:
        index = Index()
        cache = index.cache(listens)
        await ask(cache, "/")
        index.goes_on()
        # It is given what was right, and another one is made for who asks next.
        await ask(cache, "/")
        while len(has_more) < 2:
            await settled()
        assert heard[1] == {"type": "http.request", "body": b"", "more_body": False}
        assert not has_more[1]

    asyncio.run(check())


def test_what_does_not_depend_on_the_index_is_kept_when_it_changes() -> None:
    async def check() -> None:
        app, index = Counting(), Index()

        async def routed(scope: Scope, receive: Receive, send: Send) -> None:
            observed(scope).route = scope["path"]
            await app(scope, receive, send)

        cache = index.cache(routed, lasting=("/static",), stale_s=-1)
        assert [await ask(cache, "/static"), await ask(cache, "/")] == [b"1", b"2"]
        index.goes_on()
        assert [await ask(cache, "/static"), await ask(cache, "/")] == [b"1", b"3"]

    asyncio.run(check())


def test_what_many_ask_for_at_once_is_made_once() -> None:
    async def check() -> None:
        app = Counting()
        app.may_end.clear()
        cache = VersionedCache(app, Moves())
        asking = [asyncio.create_task(ask(cache, "/")) for _ in range(50)]
        await asyncio.sleep(0)
        app.may_end.set()
        assert set(await asyncio.gather(*asking)) == {b"1"}

    asyncio.run(check())


def test_what_must_not_be_kept_is_made_for_each() -> None:
    async def check() -> None:
        app = Counting(headers=[(b"cache-control", b"no-store")])
        cache = VersionedCache(app, Moves())
        asking = [asyncio.create_task(ask(cache, "/")) for _ in range(5)]
        assert sorted(await asyncio.gather(*asking)) == [b"1", b"2", b"3", b"4", b"5"]

    asyncio.run(check())


def test_only_so_many_are_made_at_once() -> None:
    async def check() -> None:
        app = Counting()
        app.may_end.clear()
        cache = VersionedCache(app, Moves())
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

        cache = VersionedCache(app, Moves())
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
        cache = VersionedCache(app, Moves(), most_bytes=100_000)
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

        cache = VersionedCache(app, Moves())
        for number in range(2 * MOST_AT_ONCE):
            asked = await asyncio.gather(ask(cache, f"/{number}"), return_exceptions=True)
            assert isinstance(asked[0], Fault)

    asyncio.run(check())
