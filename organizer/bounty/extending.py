"""Moving the deadlines of a contest later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.errors import InvalidInput

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt


def extend(contract: BountyContract, account: LocalAccount, contest: Contest, seconds: int) -> Receipt | None:
    """Have every deadline of `contest` fall `seconds` later than when it began, in all.

    So the same again changes nothing, and an interrupted one can be repeated.

    Returns:
        The receipt; None where the deadlines are there already and this account's journal knows no transaction for it.

    Raises:
        InvalidInput: it is extended by more already, or has not begun.
    """
    first = contract.first_submit_ends(contest)
    if first is None or contest.submit_ends is None:
        raise InvalidInput(
            f"contest {contest.number} has no deadlines yet: not everybody named has accepted", "wait for that"
        )
    ends = first + seconds
    step = f"extend/{contest.number}/{ends}"
    if contest.submit_ends > ends:
        raise InvalidInput(
            f"contest {contest.number} is extended by {contest.submit_ends - ends + seconds} s already",
            "a deadline never moves back: give more",
        )
    if contest.submit_ends == ends:
        return contract.resume(account, step)
    return contract.extend(account, contest.number, ends - contest.submit_ends, key=step)
