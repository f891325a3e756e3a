"""Waiting until an offer is final: a contest is a number, and the number alone does not bind its terms.

A reorganization can put another offer under the same number. Whoever accepted or submitted meanwhile would find its
money in a contest that it never read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hyperbounty.errors import InvalidInput

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Chain

FINAL_BLOCKS: Final = 64
"""Two epochs of Ethereum: what it calls final. Counts where a profile asks for one confirmation, the default."""

_PAUSE_SECONDS: Final = 2.0


def final_blocks(chain: Chain) -> int:
    """How many blocks must hold an offer, its own included, before money is put on it.

    As many as the profile asks for. One, the default, believes the latest block, which serves development chains;
    elsewhere it is `FINAL_BLOCKS`.
    """
    asked = chain.policy.confirmations
    return FINAL_BLOCKS if asked == 1 and not chain.is_development else asked


def final_contest(
    contract: BountyContract,
    number: int,
    on_wait: Callable[[int], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Contest:
    """Contest `number`, once its offer is as deep in the chain as `final_blocks` asks; waited for until it is.

    Args:
        contract: that has the contest.
        number: of the contest.
        on_wait: is told how many blocks are missing, whenever that changes.
        sleep: how waiting passes.

    Raises:
        InvalidInput: there is no such contest.
    """
    chain = contract.chain
    needed = final_blocks(chain)
    told: int | None = None
    while True:
        contest = _visible(contract, number)
        held = 0 if contest is None else _held(contract, number, needed)
        if contest is not None and held >= needed:
            return contest
        if on_wait is not None and needed - held != told:
            told = needed - held
            on_wait(told)
        sleep(_PAUSE_SECONDS)


def _held(contract: BountyContract, number: int, needed: int) -> int:
    """How many blocks hold the offer, `needed` at most: found in what they show.

    The block that the contract noted would not do: on some chains it is counted by another chain's blocks.
    """
    chain = contract.chain
    head = chain.block_number()

    def holds(depth: int) -> bool:
        block = head - depth + 1
        if depth == 1 or block < 0:
            return depth == 1
        (count,) = chain.read_many([contract.calls.contestCount()], block)
        # The contract itself may be younger.
        return int(count.value) >= number if count.error is None or chain.code(contract.address, block) else False

    if needed <= 1 or holds(needed):
        return needed
    held, more = 1, needed
    while more - held > 1:
        middle = (held + more) // 2
        held, more = (middle, more) if holds(middle) else (held, middle)
    return held


def _visible(contract: BountyContract, number: int) -> Contest | None:
    """The contest; None where it is there, but not as deep as views look."""
    try:
        return contract.contest(number)
    except InvalidInput:
        if number > int(contract.chain.read(contract.calls.contestCount())):
            raise
        return None
