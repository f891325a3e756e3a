"""An index of the family `counts` on an odd node."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from hyperbounty.store import ContentStore
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index
from hyperbounty.web.index.reading import Depths
from tests.web.index.counts.family import COUNTS, CountsFamily
from tests.web.index.odd_node import OddNode

Counted = dict[tuple[str, str], list[int]]


@dataclass
class Indexing:
    """Opens the index again and again, as processes that come after each other do."""

    place: Path | str
    node: OddNode
    family: CountsFamily = field(default_factory=CountsFamily)
    depths: Depths = field(default_factory=Depths)
    store: ContentStore | None = None

    @contextmanager
    def process(self) -> Iterator[IndexProcess]:
        chain = self.node.chain()
        stopped = threading.Event()
        # Nothing here waits.
        stopped.wait = lambda timeout=None: False  # type: ignore[method-assign]
        with open_index(self.place, [self.family]) as database:
            wanted = Wanted(
                [self.family], lambda _: self.node.client(chain), depths=self.depths, store=self.store, from_block=0
            )
            process = IndexProcess(chain, database, wanted, stopped)
            with process.opened():
                yield process


def counted(process: IndexProcess) -> Counted:
    """By key and account: the values that were stored, as the index has them."""

    def read(connection: Connection) -> Counted:
        rows = connection.execute(select(COUNTS)).mappings()
        return {(row["subject"], row["who"]): list(row["values"]) for row in rows}

    return process.keeper.database.read(read)


@pytest.fixture
def node() -> OddNode:
    return OddNode()


@pytest.fixture
def indexing(database_place: Path | str, node: OddNode) -> Indexing:
    return Indexing(database_place, node)
