"""What stands behind every page and answer: the index, read at one moment, and where others find the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from hyperbounty.database import Database
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.web.index.keeping import read_all
from hyperbounty.web.index.state import State, read_state
from hyperbounty.web.site.errors import IndexNotReady
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.shown import EVERYTHING, Shown, note

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain
    from hyperbounty.store import ContentStore

_T = TypeVar("_T")


@dataclass
class Snapshot:
    """The index at one moment.

    Attributes:
        connection: shows all tables as they were then.
        state: of the index; it names the block that they speak of.
        shown: what the answer shows that is made of it; everything, until somebody says less.
    """

    connection: Connection
    state: State
    shown: Shown = EVERYTHING

    @property
    def now(self) -> int:
        """The chain's time there, in unix seconds: phases follow from it, so a page stays until a block comes."""
        assert self.state.block_time is not None
        return self.state.block_time

    def shows(self, topics: Iterable[str], until: int | None = None) -> None:
        """Say that the answer shows nothing but this; see `Shown`."""
        self.shown = Shown(frozenset(topics), until)


@dataclass(frozen=True)
class Site:
    """One site over one index.

    Attributes:
        database: of the index.
        settings: of the operator.
        store: gives where contents are read that the index does not have, each time one is needed; None to show none.
        node: gives a connection to a node of the chain, to be used inside a `with`; None where there is none. It is
            asked what a call would do, and signs nothing.
        kept: folder for what was fetched from the store; None to keep it in memory alone.
    """

    database: Database
    settings: SiteSettings
    store: Callable[[], ContentStore] | None = None
    node: Callable[[], AbstractContextManager[Chain]] | None = None
    kept: Path | None = None

    def read(self, work: Callable[[Snapshot], _T]) -> _T:
        """The answer of `work` at one moment.

        Raises:
            IndexNotReady: nothing was read of the chain yet.
            DatabaseError: the database does not answer.
        """

        def at_once(connection: Connection) -> tuple[_T, Shown]:
            state = read_state(connection)
            if state is None or state.block is None:
                raise IndexNotReady(
                    "the index has not read the chain yet",
                    NextStep("wait until it has, or see whether {} runs", Action("index.run")),
                )
            snapshot = Snapshot(connection, state)
            return work(snapshot), snapshot.shown

        made, shown = read_all(self.database, at_once)
        note(shown)
        return made
