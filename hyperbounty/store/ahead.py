"""Blocks asked for before they are needed, several at once, and handed out in order.

A block from a server takes a round trip, so one after the other is as slow as the line is long. `in_order` walks what
hangs below its roots, a parent before its children, and while one block is used the next `WINDOW` are on their way. It
holds no more than these. Only what a checked block links is asked for.

An early request is only an attempt. Where it fails, for whatever reason, the block is asked for in the ordinary way
once it is its turn. So patience, pauses that a server asks for, and errors are those of one request after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar
from weakref import WeakValueDictionary

from hyperbounty.errors import StoreError
from hyperbounty.store.cid import DAG_PB, Cid

WINDOW: Final = 16
"""Blocks that are on their way, or wait for their turn, at most."""

# Nodes whose parts are known wait in a list. A hostile one has tens of thousands, so few are opened before their turn.
_MOST_WAITING: Final = 1_024

GetBlock = Callable[[Cid], bytes]


class Part(Protocol):
    """What hangs below a root."""

    @property
    def cid(self) -> Cid:
        """Its first block."""
        ...


P = TypeVar("P", bound=Part)
Value = TypeVar("Value")
Opens = Callable[[P, bytes], tuple[Value, Sequence[P]]]
"""What a part's block says, and its children."""


@dataclass(frozen=True)
class Ahead:
    """How a store is asked early.

    Attributes:
        ask: one attempt at a block, checked; called from threads of its own.
        most: how many attempts may run now. A server that is slow or busy is asked one block at a time: 0.
    """

    ask: GetBlock
    most: Callable[[], int]


class Line(Protocol):
    """A connection in use."""

    def hang_up(self) -> None:
        """End what runs on it, from another thread."""
        ...


class LineCutError(Exception):
    """The one who wanted the block is gone."""


