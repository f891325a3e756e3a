"""The blocks and the state of the embedded chain: py-evm with the rules of Prague, one transaction a block."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import rlp  # type: ignore[import-untyped]
from eth.exceptions import PyEVMError
from eth.vm.spoof import SpoofTransaction
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

from hyperbounty.chain.development import (
    DEVELOPMENT_ACCOUNTS,
    DEVELOPMENT_CHAIN_ID,
    development_account,
)
from hyperbounty.chain.embedded.clock import BlockClock, ClockSetting
from hyperbounty.chain.embedded.database import ChainDatabase, KeptLog
from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.rules import DevelopmentChain

if TYPE_CHECKING:
    from eth.abc import BlockAPI, BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI, StateAPI
    from eth_typing import Address

_BLOB_TYPE: Final = 3
# Of some kilobytes each.
_DECODED: Final = 512


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
    """A chain with the ten public development accounts. Not safe for use by threads at once.

    Args:
        clock: gives the timestamps. It goes on where it stood when the chain was kept last.
        file: that keeps the chain; without one it is gone with the process.

    Attributes:
        accounts: the funded addresses, in the order of their derivation.
        is_new: whether the chain begins here.

    Raises:
        InvalidInput, ChainError: the file cannot be used, see `ChainDatabase`.
    """

    def __init__(self, clock: BlockClock, file: Path | None = None) -> None:
        self._clock = clock
        self.accounts = tuple(bytes.fromhex(development_account(i).address[2:]) for i in range(DEVELOPMENT_ACCOUNTS))
        self._database = ChainDatabase(file)
        with self._database.failures():
            kept = self._database.clock
            self.is_new = kept is None
            if kept is None:
                self._chain: Any = DevelopmentChain.begin(self._database, clock.start(), self.accounts)
            else:
                clock.setting = ClockSetting(*kept)
                self._chain = DevelopmentChain.resume(self._database)
        self._kept_clock: ClockSetting | None = None
        self._snapshots: dict[int, tuple[bytes, ClockSetting]] = {}
        self._next_snapshot = 1
        # Most of the work is the sender, which follows from the signature.
        self._decoded = lru_cache(maxsize=_DECODED)(self._only_transaction)
        self.keep()

    def keep(self) -> None:
        """Keep what was changed since the last time, all of it.

        Raises:
            ChainError: it cannot be written; nothing was changed.
        """
        try:
            if self._clock.setting != self._kept_clock:
                self._database.set_clock(self._clock.setting.offset, self._clock.setting.forced)
            self._database.keep()
        except BaseException:
            self.undo()
            raise
        self._kept_clock = self._clock.setting

    def undo(self) -> None:
        """Go back to what was kept last."""
        self._database.undo()
        if self._kept_clock is not None:
            self._clock.setting = self._kept_clock
            self._chain = DevelopmentChain.resume(self._database)
            self._decoded.cache_clear()

    def failures(self) -> AbstractContextManager[None]:
        """What the database raises inside, as a `ChainError`."""
        return self._database.failures()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

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
        number = self._database.block_of(transaction_hash)
        return None if number is None else self._decoded(number)

    def receipt(self, number: int) -> ReceiptAPI:
        """The receipt of the only transaction of block `number`."""
        receipt: ReceiptAPI = self._chain.get_transaction_receipt_by_index(number, 0)
        return receipt

    def logs(self, first: int, last: int, addresses: Collection[bytes] | None) -> Iterator[KeptLog]:
        """The logs of the blocks from `first` to `last`, both included, of `addresses` or of all."""
        return self._database.logs(first, last, addresses)

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
        if self._database.block_of(transaction.hash) is not None:
            raise RpcRefusal(SERVER_ERROR, "already known")
        header = self.pending_header()
        self._check(transaction, header)
        try:
            self._chain.apply_transaction(transaction)
        except ValidationError as error:
            raise RpcRefusal(SERVER_ERROR, f"invalid transaction: {error}") from error
        mined = self.mine()
        number = int(mined.block_number)
        logs = (
            KeptLog(number, mined.hash, transaction.hash, position, log.address, _words(log.topics), log.data)
            for position, log in enumerate(self.receipt(number).logs)
        )
        self._database.add_transaction(number, mined.hash, transaction.hash, logs)
        return bytes(transaction.hash)

    def mine(self) -> Any:
        """Mine what is pending, usually nothing; returns the header."""
        self.pending_header()
        self._chain.mine_pending()
        self._clock.mined(self.head.timestamp)
        return self.head

    def snapshot(self) -> int:
        """Remember the chain and its clock as they are."""
        number = self._next_snapshot
        self._next_snapshot += 1
        self._snapshots[number] = (self.head.hash, self._clock.setting)
        return number

    def revert(self, snapshot: int) -> bool:
        """Go back to a snapshot, which is used up with all later ones; False where there is none."""
        if snapshot not in self._snapshots:
            return False
        block_hash, clock = self._snapshots[snapshot]
        self._snapshots = {number: kept for number, kept in self._snapshots.items() if number < snapshot}
        self._chain.go_back_to(block_hash)
        self._clock.setting = clock
        self._database.forget_after(self.head.block_number)
        self._decoded.cache_clear()
        return True

    def _only_transaction(self, number: int) -> tuple[SignedTransactionAPI, Any]:
        header = self.header(number)
        return self.block(header).transactions[0], header

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


def _words(topics: Iterable[int]) -> tuple[bytes, ...]:
    return tuple(topic.to_bytes(32, "big") for topic in topics)
