"""How the site notices that the index shows something else: it looks a few times a second, for all who wait."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection, select

from hyperbounty.database import Database
from hyperbounty.errors import DatabaseError
from hyperbounty.web.index.changes import changes_after
from hyperbounty.web.index.keeping import read_all
from hyperbounty.web.index.state import State, read_state
from hyperbounty.web.index.tables import BLOCKS
from hyperbounty.web.site.moves import Move, Moves

if TYPE_CHECKING:
    from hyperbounty.web.site.family import SiteFamily

LOOK_S: Final = 0.25
"""Between two looks at the version of the index."""

LONGEST_S: Final = 1.0
"""The same while each look finds a change: of an index that changes all the time, a list is made once a second."""

_log = logging.getLogger(__name__)


class Pulse:
    """The state of the index as it was a moment ago; it lives in one event loop.

    Args:
        database: of the index.
        families: who say what shows something else where subjects do.
        look_s: between two looks.
        longest_s: the same while each look finds a change.
    """

    def __init__(
        self,
        database: Database,
        families: Sequence[SiteFamily],
        look_s: float = LOOK_S,
        longest_s: float = LONGEST_S,
    ) -> None:
        self._database = database
        self._families = {family.NAME: family for family in families}
        self._look_s = look_s
        self._longest_s = longest_s
        # It waits for no page that is being made.
        self._thread = CapacityLimiter(1)
        self._moved = asyncio.Event()
        self.state: State | None = None
        self.error = ""
        self.moves = Moves()

    @property
    def token(self) -> str:
        """Another text whenever a page may show something else."""
        state = self.state
        if state is None or self.error:
            return f"none {self.error}"
        return f"{state.era} {state.version} {state.status} {state.since}"

    async def moved(self) -> None:
        """Wait until the token is another one."""
        await self._moved.wait()

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Inside, the state is looked at again and again."""
        await self.look()
        task = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _beat(self) -> None:
        pause_s = self._look_s
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self._longest_s) if await self.look() else self._look_s

    async def look(self) -> bool:
        """Look once; whether the index shows something else than before, or speaks of another block."""
        before = self.token
        known = None if self.error else self.state
        topics: set[str] | None = None
        try:
            self.state, topics = await to_thread.run_sync(self._read, known, limiter=self._thread)
            self.error = ""
        except DatabaseError as error:
            if not self.error:
                _log.warning("the index cannot be read: %s", error.what)
            self.error = error.what
        if self.token == before:
            return False
        chain_time = None if self.error or self.state is None else self.state.block_time
        self.moves.add(Move(time.monotonic(), chain_time, topics))
        # Whoever waits now is woken; who comes later waits for the next time.
        self._moved.set()
        self._moved = asyncio.Event()
        return True

    def _read(self, before: State | None) -> tuple[State | None, set[str] | None]:
        """The state, and what shows something else since `before`; None where everything may."""

        def work(connection: Connection) -> tuple[State | None, set[str] | None]:
            state = read_state(connection)
            topics = None if before is None or state is None else self._topics(connection, before, state)
            return state, topics

        return read_all(self._database, work)

    def _topics(self, connection: Connection, before: State, state: State) -> set[str] | None:
        if (state.era, state.status, state.since) != (before.era, before.status, before.since):
            return None
        changes = changes_after(connection, before.version)
        if changes is None:
            return None
        hash_now = connection.execute(select(BLOCKS.c.hash).where(BLOCKS.c.number == before.block)).scalar()
        if hash_now != before.block_hash:
            # Blocks were taken back. What they had made is gone, and nothing tells any more whose it was.
            return None
        topics: set[str] = set()
        for name in {change.family for change in changes}:
            family = self._families.get(name)
            if family is None:
                return None
            subjects = sorted({change.subject for change in changes if change.family == name})
            topics.update(family.topics_of(connection, subjects))
        return topics
