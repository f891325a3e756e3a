"""Signing an operation, and handing the bytes to a node."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from web3 import Web3
from web3.exceptions import Web3RPCError
from web3.types import Wei

from hyperbounty.chain.failures import is_already_known, node_failures
from hyperbounty.chain.sending.operation import Attempt, Call
from hyperbounty.chain.sending.quote import Payer
from hyperbounty.errors import ChainError, ChainUnavailable

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.types import TxParams

    from hyperbounty.chain.revert_data import Abi
    from hyperbounty.chain.sending.fees import Fees


class Broadcaster:
    """Signs with keys that never leave this process, and sends the signed bytes.

    Args:
        w3: the chain.
        node: how it is named in messages.
        wall: seconds since the epoch, noted with each signature; another process reads them.
    """

    def __init__(self, w3: Web3, node: str, wall: Callable[[], float] = time.time) -> None:
        self._w3 = w3
        self._node = node
        self._wall = wall

    def sign(self, call: Call, account: LocalAccount, nonce: int, gas: int, fees: Fees) -> Attempt:
        """The bytes of `call` with this nonce and these fees."""
        transaction: dict[str, Any] = {
            **request_of(call, account),
            **fees.fields(),
            "gas": gas,
            "nonce": nonce,
            "chainId": self._w3.eth.chain_id,
        }
        signed = account.sign_transaction(transaction)
        return Attempt(f"0x{signed.hash.hex()}", bytes(signed.raw_transaction), fees, self._wall())

    def offer(self, attempt: Attempt, abi: Abi = ()) -> ChainError | None:
        """Send the bytes; None where the node has them now, else why it refuses them.

        Raises:
            ChainUnavailable: nobody knows whether they arrived.
        """
        try:
            with node_failures(self._node, abi):
                try:
                    self._w3.eth.send_raw_transaction(attempt.raw)
                except Web3RPCError as error:
                    if not is_already_known(error):
                        raise
        except ChainUnavailable:
            raise
        except ChainError as refusal:
            return refusal
        return None

    def age(self, attempt: Attempt) -> float:
        """Seconds since `attempt` was signed."""
        return self._wall() - attempt.signed_at


def request_of(call: Call, account: Payer) -> TxParams:
    """`call` as an estimate and a signature need it."""
    request: TxParams = {"from": account.address, "data": call.data, "value": Wei(call.value)}
    if call.to:
        request["to"] = Web3.to_checksum_address(call.to)
    return request
