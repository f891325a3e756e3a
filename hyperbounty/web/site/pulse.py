"""How the site notices that the index shows something else: it looks a few times a second, for all who wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from anyio import CapacityLimiter, to_thread

from hyperbounty.database import Database
from hyperbounty.errors import DatabaseError
from hyperbounty.web.index.state import State, read_state

LOOK_S: Final = 0.25
"""Between two looks at the version of the index."""

LONGEST_S: Final = 1.0
"""The same while each look finds a change: of an index that changes all the time, a page is made once a second."""

_log = logging.getLogger(__name__)


class Pulse:
    """The state of the index as it was a moment ago; it lives in one event loop.

    Args:
        database: of the index.
        look_s: between two looks.
        longest_s: the same while each look finds a change.
    """

    def __init__(self, database: Database, look_s: float = LOOK_S, longest_s: float = LONGEST_S) -> None:
        self._database = database
        self._look_s = look_s
        self._longest_s = longest_s
        # It waits for no page that is being made.
        self._thread = CapacityLimiter(1)
        self._moved = asyncio.Event()
        self.state: State | None = None
        self.error = ""

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
        await self._look()
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
            pause_s = min(2 * pause_s, self._longest_s) if await self._look() else self._look_s

    async def _look(self) -> bool:
        before = self.token
        try:
            self.state = await to_thread.run_sync(self._database.read, read_state, limiter=self._thread)
            self.error = ""
        except DatabaseError as error:
            if not self.error:
                _log.warning("the index cannot be read: %s", error.what)
            self.error = error.what
        if self.token == before:
            return False
        # Whoever waits now is woken; who comes later waits for the next time.
        self._moved.set()
        self._moved = asyncio.Event()
        return True
