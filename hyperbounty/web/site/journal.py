"""What changed, step by step: read from the database once for each version, for all who look on."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from anyio import to_thread

from hyperbounty.errors import DatabaseError, HyperbountyError
from hyperbounty.web.index.changes import Change, changes_after
from hyperbounty.web.index.state import State
from hyperbounty.web.site.errors import IndexNotReady
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.happening import About
from hyperbounty.web.site.pulse import Pulse
from hyperbounty.web.site.site import Site, Snapshot

KEPT: Final = 1_000
"""The latest steps, in memory."""

_PAUSE_S: Final = 1.0

_log = logging.getLogger(__name__)

Subject = tuple[str, str]
"""The name of a family, and a subject of it."""


@dataclass(frozen=True)
class Read:
    """What one look at the database found.

    Attributes:
        state: of the index.
        changes: since the version that was seen before; None where everything may have changed.
        accounts: whose each changed subject is; None where nobody asked.
    """

    state: State
    changes: Sequence[Change] | None
    accounts: Mapping[Subject, frozenset[str]] | None


@dataclass(frozen=True)
class Step:
    """A step of the journal.

    Attributes:
        before: the version that it begins with; it ends with that of `read`.
        made: what was made of it, for all who want the same.
    """

    before: int
    read: Read
    made: dict[About, bytes] = field(default_factory=dict)


class Journal:
    """The latest steps; it lives in one event loop.

    Args:
        site: whose index is looked at.
        families: whose subjects there are.
        pulse: says when to look.
        wants_accounts: whether anybody asks whose a changed subject is.
    """

    def __init__(
        self, site: Site, families: Iterable[SiteFamily], pulse: Pulse, wants_accounts: Callable[[], bool]
    ) -> None:
        self._site = site
        self._families = list(families)
        self._pulse = pulse
        self._wants_accounts = wants_accounts
        self._looked = ""
        self._steps: deque[Step] = deque(maxlen=KEPT)
        # What was missed since a version is read once for all who come with it.
        self._missed: dict[int, asyncio.Task[Read]] = {}
        self.state: State | None = None
        self.end = 0

    @property
    def first(self) -> int:
        """The number of the first step that is kept; `end` is that of the next one to come."""
        return self.end - len(self._steps)

    def step(self, number: int) -> Step:
        """A step that is kept."""
        return self._steps[number - self.first]

    def after(self, version: int) -> int | None:
        """The number of the step that tells what came after a version; None where it is not kept."""
        if self.state is None or not self._steps or not self._steps[0].before <= version < self.state.version:
            return None
        return next(self.first + place for place, step in enumerate(self._steps) if step.read.state.version > version)

    async def moved(self) -> None:
        """Wait until there is another step, or the first state, and take it in."""
        while True:
            if self._looked == self._pulse.token:
                await self._pulse.moved()
            token = self._pulse.token
            try:
                await self._look()
                self._looked = token
                return
            except IndexNotReady:
                self._looked = token
            except DatabaseError as error:
                _log.warning("streams wait for the database: %s", error.what)
                await asyncio.sleep(_PAUSE_S)

    async def missed(self, version: int) -> Read | None:
        """What came after a version that is not in the steps any more; None where the database does not answer."""
        assert self.state is not None
        task = self._missed.get(version)
        if task is None:
            look = partial(self._look_at, self.state.era, version, False)
            task = self._missed[version] = asyncio.ensure_future(to_thread.run_sync(look))
        try:
            return await asyncio.shield(task)
        except HyperbountyError:
            return None

    async def _look(self) -> None:
        before = self.state
        if before is None:
            self.state = await to_thread.run_sync(self._site.read, lambda snapshot: snapshot.state)
            return
        read = await to_thread.run_sync(self._look_at, before.era, before.version, self._wants_accounts())
        if read.state.era != before.era:
            # Versions of another index say nothing about this one.
            self._steps.clear()
        # Who comes from now on is not told of this step by the journal, so what was missed has to reach to its end.
        self._missed.clear()
        self._steps.append(Step(before.version, read))
        self.end += 1
        self.state = read.state

    def _look_at(self, era: str, version: int, wants_accounts: bool) -> Read:
        def work(snapshot: Snapshot) -> Read:
            state = snapshot.state
            changes = changes_after(snapshot.connection, version) if state.era == era else None
            accounts = self._accounts(snapshot, changes) if changes and wants_accounts else None
            return Read(state, changes, accounts)

        return self._site.read(work)

    def _accounts(self, snapshot: Snapshot, changes: Iterable[Change]) -> dict[Subject, frozenset[str]]:
        found: dict[Subject, frozenset[str]] = {}
        for family in self._families:
            subjects = sorted({change.subject for change in changes if change.family == family.NAME})
            if subjects:
                whose = family.accounts_of(snapshot.connection, subjects)
                found |= {(family.NAME, subject): frozenset(accounts) for subject, accounts in whose.items()}
        return found
