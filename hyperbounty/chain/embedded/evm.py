"""The blocks and the state of the embedded chain: py-evm with the rules of Prague, one transaction a block.

eth-tester sets the chain up and mines; calls and estimates run on py-evm directly, because eth-tester passes revert
data on as the text of a message.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import rlp  # type: ignore[import-untyped]
from eth.exceptions import PyEVMError
from eth.vm.spoof import SpoofTransaction
from eth_keys.exceptions import BadSignature
from eth_tester.backends.pyevm import PyEVMBackend  # type: ignore[import-untyped]
from eth_utils.exceptions import ValidationError

from hyperbounty.chain.development import (
    DEVELOPMENT_ACCOUNTS,
    DEVELOPMENT_BALANCE,
    DEVELOPMENT_CHAIN_ID,
    development_account,
)
from hyperbounty.chain.embedded.clock import BlockClock
from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal

if TYPE_CHECKING:
    from eth.abc import BlockAPI, BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI, StateAPI
    from eth_typing import Address

_BLOB_TYPE: Final = 3


@dataclass(frozen=True)
class CallMessage:
    """What `eth_call` and `eth_estimateGas` run. `to` is empty for a deployment, `gas` None for a whole block's."""

    sender: Address
    to: Address
    data: bytes
    value: int
    gas: int | None

    def with_gas(self, gas: int) -> CallMessage:
        """The same with another gas limit."""
        return replace(self, gas=gas)


