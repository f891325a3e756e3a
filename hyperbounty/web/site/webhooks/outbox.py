"""What is to be told, in the database: what a process that is killed had put in is neither lost nor told twice.

Something new is put in, and noted as told, in one transaction. A message is taken before it is sent, so that nobody
else sends it meanwhile; where the process ends between the two, it is sent again under the same id.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from hyperbounty.database import Database
from hyperbounty.texts import escaped
from hyperbounty.web.index.state import State
from hyperbounty.web.site.feeds.naming import lasting_id
from hyperbounty.web.site.happening import Happening
from hyperbounty.web.site.webhooks.outlets import Failure, Message
from hyperbounty.web.site.webhooks.tables import MESSAGES, OUTLETS, TOLD, MessageState

FIRST_PAUSE_S: Final = 30.0
GIVEN_UP_AFTER_S: Final = 86_400.0
"""So long after its first try a message is tried once more, and then no more."""

_KEPT_S: Final = 30 * 86_400.0
_LINE_LETTERS: Final = 1_000
_NO_MESSAGE: Final = 0


@dataclass(frozen=True)
class Position:
    """How far an outlet was told.

    Attributes:
        chain, begun, floor, era, version: see the table `outbox_outlets`.
    """

    chain: str
    begun: str
    floor: int
    era: str
    version: int


@dataclass(frozen=True)
class Seen:
    """What the index showed at one moment.

    Attributes:
        state: of the index.
        final: what happened up to this block is not taken back any more.
        happenings: all that happened after the lowest floor of an outlet, the oldest first.
    """

    state: State
    final: int
    happenings: Sequence[Happening]

    @property
    def chain(self) -> str:
        """Tells this chain from another one that has its place."""
        return chain_of(self.state)


@dataclass(frozen=True)
class Taken:
    """A message that is to be sent now.

    Attributes:
        number: in the outbox.
        tries: how often it was tried, this time included.
        first_try: when it was tried first, in unix seconds.
    """

    number: int
    message: Message
    tries: int
    first_try: float


def chain_of(state: State) -> str:
    """Tells the chain of an index from another one that has its place, as where a development chain began anew."""
    first = state.genesis or state.first_hash or b""
    return f"{state.chain_id} {first.hex()}"


class Outbox:
    """The outbox.

    Args:
        database: with its tables.
        public_url: where others find the site.
        now: unix seconds.
    """

    def __init__(self, database: Database, public_url: str, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._public_url = public_url
        self._now = now

    def positions(self) -> dict[str, Position]:
        """How far each outlet was told, by its name."""
        rows = self._database.read(lambda c: c.execute(select(OUTLETS)).all())
        return {row.name: Position(row.chain, row.begun, row.floor, row.era, row.version) for row in rows}

    # ------------------------------------------------------------------------------------------------- what goes in

    def put(self, outlet: str, seen: Seen, wanted: Callable[[Happening], bool]) -> int:
        """Put in what is new for an outlet, and what is no more; how many messages that makes.

        An outlet that is new, or was told of another chain, is told from here on.

        Args:
            outlet: its name.
            seen: what the index shows.
            wanted: whether a happening is for this outlet.
        """

        def work(connection: Connection) -> int:
            self._database.lock(connection)
            before = self._position(connection, outlet)
            if before is None or before.chain != seen.chain:
                self._begin(connection, outlet, seen)
                return 0
            if before.era == seen.state.era and before.version >= seen.state.version:
                # Another process has seen it, or more.
                return 0
            told = {row.happening: row for row in connection.execute(select(TOLD).where(TOLD.c.outlet == outlet))}
            there = {each.id: each for each in seen.happenings if each.block > before.floor}
            count = 0
            for each in there.values():
                row = told.get(each.id)
                if row is not None and not row.is_back:
                    if row.block != each.block:
                        self._note(connection, outlet, each.id, block=each.block)
                elif wanted(each):
                    times = 1 if row is None else row.times + 1
                    number = self._add(connection, outlet, each, seen.state, f"{before.begun} {each.id} {times}")
                    self._note_told(connection, outlet, each, row, times, number)
                    count += 1
                elif row is None:
                    # It is not for this outlet, also where its accounts become others later.
                    self._note_told(connection, outlet, each, None, 0, _NO_MESSAGE)
            gone = [row for row in told.values() if row.happening not in there and not row.is_back]
            sure = [row for row in gone if _is_sure(row.block, seen.state)]
            for row in sure:
                count += self._take_back(connection, outlet, before.begun, row)
            # Where it is not sure yet, the next look begins where this one did.
            version = seen.state.version if len(sure) == len(gone) else before.version
            floor = max(before.floor, seen.final) if len(sure) == len(gone) else before.floor
            values = {"floor": floor, "era": seen.state.era, "version": version}
            connection.execute(update(OUTLETS).where(OUTLETS.c.name == outlet).values(values))
            connection.execute(delete(TOLD).where(TOLD.c.outlet == outlet, TOLD.c.block <= floor))
            old = MESSAGES.c.since < self._now() - _KEPT_S
            ended = MESSAGES.c.state != MessageState.WAITING
            connection.execute(delete(MESSAGES).where(MESSAGES.c.outlet == outlet, old, ended))
            return count

        return self._database.write(work)

    def _begin(self, connection: Connection, outlet: str, seen: Seen) -> None:
        """Take all that there is as told, so that it is neither told now nor where it comes into another block."""
        connection.execute(delete(OUTLETS).where(OUTLETS.c.name == outlet))
        connection.execute(delete(TOLD).where(TOLD.c.outlet == outlet))
        state = seen.state
        values = {
            "chain": seen.chain,
            "begun": secrets.token_hex(8),
            "floor": seen.final,
            "era": state.era,
            "version": state.version,
        }
        connection.execute(insert(OUTLETS).values(name=outlet, **values))
        for each in seen.happenings:
            if each.block > seen.final:
                self._note_told(connection, outlet, each, None, 0, _NO_MESSAGE)

    def _add(self, connection: Connection, outlet: str, of: Happening, state: State, what: str) -> int:
        url = f"{self._public_url}{of.path}"
        data = {
            "id": of.id,
            "title": escaped(of.title),
            "text": escaped(of.text),
            "url": url,
            "chain_id": state.chain_id,
            "subject": of.subject,
            "block": of.block,
            "transaction": f"0x{of.transaction.hex()}",
            "accounts": list(of.accounts),
        }
        body = {"type": of.kind, "timestamp": _time(of.at), "data": data}
        line = " ".join(part for part in (f"{escaped(of.title)}.", escaped(of.text), url) if part)
        return self._insert(connection, outlet, what, body, line)

    def _take_back(self, connection: Connection, outlet: str, begun: str, row: Any) -> int:
        """Say that what was told is no more, unless nobody was told yet; how many messages that makes."""
        said = connection.execute(select(MESSAGES).where(MESSAGES.c.number == row.message)).mappings().first()
        times = row.times + 1
        if said is not None and said["state"] == MessageState.WAITING and not said["tries"]:
            self._end(connection, row.message, MessageState.WITHDRAWN, "its block was taken back")
            self._note(connection, outlet, row.happening, is_back=True, times=times)
            return 0
        number = row.message
        if said is not None:
            before: dict[str, Any] = json.loads(said["body"])
            title = f"It did not happen after all: {before['data']['title']}"
            text = "The chain took back the block that it was in."
            data = {**before["data"], "title": title, "text": text, "was": before["type"]}
            body = {"type": "taken-back", "timestamp": before["timestamp"], "data": data}
            line = f"{title}. {text} {data['url']}"
            number = self._insert(connection, outlet, f"{begun} {row.happening} {times}", body, line)
        self._note(connection, outlet, row.happening, is_back=True, times=times, message=number)
        return 0 if said is None else 1

    def _insert(self, connection: Connection, outlet: str, what: str, body: Mapping[str, Any], line: str) -> int:
        now = self._now()
        values = {
            "id": f"msg_{lasting_id('message', outlet, what).hex}",
            "outlet": outlet,
            "body": json.dumps(body, separators=(",", ":")),
            "line": escaped(line, _LINE_LETTERS),
            "state": MessageState.WAITING,
            "reason": "",
            "since": now,
            "tries": 0,
            "first_try": None,
            "next_try": now,
        }
        made = connection.execute(insert(MESSAGES).values(values)).inserted_primary_key
        assert made is not None
        return int(made[0])

    def _note_told(
        self, connection: Connection, outlet: str, of: Happening, before: Any | None, times: int, number: int
    ) -> None:
        values = {"block": of.block, "times": times, "is_back": False, "message": number}
        if before is None:
            connection.execute(insert(TOLD).values(outlet=outlet, happening=of.id, **values))
        else:
            self._note(connection, outlet, of.id, **values)

    def _note(self, connection: Connection, outlet: str, happening: str, **values: Any) -> None:
        own = (TOLD.c.outlet == outlet, TOLD.c.happening == happening)
        connection.execute(update(TOLD).where(*own).values(values))

    def _position(self, connection: Connection, outlet: str) -> Position | None:
        row = connection.execute(select(OUTLETS).where(OUTLETS.c.name == outlet)).first()
        return None if row is None else Position(row.chain, row.begun, row.floor, row.era, row.version)

    # ------------------------------------------------------------------------------------------------- what goes out

    def take(self, outlet: str) -> Taken | None:
        """A message of an outlet that is due, which nobody else takes before its next try is due."""
        if self._database.read(lambda c: c.execute(self._due(outlet)).first()) is None:
            return None

        def work(connection: Connection) -> Taken | None:
            self._database.lock(connection)
            row = connection.execute(self._due(outlet)).first()
            if row is None:
                return None
            now, tries = self._now(), row.tries + 1
            first = now if row.first_try is None else row.first_try
            # What would come after the end comes at the end.
            pause = FIRST_PAUSE_S * 2 ** (tries - 1)
            last = max(first + GIVEN_UP_AFTER_S, now + FIRST_PAUSE_S)
            values = {"tries": tries, "first_try": first, "next_try": min(now + pause, last)}
            connection.execute(update(MESSAGES).where(MESSAGES.c.number == row.number).values(values))
            return Taken(row.number, Message(row.id, row.body, row.line), tries, first)

        return self._database.write(work)

    def note(self, taken: Taken, failure: Failure | None) -> MessageState:
        """Note what became of a message that was sent; and what it is now."""
        if failure is None:
            state = MessageState.DELIVERED
        elif failure.is_final or self._now() >= taken.first_try + GIVEN_UP_AFTER_S:
            state = MessageState.GIVEN_UP
        else:
            state = MessageState.WAITING
        reason = "" if failure is None else failure.reason
        self._database.write(lambda c: self._end(c, taken.number, state, reason))
        return state

    def count(self) -> dict[tuple[str, MessageState], int]:
        """How many messages there are, by outlet and state."""
        wanted = select(MESSAGES.c.outlet, MESSAGES.c.state, func.count()).group_by(MESSAGES.c.outlet, MESSAGES.c.state)
        rows = self._database.read(lambda c: c.execute(wanted).all())
        return {(outlet, MessageState(state)): count for outlet, state, count in rows}

    def _due(self, outlet: str) -> Select[Any]:
        return (
            select(MESSAGES)
            .where(
                MESSAGES.c.outlet == outlet,
                MESSAGES.c.state == MessageState.WAITING,
                MESSAGES.c.next_try <= self._now(),
            )
            .order_by(MESSAGES.c.number)
            .limit(1)
        )

    def _end(self, connection: Connection, number: int, state: MessageState, reason: str) -> None:
        values = {"state": state, "reason": reason, "since": self._now()}
        connection.execute(update(MESSAGES).where(MESSAGES.c.number == number).values(values))


def _is_sure(block: int, state: State) -> bool:
    """Whether the chain has come so far without it: until then its transaction may stand in a block to come."""
    assert state.block is not None
    return state.block >= block or state.behind == 0


def _time(at: int) -> str:
    return datetime.fromtimestamp(min(at, 253_402_300_799), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
