"""Bringing a contest to its end: what anybody can do after the last deadline, in the contract's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.types import Verdict

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt


def settle(contract: BountyContract, account: LocalAccount, number: int) -> tuple[Receipt, Receipt | None]:
    """Settle contest `number`, a panel's answer being resolved first. Interrupted anywhere, it continues.

    Returns:
        The receipt of `settle`, and that of `resolve` where there was one to send.
    """
    resolved = contract.resume(account, f"resolve/{number}")
    dispute = contract.dispute(number)
    if resolved is None and dispute.challenger is not None and dispute.answered and dispute.verdict is Verdict.NONE:
        resolved = contract.resolve(account, number, key=f"resolve/{number}")
    return contract.settle(account, number, key=f"settle/{number}"), resolved
