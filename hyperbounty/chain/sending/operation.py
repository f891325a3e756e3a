"""What the journal keeps of one transaction: the call, its nonce, every signature made for it, what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hyperbounty.chain.sending.fees import Fees


class State(StrEnum):
    """What is known of an operation.

    OPEN: signed, stored, perhaps sent; not mined as far as is known.
    REFUSED: the node did not take it. Watched until its nonce is used, as a node may have taken it all the same.
    MINED: in a block that a reorganization may still undo.
    FINAL: in a block as deep as the policy asks, whether it succeeded there or failed.
    REPLACED: another transaction used its nonce; it can never be mined.
    """

    OPEN = "open"
    REFUSED = "refused"
    MINED = "mined"
    FINAL = "final"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Call:
    """What is to be done, without nonce, gas and fee. `to` is empty for a deployment; `value` is in wei."""

    to: str
    data: bytes
    value: int


@dataclass(frozen=True)
class Attempt:
    """One signature of an operation.

    Attributes:
        hash: 0x-hex.
        raw: the bytes to send.
        fees: it offers.
        signed_at: seconds since the epoch.
    """

    hash: str
    raw: bytes
    fees: Fees
    signed_at: float


@dataclass(frozen=True)
class Operation:
    """One nonce used for one call. Its attempts differ in their fees only, so at most one of them is ever mined.

    Attributes:
        id: in the journal.
        key: by which the caller finds it again, or None.
        since_block: the head of the chain when it was signed.
        succeeded: where it is mined, whether it did; else None.
        block: where it is mined, or None.
        note: what a node said where it refused, the hash that took its place where it was replaced.
        attempts: oldest first, at least one.
    """

    id: int
    nonce: int
    key: str | None
    call: Call
    gas: int
    since_block: int
    state: State
    succeeded: bool | None
    block: int | None
    note: str
    attempts: tuple[Attempt, ...]

    @property
    def hashes(self) -> tuple[str, ...]:
        """Of all attempts, oldest first."""
        return tuple(attempt.hash for attempt in self.attempts)

    @property
    def latest(self) -> Attempt:
        """The attempt with the highest fees."""
        return self.attempts[-1]
