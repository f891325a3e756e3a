"""`/events`: what the index shows anew, as server-sent events.

All streams live on one journal in memory, which is read from the database once for each version. A stream keeps no
messages, only how far it is in the journal: who reads slowly costs no memory, and is cut off after a while.

Each message has the id ERA-VERSION. Who comes again with the last one that it saw (`Last-Event-ID`, or the parameter
`since`) is told what it missed, or that everything may have changed (`reset`).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final

from anyio import to_thread
from starlette.datastructures import Headers, QueryParams
from starlette.types import Receive, Scope, Send

from hyperbounty.chain.address import checked_address
from hyperbounty.errors import HyperbountyError, InvalidInput
from hyperbounty.web.index.changes import Change
from hyperbounty.web.index.state import State
from hyperbounty.web.site.caching import IS_HEAD
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.happening import About
from hyperbounty.web.site.journal import Journal, Read, Subject
from hyperbounty.web.site.problems import problem, problem_of
from hyperbounty.web.site.pulse import Pulse
from hyperbounty.web.site.serving import ABORT
from hyperbounty.web.site.site import Site, Snapshot

PATH: Final = "/events"
HEARTBEAT_S: Final = 15.0
LONGEST_SEND_S: Final = 30.0
"""Who takes nothing for so long is cut off."""

RETRY_AFTER_S: Final = 10
_COME_AGAIN_MS: Final = 2_000
_VERSION_DIGITS: Final = 18
_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # A proxy is not to wait for the end either.
    (b"x-accel-buffering", b"no"),
)


def event_id(state: State) -> str:
    """The id of what a page or an answer shows: a stream that begins with it misses nothing that came after."""
    return f"{state.era}-{state.version}"


@dataclass(eq=False)
class _Stream:
    about: About
    client: str
    abort: Callable[[], None]
    next: int = 0
    beats: int = 0
    is_over: bool = False
    sending_since: float | None = None
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    # Of an account: its subjects, as they are known since a version.
    own: set[Subject] = field(default_factory=set)
    own_since: int = 0


class Streams:
    """The ASGI application of `/events`; see the module.

    Args:
        site: whose index is looked at.
        families: whose subjects there are.
        pulse: says when to look.
        heartbeat_s: after so long without a message comes a line without meaning, so that a dead connection is found.
        longest_send_s: see `LONGEST_SEND_S`.
    """

    def __init__(
        self,
        site: Site,
        families: Sequence[SiteFamily],
        pulse: Pulse,
        heartbeat_s: float = HEARTBEAT_S,
        longest_send_s: float = LONGEST_SEND_S,
    ) -> None:
        self._site = site
        self._families = {family.NAME: family for family in families}
        self._heartbeat_s = heartbeat_s
        self._longest_send_s = longest_send_s
        self._streams: set[_Stream] = set()
        self._clients: Counter[str] = Counter()
        self._is_over = False
        self._beats = 0
        self._journal = Journal(site, families, pulse, lambda: any(each.about.account for each in self._streams))

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def end(self) -> None:
        """End all streams now, and take no more. Only in the event loop."""
        self._is_over = True
        for stream in list(self._streams):
            stream.is_over = True
            stream.woken.set()
            if stream.sending_since is not None:
                # It waits for a client that takes nothing.
                stream.abort()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Inside, the journal is kept."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self.end()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        client = (scope.get("client") or ("", 0))[0]
        try:
            about = self._about(QueryParams(scope["query_string"]))
        except HyperbountyError as error:
            await problem_of(error)(scope, receive, send)
            return
        limits = self._site.settings
        is_crowd = not _is_loopback(client) and self._clients[client] >= limits.most_streams_of_client
        if self._is_over or is_crowd or self.count >= limits.most_streams:
            what = (
                f"there are {self._clients[client]} streams open to your address"
                if is_crowd
                else "the site is about to end"
                if self._is_over
                else "there are as many streams open as the site has room for"
            )
            answer = problem(429 if is_crowd else 503, "too-many-streams", what, "close one, or come again later")
            answer.headers["retry-after"] = str(RETRY_AFTER_S)
            await answer(scope, receive, send)
            return
        if scope.get(IS_HEAD):
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            await send({"type": "http.response.body", "body": b""})
            return
        stream = _Stream(about, client, scope.get("state", {}).get(ABORT, lambda: None))
        self._streams.add(stream)
        self._clients[client] += 1
        gone = asyncio.create_task(_wait_until_gone(stream, receive))
        try:
            await self._serve(stream, _asked_since(scope), send)
        finally:
            gone.cancel()
            self._streams.discard(stream)
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]

    # ------------------------------------------------------------------------------------------------- one stream

    async def _serve(self, stream: _Stream, since: str, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        stream.beats = self._beats
        body = f"retry: {_COME_AGAIN_MS}\n\n".encode() + await self._beginning(stream, since)
        while True:
            if body:
                stream.sending_since = time.monotonic()
                await send({"type": "http.response.body", "body": body, "more_body": True})
                stream.sending_since = None
            if stream.is_over:
                break
            body = self._news(stream)
            if body:
                continue
            if stream.beats != self._beats:
                stream.beats, body = self._beats, b":\n\n"
                continue
            await stream.woken.wait()
            stream.woken.clear()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _beginning(self, stream: _Stream, since: str) -> bytes:
        """What a stream is sent first, and where in the journal it begins."""
        journal = self._journal
        while journal.state is None:
            # Nothing is known yet; the connection is there already.
            if stream.is_over:
                return b""
            await stream.woken.wait()
            stream.woken.clear()
        if stream.about.account:
            try:
                await to_thread.run_sync(self._learn, stream)
            except HyperbountyError:
                # The client comes again.
                stream.is_over = True
                return b""
        # What comes from now on is read from the journal.
        state = journal.state
        stream.next = journal.end
        if not since:
            return _message("block", state, {})
        era, _, written = since.rpartition("-")
        if era != state.era or not written.isascii() or not written.isdigit() or len(written) > _VERSION_DIGITS:
            return _message("reset", state, {})
        version = int(written)
        if version == state.version:
            return _message("block", state, {})
        kept = journal.after(version)
        if kept is not None:
            stream.next = kept
            return b""
        read = await journal.missed(version)
        return _message("reset", state, {}) if read is None else self._worded(stream, read)

    def _news(self, stream: _Stream) -> bytes:
        """What the journal has for a stream since it looked last."""
        journal = self._journal
        if journal.state is None or stream.next >= journal.end:
            return b""
        if stream.next < journal.first:
            # It was too slow.
            stream.next = journal.end
            return _message("reset", journal.state, {})
        step = journal.step(stream.next)
        stream.next += 1
        if stream.about.account:
            return self._worded(stream, step.read)
        made = step.made.get(stream.about)
        if made is None:
            made = step.made[stream.about] = self._worded(stream, step.read)
        return made

    def _worded(self, stream: _Stream, read: Read) -> bytes:
        if read.changes is None:
            return _message("reset", read.state, {})
        shown = [self._json(change) for change in read.changes if self._concerns(stream, read, change)]
        shown = [change for change in shown if change["path"] not in self._site.settings.hidden]
        return _message("change" if shown else "block", read.state, {"changes": shown})

    def _concerns(self, stream: _Stream, read: Read, change: Change) -> bool:
        about, subject = stream.about, (change.family, change.subject)
        if about.account:
            if read.accounts is None or read.state.version <= stream.own_since:
                # Nobody knows any more whose it was then: rather once too often.
                return True
            if about.account in read.accounts.get(subject, ()):
                stream.own.add(subject)
            return subject in stream.own
        return not about.subject or subject == (about.family, about.subject)

    def _json(self, change: Change) -> dict[str, Any]:
        family = self._families.get(change.family)
        path = "" if family is None else family.path_of(change.contract, change.subject)
        return {"family": change.family, "contract": change.contract, "subject": change.subject, "path": path}

    def _about(self, asked: QueryParams) -> About:
        found = [About(account=checked_address(written)) for written in asked.getlist("account")]
        for family in self._families.values():
            found += [About(family=family.NAME, subject=written) for written in asked.getlist(family.SUBJECT)]
        if len(found) > 1:
            raise InvalidInput("a stream is about one thing", "open one for each")
        return found[0] if found else About()

    def _learn(self, stream: _Stream) -> None:
        """Whose subjects an account's are, as of which version."""

        def work(snapshot: Snapshot) -> None:
            for family in self._families.values():
                subjects = family.subjects_of(snapshot.connection, stream.about.account)
                stream.own |= {(family.NAME, subject) for subject in subjects}
            stream.own_since = snapshot.state.version

        self._site.read(work)

    # ------------------------------------------------------------------------------------------------- all streams

    async def _run(self) -> None:
        async def follow() -> None:
            while True:
                await self._journal.moved()
                self._wake()

        async def beat() -> None:
            while True:
                await asyncio.sleep(self._heartbeat_s)
                self._beat()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(follow())
            tasks.create_task(beat())

    def _beat(self) -> None:
        self._beats += 1
        now = time.monotonic()
        for stream in list(self._streams):
            if stream.sending_since is not None and now - stream.sending_since > self._longest_send_s:
                stream.is_over = True
                stream.abort()
        self._wake()

    def _wake(self) -> None:
        for stream in self._streams:
            stream.woken.set()


async def _wait_until_gone(stream: _Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.is_over = True
    stream.woken.set()


def _asked_since(scope: Scope) -> str:
    """What a client saw last; the header is what it saw in this stream, so it counts before the address."""
    return Headers(scope=scope).get("last-event-id") or QueryParams(scope["query_string"]).get("since", "")


def _message(event: str, state: State, more: Mapping[str, Any]) -> bytes:
    data = {"block": state.block, "time": state.block_time, "status": state.status.value, **more}
    written = json.dumps(data, separators=(",", ":"))
    return f"event: {event}\nid: {event_id(state)}\ndata: {written}\n\n".encode()


def _is_loopback(client: str) -> bool:
    try:
        return ip_address(client).is_loopback
    except ValueError:
        return False
