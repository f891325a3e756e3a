"""What waits for a participant: its share of a void contest's bond, and credits of payments that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperbounty.bounty.types import Outcome

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt


@dataclass(frozen=True)
class Collected:
    """What `collect` brought in, in the contest's asset."""

    claimed: int
    withdrawn: int
    receipts: tuple[Receipt, ...]


def collect(contract: BountyContract, account: LocalAccount, contest: Contest, to: str | None = None) -> Collected:
    """Bring in what waits for `account`: shares of a void contest's bond, then credits of payments that failed.

    Each once, however often this is interrupted and repeated; where nothing waits, nothing is sent.
    """
    receipts: list[Receipt] = []
    claimed = 0
    if contest.outcome == Outcome.VOID:
        claimed_already = contract.claimed(contest)
        for revealed in contract.revealed_specs(contest):
            if revealed.participant == account.address and revealed.index not in claimed_already:
                step = f"claim/{contest.number}/{revealed.index}"
                receipts.append(contract.claim(account, contest.number, revealed.index, key=step))
                claimed += 1
    # A later failed payment makes a new credit, which is another step. Asked first: a withdrawal on its way is not
    # final here, and is out of the credit once it is.
    step = contract.next_key(account, f"withdraw/{contest.asset}")
    withdrawn = contract.credit(contest.asset, account.address)
    if withdrawn:
        receipts.append(contract.withdraw(account, contest.asset, to or account.address, key=step))
    return Collected(claimed, withdrawn, tuple(receipts))
