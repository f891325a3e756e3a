"""Who puts in what is new, and who sends it: threads beside the site, one for each outlet, so a dead one delays nobody.

Any number of processes may do so over one database: each message is taken by one of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from eth_utils.address import to_checksum_address
from sqlalchemy import func, select

from hyperbounty.database import Database
from hyperbounty.errors import DatabaseError
from hyperbounty.web.index.state import Status, read_state
from hyperbounty.web.index.tables import BLOCKS
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.happening import Happening
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.webhooks.outbox import Outbox, Seen, chain_of
from hyperbounty.web.site.webhooks.outlets import Outlet
from hyperbounty.web.site.webhooks.tables import SCHEMA, MessageState

LOOK_S: Final = 1.0
_ACCOUNTS: Final = "/accounts/"
_ENDING_S: Final = 1.0

_log = logging.getLogger(__name__)


class Notifier:
    """Tells outlets what happened.

    Args:
        database: of the index, opened with the outbox's tables.
        settings: of the operator.
        families: who tell what happened.
        outlets: who are told.
        now: unix seconds.

    Attributes:
        delivered, failed, given_up: messages that were taken, tries that failed, and messages of which none succeeded,
            as far as this process sent them.
    """

    def __init__(
        self,
        database: Database,
        settings: SiteSettings,
        families: Sequence[SiteFamily],
        outlets: Sequence[Outlet],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._settings = settings
        self._site = Site(database, settings)
        self._families = families
        self._outlets = outlets
        self._now = now
        self.outbox = Outbox(database, settings.public_url, now)
        self._counting = threading.Lock()
        self.delivered = 0
        self.failed = 0
        self.given_up = 0

    def collect(self) -> int:
        """Put what is new into the outbox; how many messages that makes. Only while the index follows its chain.

        Raises:
            DatabaseError: the database does not answer.
        """
        state = self._database.read(read_state)
        if state is None or state.block is None or state.status is not Status.FOLLOWING:
            return 0
        known = self.outbox.positions()
        shown = (chain_of(state), state.era, state.version)
        behind: dict[Outlet, int | None] = {}
        for outlet in self._outlets:
            position = known.get(outlet.name)
            if position is None or position.chain != shown[0]:
                behind[outlet] = None
            elif (position.chain, position.era, position.version) != shown:
                behind[outlet] = position.floor
        if not behind:
            return 0
        seen, own = self._site.read(lambda snapshot: self._look(snapshot, behind))
        if seen.state.status is not Status.FOLLOWING:
            return 0
        return sum(self.outbox.put(outlet.name, seen, self._wanted(outlet, own)) for outlet in behind)

    def deliver(self, outlet: Outlet) -> bool:
        """Send one message that is due; whether one was.

        Raises:
            DatabaseError: the database does not answer.
        """
        taken = self.outbox.take(outlet.name)
        if taken is None:
            return False
        failure = outlet.send(taken.message, self._now())
        state = self.outbox.note(taken, failure)
        with self._counting:
            self.delivered += failure is None
            self.failed += failure is not None
            self.given_up += state is MessageState.GIVEN_UP
        if failure is not None:
            if state is MessageState.GIVEN_UP:
                _log.error("%s: message %s is given up: %s", outlet.name, taken.message.id, failure.reason)
            elif taken.tries == 1:
                _log.warning("%s: message %s waits: %s", outlet.name, taken.message.id, failure.reason)
        return True

    def waiting(self) -> int:
        """How many messages wait to be sent, or sent again; -1 where the database does not answer."""
        try:
            counted = self.outbox.count().items()
        except DatabaseError:
            return -1
        return sum(count for (_, state), count in counted if state is MessageState.WAITING)

    def measure(self, watch: Callable[[str, str, Callable[[], float]], None]) -> None:
        """Have the deliveries measured: `watch` gets a name, what it is, and what gives its value."""
        watch("hyperbounty_messages_delivered", "Messages that were taken.", lambda: self.delivered)
        watch("hyperbounty_messages_failed", "Tries to send a message that failed.", lambda: self.failed)
        watch("hyperbounty_messages_given_up", "Messages that nobody took for a day.", lambda: self.given_up)
        watch("hyperbounty_messages_waiting", "Messages that wait to be sent, or sent again.", self.waiting)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Inside, what happens is told, by threads of their own; one that waits for an answer is not waited for."""
        stopped = threading.Event()
        works: list[tuple[str, Callable[[], bool]]] = [("news", lambda: bool(self.collect()))]
        works += [(outlet.name, partial(self.deliver, outlet)) for outlet in self._outlets]
        threads = [
            threading.Thread(target=_repeat, args=(work, stopped), name=name, daemon=True) for name, work in works
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopped.set()
            until = time.monotonic() + _ENDING_S
            for thread in threads:
                thread.join(max(0.0, until - time.monotonic()))

    def _look(
        self, snapshot: Snapshot, behind: Mapping[Outlet, int | None]
    ) -> tuple[Seen, Mapping[str, Collection[str]]]:
        """What there is after the floors of outlets, and the subjects of each account that one is about, by page."""
        state, rows = snapshot.state, snapshot.connection
        assert state.block is not None
        final = rows.execute(select(func.min(BLOCKS.c.number))).scalar()
        final = state.block if final is None else final
        after = min(final if floor is None else floor for floor in behind.values())
        is_news_enough = not any(outlet.pages for outlet in behind)
        happenings: list[Happening] = []
        own: dict[str, set[str]] = {}
        for family in self._families:
            happenings += family.happenings_after(snapshot, after, news_only=is_news_enough)
            for page in {page for outlet in behind for page in outlet.pages if page.startswith(_ACCOUNTS)}:
                account = to_checksum_address(page.removeprefix(_ACCOUNTS))
                subjects = family.subjects_of(rows, account)
                own.setdefault(page, set()).update(family.path_of("", subject) for subject in subjects)
        return Seen(state, final, sorted(happenings, key=lambda each: each.block)), own

    def _wanted(self, outlet: Outlet, own: Mapping[str, Collection[str]]) -> Callable[[Happening], bool]:
        def wanted(happening: Happening) -> bool:
            if happening.path in self._settings.hidden:
                return False
            if not outlet.pages:
                return happening.is_news
            if happening.path.lower() in outlet.pages:
                return True
            if any(f"{_ACCOUNTS}{account}".lower() in outlet.pages for account in happening.accounts):
                return True
            return happening.is_news and any(happening.path in own.get(page, ()) for page in outlet.pages)

        return wanted


@contextmanager
def notifying(
    where: Path | str, settings: SiteSettings, families: Sequence[SiteFamily], outlets: Sequence[Outlet]
) -> Iterator[Notifier | None]:
    """Inside, outlets are told what happens; with none, nothing is begun.

    Args:
        where: of the index.
        settings: of the operator.
        families: who tell what happened.
        outlets: who are told.

    Raises:
        DatabaseError: the database cannot be used.
    """
    if not outlets:
        yield None
        return
    with closing(Database(where, SCHEMA)) as database:
        notifier = Notifier(database, settings, families, outlets)
        with notifier.running():
            yield notifier


def _repeat(work: Callable[[], bool], stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            is_more = work()
        except DatabaseError as error:
            _log.warning("messages wait for the database: %s", error.what)
            is_more = False
        if not is_more:
            stopped.wait(LOOK_S)
