"""An index for tests, and what it says beside the contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Table, select

from hyperbounty.chain.client import ContractClient
from hyperbounty.database import Database
from hyperbounty.errors import InvalidInput
from hyperbounty.web.index.contracts import Find
from hyperbounty.web.index.events import IndexedContract
from hyperbounty.web.index.family import Difference, families
from hyperbounty.web.index.keeping import read_all
from hyperbounty.web.index.process import POLL_S, IndexProcess, Wanted, open_index
from hyperbounty.web.index.reading import Depths

Rows = dict[str, list[tuple[object, ...]]]


def where_is(*contracts: ContractClient) -> Find:
    """Where contracts are on a chain on which no others are."""

    def find(kind: type[ContractClient]) -> ContractClient:
        for contract in contracts:
            if isinstance(contract, kind):
                return contract
        raise InvalidInput("it is not there", "deploy it")

    return find


@contextmanager
def indexing(
    where: Path | str,
    contract: ContractClient,
    depths: Depths | None = None,
    poll_s: float = POLL_S,
    from_block: int | None = None,
) -> Iterator[IndexProcess]:
    """A process that owns the index of a contract."""
    known = families()
    with open_index(where, known) as database:
        wanted = Wanted(known, where_is(contract), from_block, depths or Depths())
        process = IndexProcess(contract.chain, database, wanted, poll_s=poll_s)
        with process.opened():
            yield process


def differences(process: IndexProcess, contract: ContractClient) -> list[Difference]:
    """Where the tables and the contract do not say the same, at the block of the index."""
    database, block = process.keeper.database, process.keeper.state().block
    assert block is not None
    found: list[Difference] = []
    for each in process.keeper.contracts.values():
        compare = partial(_compared, contract=contract, index=each, block=block)
        found += read_all(database, compare)
    return found


def _compared(rows: Connection, contract: ContractClient, index: IndexedContract, block: int) -> list[Difference]:
    return list(index.family.differences(contract, index.id, rows, block))


def rows_of(database: Database, tables: tuple[Table, ...]) -> Rows:
    """All rows of some tables, in an order of their own."""

    def read(connection: Connection) -> Rows:
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}

    return database.read(read)
