"""`/events`: what the index shows anew, as server-sent events.

All streams live on one journal in memory, which is read from the database once for each version. A stream keeps no
messages, only how far it is in the journal: who reads slowly costs no memory, and is cut off after a while.

Each message has the id ERA-VERSION. Who comes again with the last one that it saw (`Last-Event-ID`, or the parameter
`since`) is told what it missed, or that everything may have changed (`reset`).
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from typing import Any, Final

from anyio import to_thread
from starlette.datastructures import Headers, QueryParams
from starlette.types import Receive, Scope, Send

from hyperbounty.chain.address import checked_address
from hyperbounty.errors import DatabaseError, HyperbountyError, InvalidInput
from hyperbounty.web.index.changes import Change, changes_after
from hyperbounty.web.index.state import State
from hyperbounty.web.site.errors import IndexNotReady
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.happening import About
from hyperbounty.web.site.problems import problem, problem_of
from hyperbounty.web.site.pulse import Pulse
from hyperbounty.web.site.serving import ABORT
from hyperbounty.web.site.site import Site, Snapshot

PATH: Final = "/events"
HEARTBEAT_S: Final = 15.0
LONGEST_SEND_S: Final = 30.0
"""Who takes nothing for so long is cut off."""

RETRY_AFTER_S: Final = 10
_JOURNAL: Final = 1_000
_COME_AGAIN_MS: Final = 2_000
_PAUSE_S: Final = 1.0

_log = logging.getLogger(__name__)

_Subject = tuple[str, str]


def event_id(state: State) -> str:
    """The id of what a page or an answer shows: a stream that begins with it misses nothing that came after."""
    return f"{state.era}-{state.version}"


@dataclass(frozen=True)
class _Read:
    """What one look at the database found.

    Attributes:
        changes: None where everything may have changed.
        accounts: whose each changed subject is; None where nobody asked.
    """

    state: State
    changes: Sequence[Change] | None
    accounts: Mapping[_Subject, frozenset[str]] | None


@dataclass(frozen=True)
class _Moment:
    """A step of the journal: from the version `before` to that of `read`."""

    number: int
    before: int
    read: _Read
    made: dict[About, bytes] = field(default_factory=dict)


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
    own: set[_Subject] = field(default_factory=set)
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
        self._pulse = pulse
        self._heartbeat_s = heartbeat_s
        self._longest_send_s = longest_send_s
        self._streams: set[_Stream] = set()
        self._clients: Counter[str] = Counter()
        self._is_over = False
        self._beats = 0
        self._state: State | None = None
        self._number = 0
        self._moments: deque[_Moment] = deque(maxlen=_JOURNAL)
        # What was missed since a version is read once for all who come with it.
        self._missed: dict[int, asyncio.Task[_Read]] = {}

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
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            # A proxy is not to wait for the end either.
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
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
        while self._state is None:
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
        # No pause between here and the end, or what comes meanwhile would be missed.
        state = self._state
        stream.next = self._number
        if not since:
            return _message("block", state, {})
        era, _, written = since.rpartition("-")
        if era != state.era or not written.isascii() or not written.isdigit() or len(written) > 18:
            return _message("reset", state, {})
        version = int(written)
        if version == state.version:
            return _message("block", state, {})
        if self._moments and self._moments[0].before <= version < state.version:
            stream.next = next(each.number for each in self._moments if each.read.state.version > version)
            return b""
        read = await self._what_was_missed(version)
        if read is None:
            return _message("reset", state, {})
        return self._worded(stream, read)

    async def _what_was_missed(self, version: int) -> _Read | None:
        task = self._missed.get(version)
        if task is None:
            assert self._state is not None
            look = partial(self._look_at, self._state.era, version, False)
            task = asyncio.ensure_future(to_thread.run_sync(look))
            self._missed[version] = task
        try:
            return await asyncio.shield(task)
        except HyperbountyError:
            return None

    def _news(self, stream: _Stream) -> bytes:
        """What the journal has for a stream since it looked last."""
        if not self._moments or stream.next >= self._number:
            return b""
        if stream.next < self._moments[0].number:
            # It was too slow.
            assert self._state is not None
            stream.next = self._number
            return _message("reset", self._state, {})
        moment = self._moments[stream.next - self._moments[0].number]
        stream.next += 1
        if stream.about.account:
            return self._worded(stream, moment.read)
        made = moment.made.get(stream.about)
        if made is None:
            made = moment.made[stream.about] = self._worded(stream, moment.read)
        return made

    def _worded(self, stream: _Stream, read: _Read) -> bytes:
        if read.changes is None:
            return _message("reset", read.state, {})
        shown = [self._json(change) for change in read.changes if self._concerns(stream, read, change)]
        shown = [change for change in shown if change["path"] not in self._site.settings.hidden]
        return _message("change" if shown else "block", read.state, {"changes": shown})

    def _concerns(self, stream: _Stream, read: _Read, change: Change) -> bool:
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

    # ------------------------------------------------------------------------------------------------- the journal

    async def _run(self) -> None:
        looked = ""
        next_beat = time.monotonic() + self._heartbeat_s
        while True:
            if looked != self._pulse.token:
                token = self._pulse.token
                try:
                    await self._look()
                    looked = token
                except IndexNotReady:
                    looked = token
                except DatabaseError as error:
                    _log.warning("streams wait for the database: %s", error.what)
                    await asyncio.sleep(_PAUSE_S)
                continue
            try:
                async with asyncio.timeout(max(0.0, next_beat - time.monotonic())):
                    await self._pulse.moved()
            except TimeoutError:
                next_beat = time.monotonic() + self._heartbeat_s
                self._beat()

    def _beat(self) -> None:
        self._beats += 1
        now = time.monotonic()
        for stream in list(self._streams):
            if stream.sending_since is not None and now - stream.sending_since > self._longest_send_s:
                stream.is_over = True
                stream.abort()
        self._wake()

    async def _look(self) -> None:
        before = self._state
        if before is None:
            found = await to_thread.run_sync(self._site.read, lambda snapshot: snapshot.state)
        else:
            wants_accounts = any(stream.about.account for stream in self._streams)
            read = await to_thread.run_sync(self._look_at, before.era, before.version, wants_accounts)
            self._moments.append(_Moment(self._number, before.version, read))
            self._number += 1
            found = read.state
            if found.era != before.era:
                # Versions of another index say nothing about this one.
                while len(self._moments) > 1:
                    self._moments.popleft()
        self._missed.clear()
        self._state = found
        self._wake()

    def _look_at(self, era: str, version: int, wants_accounts: bool) -> _Read:
        def work(snapshot: Snapshot) -> _Read:
            state = snapshot.state
            changes = changes_after(snapshot.connection, version) if state.era == era else None
            accounts = self._accounts(snapshot, changes) if changes and wants_accounts else None
            return _Read(state, changes, accounts)

        return self._site.read(work)

    def _accounts(self, snapshot: Snapshot, changes: Iterable[Change]) -> dict[_Subject, frozenset[str]]:
        found: dict[_Subject, frozenset[str]] = {}
        for name, family in self._families.items():
            subjects = sorted({change.subject for change in changes if change.family == name})
            if subjects:
                whose = family.accounts_of(snapshot.connection, subjects)
                found |= {(name, subject): frozenset(accounts) for subject, accounts in whose.items()}
        return found

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
