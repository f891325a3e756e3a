"""Handing on what somebody else signed. It has a fate of its own, so the journal does not know it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from eth_utils.crypto import keccak
from web3.exceptions import Web3RPCError

from hyperbounty.chain.failures import is_already_known, node_failures
from hyperbounty.chain.refusals import TransactionUnconfirmed
from hyperbounty.chain.sending.fate import find_receipt

if TYPE_CHECKING:
    from web3 import Web3

_PAUSE_SECONDS: Final = 0.5


def relay(
    w3: Web3,
    node: str,
    signed: bytes,
    timeout: float,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Send `signed` and wait until it is mined, whether it succeeds there or fails; nothing is sent where it is mined.

    Raises:
        ChainError: the node refuses it.
        TransactionUnconfirmed: it is not mined after `timeout` seconds.
    """
    found = f"0x{keccak(signed).hex()}"
    deadline = monotonic() + timeout
    with node_failures(node):
        if find_receipt(w3, (found,)) is not None:
            return
        try:
            w3.eth.send_raw_transaction(signed)
        except Web3RPCError as error:
            if not is_already_known(error):
                raise
        while find_receipt(w3, (found,)) is None:
            if monotonic() >= deadline:
                raise TransactionUnconfirmed(
                    f"transaction {found} is not mined after {timeout:.0f} seconds",
                    "give the same command again: it waits for it",
                    transaction_hash=found,
                )
            sleep(_PAUSE_SECONDS)