class EmbeddedEvm:
    """A chain in memory with the ten public development accounts. Not safe for use by threads at once.

    Attributes:
        accounts: the funded addresses, in the order of their derivation.
    """

    def __init__(self, clock: BlockClock) -> None:
        self._clock = clock
        self.accounts = tuple(bytes.fromhex(development_account(i).address[2:]) for i in range(DEVELOPMENT_ACCOUNTS))
        account = {"balance": DEVELOPMENT_BALANCE, "nonce": 0, "code": b"", "storage": {}}
        self._backend = PyEVMBackend(
            PyEVMBackend.generate_genesis_params({"timestamp": clock.start()}), dict.fromkeys(self.accounts, account)
        )
        # eth-tester fixes its own chain id on the class that it makes for each chain; a revert to the genesis makes a
        # new instance of that class.
        type(self._chain).chain_id = DEVELOPMENT_CHAIN_ID
        self._mined: dict[bytes, tuple[SignedTransactionAPI, int]] = {}
        self._filled: list[int] = []
        self._snapshots: dict[int, tuple[bytes, object]] = {}
        self._next_snapshot = 1

    @property
    def _chain(self) -> Any:
        return self._backend.chain

    @property
    def head(self) -> Any:
        """The header of the latest block."""
        return self._chain.get_canonical_head()

    def pending_header(self) -> Any:
        """The header that the next block would get now, on top of the latest state."""
        self._chain.set_header_timestamp(self._clock.next_timestamp(self.head.timestamp))
        return self._chain.header

    def header(self, number: int) -> Any:
        """The header of a block that exists."""
        return self._chain.get_canonical_block_header_by_number(number)

    def block(self, header: BlockHeaderAPI) -> BlockAPI:
        """The block of a header."""
        block: BlockAPI = self._chain.get_block_by_header(header)
        return block

    def header_by_hash(self, block_hash: bytes) -> Any | None:
        """The header of the block with this hash, if it is on the chain."""
        try:
            header = self._chain.get_block_header_by_hash(block_hash)
        except PyEVMError:
            return None
        is_there = header.block_number <= self.head.block_number and self.header(header.block_number).hash == block_hash
        return header if is_there else None

    def state(self, header: BlockHeaderAPI) -> StateAPI:
        """The state after the block of `header`."""
        state: StateAPI = self._chain.get_vm(header).state
        return state

    def transaction(self, transaction_hash: bytes) -> tuple[SignedTransactionAPI, Any] | None:
        """A mined transaction and the header of its block."""
        if transaction_hash not in self._mined:
            return None
        transaction, number = self._mined[transaction_hash]
        return transaction, self.header(number)

    def receipt(self, number: int) -> ReceiptAPI:
        """The receipt of the only transaction of block `number`."""
        receipt: ReceiptAPI = self._chain.get_transaction_receipt_by_index(number, 0)
        return receipt

    def filled_blocks(self, first: int, last: int) -> list[int]:
        """The blocks from `first` to `last`, both included, that hold a transaction."""
        return self._filled[bisect_left(self._filled, first) : bisect_right(self._filled, last)]

    def call(self, message: CallMessage, header: BlockHeaderAPI) -> ComputationAPI:
        """Run `message` on the state of `header` and forget what it changed; the fee is not charged.

        Raises:
            RpcRefusal: the sender cannot pay the value, or the gas doesn't cover the transaction's data.
        """
        # A base fee of zero lets the call name no fee at all.
        state = self.state(header.copy(base_fee_per_gas=0, gas_used=0))
        unsigned = self._chain.get_transaction_builder().new_unsigned_dynamic_fee_transaction(
            chain_id=DEVELOPMENT_CHAIN_ID,
            nonce=state.get_nonce(message.sender),
            max_priority_fee_per_gas=0,
            max_fee_per_gas=0,
            gas=header.gas_limit if message.gas is None else min(message.gas, header.gas_limit),
            to=message.to,
            value=message.value,
            data=message.data,
            access_list=(),
        )
        if unsigned.gas < unsigned.intrinsic_gas:
            raise RpcRefusal(SERVER_ERROR, f"intrinsic gas too low: have {unsigned.gas}, want {unsigned.intrinsic_gas}")
        balance = state.get_balance(message.sender)
        if balance < message.value:
            raise _insufficient_funds(balance, message.value)
        transaction: Any = SpoofTransaction(unsigned, from_=message.sender)
        return state.apply_transaction(transaction)

    def apply(self, raw: bytes) -> bytes:
        """Mine a signed transaction in a block of its own; returns its hash. One that reverts is mined too.

        Raises:
            RpcRefusal: it cannot be in the next block; nothing has changed.
        """
        transaction = self._decode(raw)
        if transaction.hash in self._mined:
            raise RpcRefusal(SERVER_ERROR, "already known")
        header = self.pending_header()
        self._check(transaction, header)
        try:
            self._chain.apply_transaction(transaction)
        except ValidationError as error:
            raise RpcRefusal(SERVER_ERROR, f"invalid transaction: {error}") from error
        number = self.mine().block_number
        self._mined[transaction.hash] = (transaction, number)
        self._filled.append(number)
        return bytes(transaction.hash)

    def mine(self) -> Any:
        """Mine what is pending, usually nothing; returns the header."""
        self.pending_header()
        self._backend.mine_blocks(1)
        self._clock.mined(self.head.timestamp)
        return self.head

    def snapshot(self) -> int:
        """Remember the chain and its clock as they are."""
        number = self._next_snapshot
        self._next_snapshot += 1
        self._snapshots[number] = (self.head.hash, self._clock.save())
        return number

    def revert(self, snapshot: int) -> bool:
        """Go back to a snapshot, which is used up with all later ones; False where there is none."""
        if snapshot not in self._snapshots:
            return False
        block_hash, clock = self._snapshots[snapshot]
        self._snapshots = {number: kept for number, kept in self._snapshots.items() if number < snapshot}
        self._backend.revert_to_snapshot(block_hash)
        self._clock.restore(clock)
        last = self.head.block_number
        self._filled = self.filled_blocks(0, last)
        self._mined = {key: found for key, found in self._mined.items() if found[1] <= last}
        return True

    def _decode(self, raw: bytes) -> Any:
        if raw[:1] == bytes([_BLOB_TYPE]):
            raise RpcRefusal(SERVER_ERROR, "blob transactions are not offered by this node")
        try:
            transaction = self._chain.get_transaction_builder().decode(raw)
            transaction.validate()
            # Fails unless the signature is one; kept with the transaction, as it is most of the work.
            _ = transaction.sender
        except (rlp.exceptions.RLPException, PyEVMError, ValidationError, BadSignature) as error:
            raise RpcRefusal(SERVER_ERROR, f"the transaction cannot be decoded: {error}") from error
        return transaction

    def _check(self, transaction: Any, header: Any) -> None:
        """What a node checks before it takes a transaction, in the words of Geth."""
        state = self.state(header)
        nonce = state.get_nonce(transaction.sender)
        balance = state.get_balance(transaction.sender)
        cost = transaction.gas * transaction.max_fee_per_gas + transaction.value
        if transaction.chain_id not in (None, DEVELOPMENT_CHAIN_ID):
            raise RpcRefusal(
                SERVER_ERROR, f"invalid chain id for signer: have {transaction.chain_id} want {DEVELOPMENT_CHAIN_ID}"
            )
        if transaction.nonce != nonce:
            order = "low" if transaction.nonce < nonce else "high"
            raise RpcRefusal(SERVER_ERROR, f"nonce too {order}: next nonce {nonce}, tx nonce {transaction.nonce}")
        if transaction.gas > header.gas_limit:
            raise RpcRefusal(SERVER_ERROR, "exceeds block gas limit")
        if transaction.gas < transaction.intrinsic_gas:
            raise RpcRefusal(
                SERVER_ERROR,
                f"intrinsic gas too low: gas {transaction.gas}, minimum needed {transaction.intrinsic_gas}",
            )
        if transaction.max_fee_per_gas < header.base_fee_per_gas:
            raise RpcRefusal(SERVER_ERROR, "max fee per gas less than block base fee")
        if balance < cost:
            raise _insufficient_funds(balance, cost)


def _insufficient_funds(balance: int, cost: int) -> RpcRefusal:
    return RpcRefusal(SERVER_ERROR, f"insufficient funds for gas * price + value: balance {balance}, tx cost {cost}")
