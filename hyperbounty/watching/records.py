"""What a loop remembers of a duty, how a look ended, and how an error is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from hyperbounty.errors import HyperbountyError
from hyperbounty.watching.duties import Duty

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt


class State(Enum):
    """How far a duty is, as far as this process knows."""

    PLANNED = auto()
    TRIED = auto()
    SENT = auto()
    DONE = auto()


@dataclass
class Seen:
    """What this process knows of a duty.

    Attributes:
        said: the reason that was said last for its not being done.
        retry_at: not tried again before this chain time.
        receipts: of its transactions, when it was done.
    """

    duty: Duty
    account: LocalAccount
    state: State = State.PLANNED
    said: str = ""
    failures: int = 0
    retry_at: int = 0
    receipts: tuple[Receipt, ...] = ()
    working_since: float = 0.0


@dataclass(frozen=True)
class Round:
    """How one look ended.

    Attributes:
        now: the chain's time.
        next_at: when the next thing is due, in chain time; None where nothing is planned.
        next_what: what that is.
        unfinished: transactions are on their way, or work is in progress.
        did: something was done, so that something else may be due by now.
        failed: something that is due could not be done.
    """

    now: int
    next_at: int | None
    next_what: str
    unfinished: bool
    did: bool
    failed: bool


def explained(error: Exception) -> tuple[str, str]:
    """What went wrong, and what to do about it."""
    if isinstance(error, HyperbountyError):
        return error.what, error.next_step
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror or error}{where}", "check the disk, its space and its permissions"
    return f"internal error, {type(error).__name__}: {error}", "please report it"
