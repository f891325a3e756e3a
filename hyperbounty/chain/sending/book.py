"""The transactions of one account on one chain, as the journal keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from eth_utils.crypto import keccak

from hyperbounty.chain.sending.fees import Fees
from hyperbounty.chain.sending.journal import Journal
from hyperbounty.chain.sending.operation import Attempt, Call, Operation, State

_WATCHED: Final = (State.OPEN, State.REFUSED, State.MINED)


class Book:
    """One account's part of the journal. Every change is on the disk when its method returns.

    Args:
        journal: that holds it.
        chain: what identifies the chain, see `fate.chain_identity`.
        account: its address.
    """

    def __init__(self, journal: Journal, chain: str, account: str) -> None:
        self._journal = journal
        self._chain = chain
        self._account = account

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside, nobody else reserves a nonce of this account or sends for it."""
        with self._journal.turn(f"{self._chain}-{self._account}"):
            yield

    def get(self, operation: Operation) -> Operation:
        """`operation` as it stands now; another process may have added to it."""
        return self._select("id = ?", operation.id)[0]

    def find(self, key: str) -> Operation | None:
        """The operation that `key` stands for.

        One that was refused, replaced or mined without success stands for nothing any more.
        """
        found = self._select("key = ?", key)
        standing = [each for each in found if each.state not in (State.REFUSED, State.REPLACED)]
        return next((each for each in reversed(standing) if not _failed(each)), None)

    def watched(self) -> list[Operation]:
        """What may still change, by nonce."""
        return self._select(f"state IN ({', '.join('?' * len(_WATCHED))})", *_WATCHED)

    def add(self, nonce: int, key: str | None, call: Call, gas: int, since_block: int, attempt: Attempt) -> Operation:
        """Reserve `nonce` and store the signed transaction."""
        with self._journal.write() as database:
            cursor = database.execute(
                "INSERT INTO operations (chain, account, nonce, key, call, gas, since_block, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (self._chain, self._account, nonce, key, _encoded(call), gas, since_block, State.OPEN),
            )
            number = cursor.lastrowid
            database.execute(*_insertion(number, attempt))
        return self._select("id = ?", number)[0]

    def add_attempt(self, operation: Operation, attempt: Attempt) -> Operation:
        """Store another signature of `operation`."""
        with self._journal.write() as database:
            database.execute(*_insertion(operation.id, attempt))
        return self.get(operation)

    def reopen(self, operation: Operation) -> Operation:
        """It is not in the chain (any more)."""
        return self._set(operation, State.OPEN)

    def refuse(self, operation: Operation, note: str) -> Operation:
        """The node did not take it."""
        return self._set(operation, State.REFUSED, note=note)

    def replace(self, operation: Operation, by: str) -> Operation:
        """The transaction `by` used its nonce."""
        return self._set(operation, State.REPLACED, note=by)

    def mine(self, operation: Operation, block: int, *, succeeded: bool, final: bool) -> Operation:
        """It is in block number `block`."""
        state = State.FINAL if final else State.MINED
        if (operation.state, operation.block, operation.succeeded) == (state, block, succeeded):
            return operation
        return self._set(operation, state, block=block, succeeded=succeeded)

    def _set(
        self,
        operation: Operation,
        state: State,
        *,
        block: int | None = None,
        succeeded: bool | None = None,
        note: str = "",
    ) -> Operation:
        # Nothing is written over what somebody else found out meanwhile.
        with self._journal.write() as database:
            database.execute(
                "UPDATE operations SET state = ?, block = ?, succeeded = ?, note = ? WHERE id = ? AND state = ?",
                (state, block, succeeded, note, operation.id, operation.state),
            )
        return self.get(operation)

    def _select(self, condition: str, *values: object) -> list[Operation]:
        with self._journal.read() as database:
            rows = database.execute(
                # The conditions are texts of this class; what is looked for is always a parameter.
                "SELECT id, nonce, key, call, gas, since_block, state, succeeded, block, note FROM operations"  # noqa: S608
                f" WHERE chain = ? AND account = ? AND {condition} ORDER BY nonce, id",
                (self._chain, self._account, *values),
            ).fetchall()
            return [self._operation(row, self._attempts(database, row[0])) for row in rows]

    def _attempts(self, database: Any, number: int) -> tuple[Attempt, ...]:
        rows = database.execute(
            "SELECT hash, raw, most_wei, tip_wei, signed_at FROM attempts WHERE operation = ? ORDER BY id", (number,)
        ).fetchall()
        return tuple(self._attempt(*row) for row in rows)

    def _attempt(self, hash_: str, raw: bytes, most: str, tip: str | None, signed_at: float) -> Attempt:
        if f"0x{keccak(raw).hex()}" != hash_:
            raise self._journal.damaged(f"the bytes of transaction {hash_} are others")
        return Attempt(hash_, raw, Fees(int(most), None if tip is None else int(tip)), signed_at)

    def _operation(self, row: tuple[Any, ...], attempts: tuple[Attempt, ...]) -> Operation:
        number, nonce, key, call, gas, since, state, succeeded, block, note = row
        if not attempts:
            raise self._journal.damaged(f"operation {number} has no transaction")
        try:
            meant = _decoded(call)
            known = State(state)
        except (ValueError, KeyError, TypeError) as error:
            raise self._journal.damaged(f"operation {number} cannot be read") from error
        return Operation(
            id=number,
            nonce=nonce,
            key=key,
            call=meant,
            gas=gas,
            since_block=since,
            state=known,
            succeeded=None if succeeded is None else bool(succeeded),
            block=block,
            note=note,
            attempts=attempts,
        )


def _failed(operation: Operation) -> bool:
    return operation.state is State.FINAL and operation.succeeded is False


def _insertion(number: int | None, attempt: Attempt) -> tuple[str, tuple[object, ...]]:
    fees = attempt.fees
    return (
        "INSERT INTO attempts (operation, hash, raw, most_wei, tip_wei, signed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            number,
            attempt.hash,
            attempt.raw,
            str(fees.most_wei),
            None if fees.tip_wei is None else str(fees.tip_wei),
            attempt.signed_at,
        ),
    )


def _encoded(call: Call) -> str:
    return json.dumps({"to": call.to, "data": call.data.hex(), "value": str(call.value)})


def _decoded(text: str) -> Call:
    fields = json.loads(text)
    return Call(fields["to"], bytes.fromhex(fields["data"]), int(fields["value"]))
