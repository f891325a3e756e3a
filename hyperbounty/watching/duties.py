"""What there is to do for an account, and when: how a family tells the loop, which knows no family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.money import Asset


@dataclass(frozen=True)
class Stake:
    """What is lost where a duty is missed, or waits until it is done, in the smallest unit of `asset`."""

    amount: int
    asset: Asset

    @property
    def wei(self) -> int | None:
        """What gas can be weighed against; None for a token, of which nobody here knows the price."""
        return self.amount if self.asset.is_coin else None


Say = Callable[[str], None]
"""Is told how far a long piece of work is."""


@dataclass(frozen=True)
class Duty:
    """One thing to do for an account.

    Attributes:
        name: the same in each round and each process, such as `3/reveal/0`; unique among those of an account.
        subject: what it is about, such as `contest 3`.
        what: as an imperative, such as `reveal slot 0`.
        done: said once it is, such as `slot 0 is revealed`.
        act: does it, once however often it is called; gives the receipts, none where there was nothing to do.
        opens_at, ends_at: when it can be done, in chain time; `ends_at` is None where it can be done at any time later.
        stake: what depends on it; None where that is nothing of the account's own.
        missed: said where its time passes without it: what that costs.
        already: errors of the contract by which it says that somebody has done it.
        work: long work that must come before `act`, and sends nothing; it runs beside the loop.
    """

    name: str
    subject: str
    what: str
    done: str
    act: Callable[[], Sequence[Receipt]] = field(repr=False)
    opens_at: int
    ends_at: int | None = None
    stake: Stake | None = None
    missed: str = ""
    already: frozenset[str] = frozenset()
    work: Callable[[Say], None] | None = field(default=None, repr=False)

    def is_open(self, now: int) -> bool:
        """Whether it can be done at `now`, in chain time."""
        return self.opens_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True)
class Notice:
    """Something to tell once, about which the loop does nothing.

    Attributes:
        name: the same in each round, see `Duty.name`. That of a duty that there was before: why it is none any more.
        next_step: what somebody can do about it; a `NextStep` where that is a command, empty where there is nothing.
        is_warning: money is at risk.
    """

    name: str
    subject: str
    what: str
    next_step: str = ""
    is_warning: bool = False


@dataclass(frozen=True)
class Subject:
    """One thing that is watched for one account, such as a contest. Where its duties cannot be found, others can.

    Attributes:
        find: what there is to do about it, and to tell, now and later. It may read the chain.
    """

    account: LocalAccount
    name: str
    find: Callable[[], Sequence[Duty | Notice]] = field(repr=False)


class Roster(Protocol):
    """What a family has to watch for the accounts of a role."""

    def read(self, accounts: Sequence[LocalAccount]) -> Sequence[Subject]:
        """All that is to be watched for `accounts`, as the chain shows it now."""
        ...


WHOLE_ACCOUNT: Final = "account"
"""The subject of what belongs to no contest."""