class _Lines:
    """The connections that the threads of one walk use now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[int, Line] = {}
        self._cut = False

    def use(self, line: Line) -> None:
        with self._lock:
            if self._cut:
                raise LineCutError
            self._used[threading.get_ident()] = line

    def release(self) -> None:
        with self._lock:
            self._used.pop(threading.get_ident(), None)

    def cut(self) -> None:
        with self._lock:
            self._cut = True
            used = list(self._used.values())
        for line in used:
            line.hang_up()


_thread = threading.local()


def using(line: Line) -> None:
    """Say that this thread asks through `line`, so that it can be ended with the walk that the thread works for.

    Raises:
        LineCutError: the walk has ended.
    """
    lines: _Lines | None = getattr(_thread, "lines", None)
    if lines is not None:
        lines.use(line)


class Pace:
    """How many requests one kind of server bears at once: more with each good answer, none after a bad one.

    It begins with none: the first block shows whether anybody answers. Once a server was busy or silent the number
    grows slowly. An answer that took long lowers it: on a slow line more requests at once only make each of them
    slower, until all run out of time.

    Args:
        slow_s: seconds above which an answer is slow.

    >>> pace = Pace(slow_s=3.0)
    >>> pace.went_well(0.1), pace.went_well(0.1), pace.went_well(5.0)
    (None, None, None)
    >>> pace.most
    2
    >>> pace.failed()
    >>> pace.went_well(0.1)
    >>> pace.most
    1
    """

    # Two blocks beside each other still come in time where one of them takes an eighth of it.
    _FIRST_STEP: Final = 2

    def __init__(self, slow_s: float) -> None:
        self._slow_s = slow_s
        self._lock = threading.Lock()
        self.most = 0
        self._step = self._FIRST_STEP

    def went_well(self, seconds: float) -> None:
        """A block came after so many seconds."""
        with self._lock:
            self.most = min(WINDOW, self.most + self._step) if seconds < self._slow_s else self.most // 2

    def failed(self) -> None:
        """Somebody is busy, or silent."""
        with self._lock:
            self.most = 0
            self._step = 1


class _Waiting(Generic[P, Value]):
    """A part that waits for its turn."""

    __slots__ = ("asked", "opened", "part", "there")

    def __init__(self, part: P) -> None:
        self.part = part
        self.asked: Future[bytes] | None = None
        self.there = False
        self.opened: tuple[Value] | None = None  # what it says, once its children wait behind it

    def arrived(self) -> bytes | None:
        """Its block, where that is here."""
        if self.asked is None or not self.asked.done() or self.asked.exception() is not None:
            return None
        return self.asked.result()


def in_order(
    roots: Iterable[P],
    opens: Opens[P, Value],
    get_block: GetBlock,
    *,
    ahead: Ahead | None = None,
    there: Callable[[P], bool] = lambda _: False,
) -> Generator[tuple[P, Value | None], None, None]:
    """Every part that the roots reach, with what it says: a parent before its children, these in their order.

    Close it where it is not read to its end (`contextlib.closing`): that ends the requests that run.

    Args:
        roots: where it begins.
        opens: is given each block once, checks it, and says what it says and what its children are. Its errors stop the
            walk once it is that part's turn.
        get_block: finds a block; its errors pass through.
        ahead: how blocks are asked for early; None for one after the other.
        there: whether the caller has a part already: then it comes with None, and nothing is asked for below it. Asked
            of a part up to twice, shortly before its turn and at its turn.
    """
    upcoming: list[_Waiting[P, Value]] = [_Waiting(part) for part in roots]
    upcoming.reverse()  # the next one last
    scouts = None if ahead is None else _Scouts(ahead, opens, there)
    try:
        while upcoming:
            # One alone gains nothing from being asked for early.
            if scouts is not None and len(upcoming) > 1:
                scouts.look_ahead(upcoming)
            next_one = upcoming.pop()
            part = next_one.part
            if next_one.there or there(part):
                yield part, None
                continue
            if next_one.opened is not None:
                yield part, next_one.opened[0]
                continue
            block = None if scouts is None else scouts.block(next_one)
            value, children = opens(part, get_block(part.cid) if block is None else block)
            upcoming += [_Waiting(child) for child in reversed(children)]
            yield part, value
    finally:
        if scouts is not None:
            scouts.end()


class _Scouts(Generic[P, Value]):
    """The threads of one walk that ask early."""

    def __init__(self, ahead: Ahead, opens: Opens[P, Value], there: Callable[[P], bool]) -> None:
        self._ahead = ahead
        self._opens = opens
        self._there = there
        self._lines = _Lines()
        self._threads = ThreadPoolExecutor(WINDOW, "block", initializer=self._begin)
        self._running: set[Future[bytes]] = set()
        # One block may be wanted at several places.
        self._wanted: WeakValueDictionary[Cid, Future[bytes]] = WeakValueDictionary()
        self._asked: list[_Waiting[P, Value]] = []

    def look_ahead(self, upcoming: list[_Waiting[P, Value]]) -> None:
        """Ask for the next parts, as many as may be asked for; `upcoming` has the next one last."""
        self._running = {future for future in self._running if not future.done()}
        place = len(upcoming)
        for _ in range(min(WINDOW, place)):
            place -= 1
            if place < 0:
                break
            waiting = upcoming[place]
            if waiting.opened is not None:
                continue
            self._ask(waiting)
            block = waiting.arrived()
            if block is not None and waiting.part.cid.codec == DAG_PB and len(upcoming) < _MOST_WAITING:
                try:
                    value, children = self._opens(waiting.part, block)
                except StoreError:
                    continue  # said once it is its turn
                upcoming[place:place] = [_Waiting(child) for child in reversed(children)]
                waiting.opened, waiting.asked = (value,), None
                place += len(children)
        near = {id(waiting) for waiting in upcoming[-WINDOW:]}
        for waiting in self._asked:
            if id(waiting) not in near:
                # Others came before it. What was brought is let go; a store that keeps blocks has it when it is needed.
                waiting.asked = None
        self._asked = [waiting for waiting in self._asked if waiting.asked is not None]

    def block(self, waiting: _Waiting[P, Value]) -> bytes | None:
        """The block that was asked for early; None where it was not, or did not come."""
        future, waiting.asked = waiting.asked, None
        if future is None:
            return None
        # Only an attempt: asked in the ordinary way, it fails for the same reason, or not at all.
        return None if future.exception() is not None else future.result()

    def end(self) -> None:
        """End what runs, and the threads."""
        self._lines.cut()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _ask(self, waiting: _Waiting[P, Value]) -> None:
        if waiting.asked is not None or waiting.there:
            return
        future = self._wanted.get(waiting.part.cid)
        if future is None:
            if len(self._running) >= min(self._ahead.most(), WINDOW):
                return
            waiting.there = self._there(waiting.part)
            if waiting.there:
                return
            future = self._threads.submit(self._bring, waiting.part.cid)
            self._running.add(future)
            self._wanted[waiting.part.cid] = future
        waiting.asked = future
        self._asked.append(waiting)

    def _begin(self) -> None:
        _thread.lines = self._lines

    def _bring(self, cid: Cid) -> bytes:
        try:
            return self._ahead.ask(cid)
        finally:
            self._lines.release()
