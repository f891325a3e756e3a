"""Adding to the reward of somebody else's contest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt


def sponsor(contract: BountyContract, account: LocalAccount, contest: Contest, amount: int) -> Receipt | None:
    """Have `account` have added `amount` to the reward of `contest`, in all.

    So the same again changes nothing, and an interrupted one can be repeated.

    Returns:
        The receipt; None where it has added that much, and this account's journal knows no transaction for it.

    Raises:
        InvalidInput: it has added more already.
    """
    step = f"sponsor/{contest.number}/{amount}"
    done = contract.resume(account, step)
    if done is not None:
        return done
    before = contract.sponsorship(contest.number, account.address)
    if before > amount:
        raise InvalidInput(
            f"{account.address} has added {contest.asset.shown(before)} to the reward of contest {contest.number} "
            "already",
            NextStep("name more with {}: it is the sum of all", Parameter("amount")),
        )
    return contract.sponsor(account, contest, amount - before, key=step) if before < amount else None
