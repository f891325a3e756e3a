"""The process that keeps an index: alone with its database, until it is told to stop."""

from __future__ import annotations

import gc
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hyperbounty.database import Database
from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.web.index.assets import ask_for_assets
from hyperbounty.web.index.contracts import Find, locate
from hyperbounty.web.index.documents import DocumentFetcher
from hyperbounty.web.index.errors import IndexStopped, IndexTaken
from hyperbounty.web.index.events import IndexedContract
from hyperbounty.web.index.family import Family
from hyperbounty.web.index.keeping import Keeper
from hyperbounty.web.index.reading import Depths, Reader
from hyperbounty.web.index.source import Source
from hyperbounty.web.index.state import State, Status
from hyperbounty.web.index.tables import SCHEMA

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain
    from hyperbounty.store import ContentStore

POLL_S: Final = 1.0
"""So long after a look at the chain's end comes the next one."""

_LONGEST_PAUSE_S: Final = 30.0
_FETCHERS: Final = 4

_log = logging.getLogger(__name__)


@contextmanager
def open_index(where: Path | str, families: Sequence[Family]) -> Iterator[Database]:
    """The database of an index, with the tables of the frame and of all families.

    Args:
        where: path of a SQLite file, or the URL of a PostgreSQL database.
        families: whose tables there are to be.
    """
    with closing(Database(where, SCHEMA)) as database:
        for family in families:
            Database(where, family.SCHEMA).close()
        yield database


def spare_the_collector() -> None:
    """Let Python's collector of garbage pass over what is loaded now: a fifth of the CPU of an index.

    For a process that does nothing else. Each answer of a node, and each page of a site, makes so many objects that the
    collector looks again and again at all that the program is made of, and whoever asks waits meanwhile.
    """
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Wanted:
    """What an index is of.

    Attributes:
        families: whose contracts are read.
        find: says where a contract is on the chain.
        from_block: the first block to read; None to find it.
        depths: how far back blocks may change.
        store: where documents are read; None to leave them.
    """

    families: Sequence[Family]
    find: Find
    from_block: int | None = None
    depths: Depths = field(default_factory=Depths)
    store: ContentStore | None = None


class IndexProcess:
    """Keeps the index of one chain in one database.

    Args:
        chain: with little patience; whatever fails is tried again.
        database: that `open_index` has opened.
        wanted: what is read.
        stopped: is set to end it.
        poll_s: between two looks at the chain's end.
    """

    def __init__(
        self,
        chain: Chain,
        database: Database,
        wanted: Wanted,
        stopped: threading.Event | None = None,
        poll_s: float = POLL_S,
    ) -> None:
        self._database = database
        self._wanted = wanted
        self._stopped = stopped or threading.Event()
        self._poll_s = poll_s
        self.source = Source(chain, sleep=self._pause)
        self.keeper = Keeper(database, secrets.token_hex(8), wanted.families, wanted.depths.reorganization)
        self.reader = Reader(self.source, self.keeper, self._locate, wanted.depths, self._stopped.is_set)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Inside, this process owns the index.

        Raises:
            IndexTaken: another process does.
            IndexStopped: the index is of another chain.
        """
        with self._database.alone() as is_alone:
            if not is_alone:
                raise IndexTaken(
                    f"another process keeps the index in {self._database}",
                    NextStep("stop it first, or name another database as {}", Parameter("database")),
                )
            self.reader.begin()
            yield

    def catch_up(self) -> State:
        """Read to the chain's end, and ask once for each document that is due.

        Raises:
            ChainError: the node does not do its part.
            IndexStopped: it cannot go on.
        """
        with self._saying_why():
            while self.reader.step() and not self._stopped.is_set():
                pass
            ask_for_assets(self._database, self.source.chain)
        if self._wanted.store is not None:
            self._fetcher(self._wanted.store).fetch_due()
        return self.keeper.state()

    def rebuild(self) -> State:
        """Drop what was read of the chain, and read it anew; see `catch_up`."""
        with self._saying_why():
            self.reader.restart()
        return self.catch_up()

    def run(self, on_step: Callable[[State], None] = lambda _: None) -> State:
        """Follow the chain until `stopped` is set; a node that is away is waited for, however long.

        Args:
            on_step: is shown how far it is, after each step.

        Raises:
            IndexStopped: it cannot go on.
        """
        pause = self._poll_s
        with self._documents():
            while not self._stopped.is_set():
                try:
                    with self._saying_why():
                        is_more = self.reader.step()
                        if not is_more:
                            ask_for_assets(self._database, self.source.chain)
                    pause = self._poll_s
                    on_step(self.keeper.state())
                    if is_more:
                        continue
                except (ChainError, InvalidInput) as error:
                    _log.warning("the index waits: %s", error.what)
                    pause = min(2 * pause, _LONGEST_PAUSE_S)
                self._stopped.wait(pause)
        return self.keeper.state()

    @contextmanager
    def _saying_why(self) -> Iterator[None]:
        """What keeps the index from going on is said where pages read it."""
        try:
            yield
        except IndexStopped as error:
            self.keeper.say(Status.STOPPED, error.what, str(error.next_step))
            raise
        except (ChainError, InvalidInput) as error:
            self.keeper.say(Status.WAITING, error.what, str(error.next_step))
            raise

    @contextmanager
    def _documents(self) -> Iterator[None]:
        """Inside, documents are fetched by threads of their own."""
        with ExitStack() as stack:
            if self._wanted.store is not None:
                ended = threading.Event()
                stack.callback(ended.set)
                run = self._fetcher(self._wanted.store).run
                for number in range(_FETCHERS):
                    # One that waits for a store is not waited for at the end.
                    threading.Thread(
                        target=run,
                        args=(ended,),
                        kwargs={"is_new": number == 0},
                        name=f"documents-{number}",
                        daemon=True,
                    ).start()
            yield

    def _fetcher(self, store: ContentStore) -> DocumentFetcher:
        return DocumentFetcher(self._database, store, self._wanted.families)

    def _pause(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _locate(self) -> list[IndexedContract]:
        return locate(self._wanted.families, self._wanted.find, self._wanted.from_block)
