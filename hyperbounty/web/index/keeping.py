"""What the index writes, each in one transaction: so a process that is killed has done a thing wholly or not at all.

A transaction may run twice where the answer to its commit was lost, so each looks first whether it is done already.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, delete, func, insert, select, update

from hyperbounty.chain.headers import Header
from hyperbounty.database import Database
from hyperbounty.texts import escaped
from hyperbounty.web.index.changes import begin_version, note_everything
from hyperbounty.web.index.errors import IndexTaken
from hyperbounty.web.index.events import IndexedContract
from hyperbounty.web.index.family import Family
from hyperbounty.web.index.folding import fold_touched, touch
from hyperbounty.web.index.state import State, Status, read_state
from hyperbounty.web.index.tables import BLOCKS, CONTRACTS, FOLDED, LOGS, REORGANIZATIONS, STATE, TOUCHED, WANTED

EVENTS_A_FOLD: Final = 50_000
"""After so many events, what was folded is committed."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Place:
    """A log with what the index has to know of it: a row of `LOGS`.

    Attributes:
        block, position, time: see `IndexedEvent`.
        contract: its number in the tables.
    """

    block: int
    position: int
    contract: int
    subject: str
    time: int
    transaction: bytes
    topics: bytes
    data: bytes


class Keeper:
    """Writes the index of one chain as the process that owns it.

    Args:
        database: with the frame's and all families' tables.
        owner: names this process.
        families: whose tables there are.
        reorg_depth: so many of the latest blocks are kept, to find where two chains part.
    """

    def __init__(self, database: Database, owner: str, families: Sequence[Family], reorg_depth: int) -> None:
        self.database = database
        self._families = families
        self._owner = owner
        self._reorg_depth = reorg_depth
        self.contracts: Mapping[int, IndexedContract] = {}

    # ------------------------------------------------------------------------------------------------- beginnings

    def begin(self, chain_id: int, genesis: bytes | None) -> State:
        """Own the index, which is begun where there is none; how far it is."""

        def work(connection: Connection) -> State:
            if read_state(connection) is None:
                fresh = {
                    "id": 1,
                    "chain_id": chain_id,
                    "genesis": genesis,
                    "version": 0,
                    "era": secrets.token_hex(4),
                    "status": Status.READING,
                    "reason": "",
                    "next_step": "",
                    "since": time.time(),
                }
                connection.execute(insert(STATE).values(owner=self._owner, **fresh))
            connection.execute(update(STATE).values(owner=self._owner))
            found = read_state(connection)
            assert found is not None
            return found

        return self.database.write(work)

    def register(self, wanted: Sequence[IndexedContract]) -> None:
        """Have these contracts in the tables, and what is of others no more; where a fold has changed, fold again.

        Args:
            wanted: their numbers do not count.
        """

        def work(connection: Connection) -> dict[int, IndexedContract]:
            self._require_ownership(connection)
            known = {row.address: row for row in connection.execute(select(CONTRACTS))}
            for address in known.keys() - {contract.address for contract in wanted}:
                self._drop(connection, known.pop(address).id)
            found = {}
            for contract in wanted:
                family = contract.family
                row = known.get(contract.address)
                if row is None:
                    values = {
                        "family": family.NAME,
                        "address": contract.address,
                        "from_block": contract.from_block,
                        "through": contract.from_block - 1,
                        "fold": family.FOLD,
                    }
                    made = connection.execute(insert(CONTRACTS).values(values)).inserted_primary_key
                    assert made is not None
                    number, first = int(made[0]), contract.from_block
                else:
                    number, first = row.id, row.from_block
                    if row.fold != family.FOLD:
                        self._touch_where(connection, LOGS.c.contract == number)
                        connection.execute(delete(FOLDED).where(FOLDED.c.contract == number))
                        connection.execute(update(CONTRACTS).where(CONTRACTS.c.id == number).values(fold=family.FOLD))
                found[number] = IndexedContract(number, family, contract.address, first)
            return found

        self.contracts = self.database.write(work)

    def forget(self, genesis: bytes | None) -> None:
        """Begin anew: nothing that was read of the chain stays. Documents do, since their names are their hashes."""

        def work(connection: Connection) -> None:
            self._require_ownership(connection)
            for number in connection.execute(select(CONTRACTS.c.id)).scalars().all():
                self._drop(connection, number)
            connection.execute(delete(BLOCKS))
            nothing = dict.fromkeys(("first_block", "first_hash", "block", "block_hash", "block_time", "target"))
            connection.execute(update(STATE).values(genesis=genesis, **nothing))
            begin_version(connection)
            note_everything(connection)

        self.database.write(work)
        self.contracts = {}

    # ------------------------------------------------------------------------------------------------- history

    def through(self) -> dict[int, int]:
        """By number of the contract: the block that its history was read to."""
        wanted = select(CONTRACTS.c.id, CONTRACTS.c.through)
        return {number: block for number, block in self.database.read(lambda c: c.execute(wanted).all())}  # noqa: C416

    def add_history(self, contracts: Sequence[int], first: int, last: int, logs: Sequence[Place]) -> None:
        """Keep the logs of `contracts` from block `first` to `last`, to which their history is then read."""

        def work(connection: Connection) -> None:
            self._require_ownership(connection)
            of = CONTRACTS.c.id.in_(contracts)
            done = connection.execute(select(func.max(CONTRACTS.c.through)).where(of)).scalar_one()
            if done != first - 1:
                return
            self._add_logs(connection, logs)
            connection.execute(update(CONTRACTS).where(of).values(through=last))

        self.database.write(work)

    def fold(self) -> None:
        """Fold all that was touched, in transactions of a bearable length."""
        while not self.database.write(self._fold_some):
            pass

    def arrive(self, target: Header, first: Header | None) -> None:
        """Fold what the history has touched; from now on the tables speak of block `target`.

        Args:
            target: with hash and parent.
            first: the first block that was read.
        """

        def work(connection: Connection) -> bool:
            self._require_ownership(connection)
            self._drop_after(connection, target.number)
            if not self._fold_some(connection):
                return False
            begin_version(connection)
            if first is not None:
                connection.execute(
                    update(STATE)
                    .where(STATE.c.first_block.is_(None))
                    .values(first_block=first.number, first_hash=first.hash)
                )
            connection.execute(delete(BLOCKS).where(BLOCKS.c.number >= target.number))
            self._add_blocks(connection, [target])
            return True

        while not self.database.write(work):
            pass

    # ------------------------------------------------------------------------------------------------- tip

    def add_blocks(self, headers: Sequence[Header], logs: Sequence[Place]) -> None:
        """Keep blocks that stand on the last one, with their logs, and fold what these touch."""

        def work(connection: Connection) -> None:
            self._require_ownership(connection)
            state = read_state(connection)
            if state is None or state.block is None or state.block_hash != headers[0].parent_hash:
                return
            begin_version(connection)
            self._drop_after(connection, state.block)
            self._add_logs(connection, logs)
            connection.execute(update(CONTRACTS).values(through=headers[-1].number))
            while not fold_touched(connection, self.contracts, EVENTS_A_FOLD):
                pass
            self._add_blocks(connection, headers)

        self.database.write(work)

    def blocks(self) -> list[tuple[int, bytes]]:
        """Number and hash of the blocks that are kept, the latest first."""
        wanted = select(BLOCKS.c.number, BLOCKS.c.hash).order_by(BLOCKS.c.number.desc())
        return [(number, block_hash) for number, block_hash in self.database.read(lambda c: c.execute(wanted).all())]

    def roll_back(self, ancestor: Header, *, is_reorganized: bool = True) -> None:
        """Undo all blocks after `ancestor`, and fold what had logs in them; noted, where the chain did that."""

        def work(connection: Connection) -> None:
            self._require_ownership(connection)
            state = read_state(connection)
            if state is None or state.block is None or state.block <= ancestor.number:
                return
            begin_version(connection)
            self._drop_after(connection, ancestor.number)
            connection.execute(delete(BLOCKS).where(BLOCKS.c.number >= ancestor.number))
            while not fold_touched(connection, self.contracts, EVENTS_A_FOLD):
                pass
            self._add_blocks(connection, [ancestor])
            if is_reorganized:
                depth = state.block - ancestor.number
                connection.execute(
                    insert(REORGANIZATIONS).values(ancestor=ancestor.number, depth=depth, time=time.time())
                )

        self.database.write(work)

    # ------------------------------------------------------------------------------------------------- what it says

    def say(self, status: Status, reason: str = "", next_step: str = "", **known: int | None) -> None:
        """Note what the process does.

        Args:
            status, reason, next_step: see `State`.
            known: `head` and `target`, where they are known.
        """

        # It may quote a node.
        said = {"status": status, "reason": escaped(reason), "next_step": escaped(next_step)}
        before = vars(self.state())
        changed: dict[str, Any] = {**known, **said}
        if all(before[name] == value for name, value in changed.items()):
            return
        if any(before[name] != value for name, value in said.items()):
            changed["since"] = time.time()

        def work(connection: Connection) -> None:
            self._require_ownership(connection)
            connection.execute(update(STATE).values(changed))

        self.database.write(work)

    def state(self) -> State:
        """How far the index is."""
        found = self.database.read(read_state)
        assert found is not None
        return found

    # ------------------------------------------------------------------------------------------------- inside

    def _require_ownership(self, connection: Connection) -> None:
        """Let nobody else write until the transaction ends.

        Raises:
            IndexTaken: another process has come since.
        """
        self.database.lock(connection)
        owner = connection.execute(select(STATE.c.owner)).scalar_one()
        if owner != self._owner:
            raise IndexTaken("another process keeps this index since a moment ago", "let only one of them run")

    def _fold_some(self, connection: Connection) -> bool:
        self._require_ownership(connection)
        if connection.execute(select(TOUCHED).limit(1)).first() is None:
            return True
        begin_version(connection)
        note_everything(connection)
        return fold_touched(connection, self.contracts, EVENTS_A_FOLD, is_told=False)

    def _add_logs(self, connection: Connection, logs: Sequence[Place]) -> None:
        if not logs:
            return
        connection.execute(insert(LOGS), [vars(log) for log in logs])
        touch(connection, {(log.contract, log.subject) for log in logs})

    def _drop_after(self, connection: Connection, block: int) -> None:
        """Drop the logs of later blocks: those that were taken back, or that a history which ended early had read."""
        after = LOGS.c.block > block
        self._touch_where(connection, after)
        connection.execute(delete(LOGS).where(after))
        connection.execute(delete(FOLDED).where(FOLDED.c.block > block))
        connection.execute(update(CONTRACTS).where(CONTRACTS.c.through > block).values(through=block))

    def _drop(self, connection: Connection, contract: int) -> None:
        """Drop a contract, by its number, and all that is of it."""
        for family in self._families:
            for table in reversed(family.TABLES):
                connection.execute(delete(table).where(table.c.contract == contract))
        for table in (TOUCHED, LOGS, WANTED, FOLDED):
            connection.execute(delete(table).where(table.c.contract == contract))
        connection.execute(delete(CONTRACTS).where(CONTRACTS.c.id == contract))

    def _touch_where(self, connection: Connection, condition: Any) -> None:
        found = connection.execute(select(LOGS.c.contract, LOGS.c.subject).where(condition).distinct())
        touch(connection, [(contract, subject) for contract, subject in found])

    def _add_blocks(self, connection: Connection, headers: Sequence[Header]) -> None:
        """Keep `headers`, the last of which the tables speak of from now on, and drop those too deep to matter."""
        rows = [
            {"number": each.number, "hash": each.hash, "parent": each.parent_hash, "time": each.timestamp}
            for each in headers
        ]
        connection.execute(insert(BLOCKS), rows)
        last = headers[-1]
        connection.execute(delete(BLOCKS).where(BLOCKS.c.number < last.number - self._reorg_depth))
        connection.execute(
            update(STATE).values(
                block=last.number,
                block_hash=last.hash,
                block_time=last.timestamp,
            )
        )


def read_all(database: Database, work: Callable[[Connection], _T]) -> _T:
    """The answer of `work`, which sees the tables as they are at one moment, however long it reads."""

    def at_once(connection: Connection) -> _T:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return work(connection)

    return database.read(at_once)
