"""What a family shows of an account, for the page of the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hyperbounty.money import Asset


@dataclass(frozen=True)
class Credit:
    """What a contract could not pay to an account at once, and keeps for it.

    Attributes:
        contract: its address.
        amount: in the smallest unit of `asset`.
    """

    contract: str
    asset: Asset
    amount: int


@dataclass(frozen=True)
class AccountPart:
    """What a family shows of an account.

    Attributes:
        template: of what it shows, such as `bounty/account.html`.
        values: that the template takes.
        is_known: whether the account has anything to do with the family. Where it has not, the template may still show
            what only the browser knows.
        topics: what of the index is shown; see `SiteFamily.topics_of`.
        credits: that wait to be withdrawn.
        withdraw: the command that withdraws them.
        modules: that the page loads, such as `bounty/account.js`.
        until: the chain's time from which on it may be another; None where time changes nothing of it.
    """

    template: str
    values: Mapping[str, Any]
    is_known: bool
    topics: Sequence[str]
    credits: Sequence[Credit] = ()
    withdraw: str = ""
    modules: Sequence[str] = ()
    until: int | None = None
