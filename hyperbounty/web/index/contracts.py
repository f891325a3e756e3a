"""Which contracts are read, and from which block on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.web.index.events import IndexedContract
from hyperbounty.web.index.family import Family

if TYPE_CHECKING:
    from hyperbounty.chain.client import ContractClient
    from hyperbounty.chain.connection import Chain

Find = Callable[[type["ContractClient"]], "ContractClient"]
"""The client of a contract where that is on the chain; `InvalidInput` where it is not."""


def locate(families: Sequence[Family], find: Find, from_block: int | None = None) -> list[IndexedContract]:
    """The contracts of families that are on the chain.

    Args:
        families: whose contracts are looked for.
        find: says where one is.
        from_block: the first block to read, where somebody knows; left out, it is found by the contract's code.

    Raises:
        InvalidInput: none of them is there.
    """
    found, reason = [], InvalidInput("no family is installed that has contests", "install one")
    for family in families:
        try:
            client = find(family.client)
        except InvalidInput as error:
            # A family whose contract nobody has deployed here yet.
            reason = error
            continue
        first = first_block(client.chain, client.address) if from_block is None else from_block
        found.append(IndexedContract(0, family, client.address, first))
    if not found:
        raise reason
    return found


def first_block(chain: Chain, address: str) -> int:
    """The number of the first block that has code at `address`; 0 where the node does not keep states so old."""
    low, high = -1, chain.block_number()
    try:
        while high - low > 1:
            middle = (low + high) // 2
            if chain.code(address, middle):
                high = middle
            else:
                low = middle
    except ChainError:
        return 0
    return high
