"""How far this process knows the chain to reach: behind one address may be several nodes, of which one lags.

Whoever has seen a receipt knows its block, and reads at or above it from then on. A node that does not have that block
yet is waited for, where reading what it calls the latest block would show the time before the own transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hyperbounty.chain.asking import ask, quantity
from hyperbounty.chain.development import DEVELOPMENT_CHAIN_IDS
from hyperbounty.chain.headers import Header, latest_header, read_header
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3 import Web3
    from web3.types import BlockIdentifier

_LATEST: Final = "latest"


class Horizon:
    """The latest block that is known to exist.

    Args:
        w3: the chain.
        node: how it is named in messages.
    """

    def __init__(self, w3: Web3, node: str) -> None:
        self._w3 = w3
        self._node = node
        self._floor = 0
        self._depth = 0
        self._transaction = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a block that every read must be at or above."""
        return self._floor > 0

    def saw(self, transaction: str, block: int, head: int) -> None:
        """Note that `transaction`, 0x-hex, is in `block` while `head` was the latest one."""
        if head >= self._floor:
            self._transaction, self._floor, self._depth = transaction, head, head - block

    def head(self) -> int:
        """The number of the latest block, as far as this process knows."""
        latest = quantity(ask(self._w3, "eth_blockNumber"))
        if latest is None:
            raise Interrupted(f"{self._node} does not say which block is the latest")
        if latest < self._floor:
            self._look_again()
        return max(latest, self._floor)

    def header(self) -> Header:
        """The header of the latest block.

        Raises:
            Interrupted: the node does not have it yet.
        """
        latest = latest_header(self._w3)
        if latest.number < self._floor:
            self._look_again()
        return latest if latest.number >= self._floor else self.header_of(self._floor)

    def header_of(self, number: int) -> Header:
        """The header of a block that exists.

        Raises:
            Interrupted: the node does not have it yet.
        """
        found = read_header(self._w3, number)
        if found is None:
            raise Interrupted(f"{self._node} is behind: it does not have block {number} yet")
        return found

    def latest(self) -> BlockIdentifier:
        """What to ask for as the latest block: its name, where any node's will do, and else its number."""
        return self.head() if self.is_known else _LATEST

    def _look_again(self) -> None:
        """A node's head is below the floor. It lags, or the chain went back, as one does whose tests undo blocks."""
        receipt = ask(self._w3, "eth_getTransactionReceipt", self._transaction)
        block = quantity(receipt.get("blockNumber")) if isinstance(receipt, dict) else None
        if block is not None:
            self._floor = block + self._depth
        elif quantity(ask(self._w3, "eth_chainId")) in DEVELOPMENT_CHAIN_IDS:
            self._floor = 0
