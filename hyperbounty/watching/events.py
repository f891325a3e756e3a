"""What a watch says: one event, one line, for people, programs and notifications alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hyperbounty.format import moment
from hyperbounty.money import COIN

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Receipt


class Kind(StrEnum):
    """What an event is.

    STARTED: the watch has begun.
    PLANNED: when the next thing is due.
    WORKING: long work before a transaction has begun, or gone on.
    SENT: a transaction is on its way.
    DONE: it is done, and as deep in the chain as the profile asks.
    ELSEWHERE: somebody else did it.
    AGAIN: a reorganization undid it, and it is done again.
    WAITING: it is due and waits, and why.
    FAILED: it is due and could not be done, and why; it is tried again.
    MISSED: its time has passed.
    TOLD: something to know, about which the watch does nothing.
    OUTAGE: the node does not answer, or shows no new block.
    BACK: the node answers again.
    STOPPED: the watch has ended.
    """

    STARTED = "started"
    PLANNED = "planned"
    WORKING = "working"
    SENT = "sent"
    DONE = "done"
    ELSEWHERE = "elsewhere"
    AGAIN = "again"
    WAITING = "waiting"
    FAILED = "failed"
    MISSED = "missed"
    TOLD = "told"
    OUTAGE = "outage"
    BACK = "back"
    STOPPED = "stopped"


_QUIET = frozenset({Kind.STARTED, Kind.PLANNED, Kind.WORKING, Kind.SENT, Kind.STOPPED})
_MARKS = {Kind.FAILED: "FAILED: ", Kind.MISSED: "MISSED: ", Kind.WAITING: "waits: "}


@dataclass(frozen=True)
class Event:
    """One line of a watch.

    Attributes:
        time: of the chain, in unix seconds; None while the node was never reached.
        account: as it was named; empty where it is about all of them.
        subject: what it is about; empty where that is nothing in particular.
        next_step: what somebody can do; a `NextStep` where that is a command, empty where there is nothing.
        due_at: of `PLANNED`, in chain time.
        receipts: of what was sent.
    """

    kind: Kind
    what: str
    time: int | None = None
    account: str = ""
    subject: str = ""
    next_step: str = ""
    due_at: int | None = None
    receipts: tuple[Receipt, ...] = ()

    @property
    def is_news(self) -> bool:
        """Whether somebody who is away wants to hear of it."""
        return self.kind not in _QUIET

    def line(self, next_step: str = "") -> str:
        """For people.

        Args:
            next_step: in the words of whoever shows it.

        >>> print(Event(Kind.MISSED, "its fee is burned", 0, "ben", "contest 3").line())
        1970-01-01 00:00:00 UTC ben, contest 3: MISSED: its fee is burned
        """
        who = ", ".join(part for part in (self.account, self.subject) if part)
        when = "" if self.time is None else f"{moment(self.time)} "
        sent = f" ({', '.join(map(_sent, self.receipts))})" if self.receipts else ""
        said = f"{_MARKS.get(self.kind, '')}{self.what}{sent}"
        return f"{when}{f'{who}: ' if who else ''}{said}{f'; {next_step}' if next_step else ''}"

    def json(self) -> dict[str, Any]:
        """For programs; without `transactions`, which the command line writes as every command does."""
        return {
            "event": self.kind.value,
            "says": self.what,
            "chain_time": self.time,
            "watched": self.account or None,
            "subject": self.subject or None,
            "due_at": self.due_at,
        }


def _sent(receipt: Receipt) -> str:
    fee = "" if receipt.fee_wei is None else f", fee {COIN.about(receipt.fee_wei)}"
    return f"transaction {receipt.hash}{fee}"
