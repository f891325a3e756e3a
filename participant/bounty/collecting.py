"""What waits for somebody: shares of a pot, a sponsor's money where nobody won, credits of payments that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperbounty.bounty.types import Outcome

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt

_RETURNED = (Outcome.REFUNDED, Outcome.VOID, Outcome.CANCELLED)


@dataclass(frozen=True)
class Collected:
    """What `collect` brought in, in the contest's asset.

    Attributes:
        claims: revealed specs whose share of the pot was paid.
        claimed, reclaimed, withdrawn: how much, of the pot, of a sponsor's money and of credits.
    """

    claims: int
    claimed: int
    reclaimed: int
    withdrawn: int
    receipts: tuple[Receipt, ...]


def claim(
    contract: BountyContract, account: LocalAccount, contest: Contest, participant: str | None
) -> tuple[tuple[int, ...], list[Receipt]]:
    """Pay the shares of the pot that wait for `participant`, or for everybody where that is None.

    Returns:
        The indexes of the revealed specs, and a receipt for each transaction; nothing where nothing waits.
    """
    indexes = contract.claimable(contest, participant)
    return indexes, contract.claim(account, contest, indexes, key=f"claim/{contest.number}") if indexes else []


def reclaim(
    contract: BountyContract, account: LocalAccount, contest: Contest, sponsor: str
) -> tuple[int, Receipt | None]:
    """Bring back what `sponsor` added to the reward, where nobody won.

    Returns:
        How much, and the receipt; nothing where nothing waits, or the contest has not ended.
    """
    if contest.outcome not in _RETURNED:
        return 0, None
    amount = contract.sponsorship(contest.number, sponsor)
    if not amount:
        return 0, None
    return amount, contract.reclaim(account, contest.number, sponsor, key=f"reclaim/{contest.number}/{sponsor}")


def collect(contract: BountyContract, account: LocalAccount, contest: Contest, to: str | None = None) -> Collected:
    """Bring in all that waits for `account`: shares of the pot, a sponsor's money, credits of payments that failed.

    Each once, however often this is interrupted and repeated; where nothing waits, nothing is sent.
    """
    indexes, receipts = claim(contract, account, contest, account.address)
    reclaimed, receipt = reclaim(contract, account, contest, account.address)
    if receipt is not None:
        receipts.append(receipt)
    withdrawn, receipt = contract.withdraw_credit(account, contest.asset, to)
    if receipt is not None:
        receipts.append(receipt)
    claimed = sum(contest.share_of_pot(index) for index in indexes)
    return Collected(len(indexes), claimed, reclaimed, withdrawn, tuple(receipts))
