"""Transactions: sent once whatever happens, and believed once they are deep enough.

The key never leaves this process; a node gets only signed bytes. What would revert is found while the gas is estimated,
before anything is sent or paid. `outbox` sends, `tending` repairs; here is the wait for the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import rlp  # type: ignore[import-untyped]
from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak

from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.headers import read_header
from hyperbounty.chain.horizon import Horizon
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import FeeAboveCap, TransactionReplaced, TransactionUnconfirmed
from hyperbounty.chain.sending.broadcast import request_of
from hyperbounty.chain.sending.fate import Mined, find_receipt, logs_of
from hyperbounty.chain.sending.journal import Journal
from hyperbounty.chain.sending.operation import Call, Operation, State
from hyperbounty.chain.sending.outbox import Outbox, unreachable, what_to_do
from hyperbounty.chain.sending.quote import Payer, Quote
from hyperbounty.chain.sending.tending import succeeded
from hyperbounty.chain.values import checksummed
from hyperbounty.errors import ChainError, ChainUnavailable, TransactionReverted

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3

    from hyperbounty.chain.logs import Log
    from hyperbounty.chain.revert_data import Abi
    from hyperbounty.patience import OnOutage

RECEIPT_TIMEOUT_SECONDS: Final = 180.0
_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0
_TEND_SECONDS: Final = 4.0


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction.

    Attributes:
        hash: of the transaction that was mined, 0x-hex.
        block: number of the block that holds it.
        gas_used: units of gas; None where the node does not say.
        fee_wei: what the sender paid for them; None where it cannot be known.
        status: 1, always: a transaction that failed raises instead.
        logs: what it emitted; `hyperbounty.chain.logs.decode_logs` reads them.
        contract_address: of the contract it created, or None.
    """

    hash: str
    block: int
    gas_used: int | None
    fee_wei: int | None
    status: int
    logs: tuple[Log, ...]
    contract_address: str | None = None


class Transactions:
    """Sends the transactions of one chain.

    Args:
        w3: the chain.
        node: how it is named in messages.
        policy: fees, replacement, confirmations.
        journal: where transactions are stored before they are sent; in memory where none is given.
        horizon: is told of the blocks that hold them.
        on_wait: is told the seconds waited and the reason while gas is dearer than the policy allows.
        sleep, monotonic: of waiting.
        wall: seconds since the epoch, noted with each signature.

    Attributes:
        on_sent: is told the hash of each transaction once it is on its way.
    """

    def __init__(
        self,
        w3: Web3,
        node: str,
        *,
        policy: SendingPolicy | None = None,
        journal: Journal | None = None,
        horizon: Horizon | None = None,
        on_wait: OnOutage | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._w3 = w3
        self._node = node
        self._policy = policy or SendingPolicy()
        self._on_wait = on_wait
        self.on_sent: Callable[[str], None] = lambda _: None
        self._sleep = sleep
        self._monotonic = monotonic
        self._horizon = horizon or Horizon(w3, node)
        self._longest_seconds: float | None = None
        self._outbox = Outbox(w3, node, self._policy, journal or Journal(), self._horizon, sleep=sleep, wall=wall)

    @contextmanager
    def within(self, policy: SendingPolicy, longest_seconds: float) -> Iterator[None]:
        """Inside, transactions are priced by `policy`, and nothing is waited for longer than `longest_seconds`.

        For one thread. What is not mined by then raises `TransactionUnconfirmed`, and goes on under its key.
        """
        before = self._policy, self._outbox, self._longest_seconds
        self._policy, self._outbox, self._longest_seconds = policy, self._outbox.under(policy), longest_seconds
        try:
            yield
        finally:
            self._policy, self._outbox, self._longest_seconds = before

    def send(
        self,
        call: Call,
        account: LocalAccount,
        abi: Abi = (),
        *,
        key: str | None = None,
        same_call: bool = True,
        timeout: float = RECEIPT_TIMEOUT_SECONDS,
    ) -> Receipt:
        """Send `call` from `account` and wait until it is as deep in the chain as the policy asks.

        Where a transaction stands under `key` already, open or mined with success, that one is waited for and no other
        is sent. A key whose transaction failed or was replaced is free again.

        Args:
            call: what to do.
            account: that signs and pays.
            abi: of the contract; its errors are decoded.
            key: names this one operation among all of this account, in this and every later process.
            same_call: what stands under `key` must be this very call; else it counts whatever it is.
            timeout: seconds to wait to be mined, and then for each further block.

        Raises:
            TransactionReverted: it would fail, and was not sent; or it was mined and failed all the same.
            InsufficientFunds: the account cannot pay the value and the highest possible fee; nothing was sent.
            FeeAboveCap: gas stayed dearer than the policy allows for `timeout` seconds; nothing was sent.
            KeyConflict: `key` stands for another call.
            NonceConflict: another transaction of the account is in the way.
            TransactionReplaced: another transaction with its nonce was mined instead.
            TransactionUnconfirmed: it was sent and is not mined, or not deep enough, after `timeout` seconds.
            ChainUnavailable: the node stopped answering; `TransactionUnreachable` where one may be on its way.
        """
        operation = self._entered(call, account, abi, key, timeout, same_call=same_call)
        return self._finished(operation, account, abi, timeout)

    def send_once(
        self,
        account: LocalAccount,
        key: str | None,
        make_call: Callable[[], Call | None],
        abi: Abi = (),
        *,
        timeout: float = RECEIPT_TIMEOUT_SECONDS,
    ) -> Receipt | None:
        """The receipt of what was sent under `key`, whatever its call; where nothing was, make the call and send it.

        The journal is asked before `make_call`, so what is final is in what `make_call` reads. It is asked once more
        when the nonce is reserved: what another process has sent under `key` meanwhile counts too.

        Args:
            account, key, abi, timeout: see `send`.
            make_call: may read the chain, and send other transactions; None where there is nothing to do.

        Raises:
            As `send`, without `KeyConflict`.
        """
        operation = None if key is None else self._outbox.find(account, key)
        if operation is None:
            call = make_call()
            if call is None:
                return None
            operation = self._entered(call, account, abi, key, timeout, same_call=False)
        return self._finished(operation, account, abi, timeout)

    def resume(
        self, account: LocalAccount, key: str, abi: Abi = (), *, timeout: float = RECEIPT_TIMEOUT_SECONDS
    ) -> Receipt | None:
        """Carry the transaction that stands under `key` to its end, whatever its call; None where none stands.

        Raises:
            As `send`, except what is found out before anything is sent.
        """
        return self.send_once(account, key, lambda: None, abi, timeout=timeout)

    def check(self, call: Call, account: Payer, abi: Abi = ()) -> Quote:
        """Raise what `send` would find out before it signs; see `Outbox.check`."""
        return self._outbox.check(call, account, abi)

    def is_final(self, account: LocalAccount, key: str) -> bool:
        """Whether a transaction stands under `key`, was as deep in the chain as the policy asks, and is still there."""
        operation = self._outbox.find(account, key)
        return operation is not None and operation.state is State.FINAL and self._look(operation)[1] is not None

    def _finished(self, operation: Operation, account: LocalAccount, abi: Abi, timeout: float) -> Receipt:
        try:
            operation, receipt = self._awaited(operation, account, timeout)
        except ChainUnavailable as error:
            raise unreachable(operation, error) from error
        return self._outcome(receipt, operation, account, abi)

    def _entered(
        self, call: Call, account: LocalAccount, abi: Abi, key: str | None, timeout: float, *, same_call: bool
    ) -> Operation:
        waited, timeout = 0.0, self._shortened(timeout)
        while True:
            try:
                operation = self._outbox.enter(call, account, abi, key, same_call=same_call)
                self.on_sent(operation.latest.hash)
                return operation
            except FeeAboveCap as error:
                if waited >= timeout:
                    raise
                if self._on_wait is not None:
                    self._on_wait(waited, error.what)
                pause = min(_LONGEST_PAUSE_SECONDS, timeout - waited)
                self._sleep(pause)
                waited += pause

    def _awaited(self, operation: Operation, account: LocalAccount, timeout: float) -> tuple[Operation, Mined]:
        """The operation and its receipt, once it is deep enough."""
        timeout = self._shortened(timeout)
        book = self._outbox.book(account)
        pause = _FIRST_PAUSE_SECONDS
        depth = 0
        seen = False
        deadline = self._monotonic() + timeout
        tend_at = self._monotonic() + _TEND_SECONDS
        while True:
            operation = book.get(operation)
            head, receipt = self._look(operation)
            if receipt is not None:
                operation = self._outbox.settle(account, operation, receipt, head)
                before = depth
                depth = head - receipt.block + 1
                seen = True
                if depth >= self._policy.confirmations:
                    self._horizon.saw(receipt.hash, receipt.block, head)
                    return operation, receipt
                if depth > before:
                    deadline = self._monotonic() + timeout
            elif seen or operation.state is State.FINAL or self._monotonic() >= tend_at:
                # A reorganization undid it, or it waits long enough to be looked after.
                if operation.state is State.FINAL:
                    operation = book.reopen(operation)
                self._outbox.tend(account)
                operation = self._standing(book.get(operation), account)
                depth = 0
                seen = False
                tend_at = self._monotonic() + _TEND_SECONDS
            if self._monotonic() >= deadline:
                raise self._unconfirmed(operation, depth, timeout)
            self._sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)

    def _shortened(self, timeout: float) -> float:
        return timeout if self._longest_seconds is None else min(timeout, self._longest_seconds)

    def _look(self, operation: Operation) -> tuple[int, Mined | None]:
        """The latest block's number, and the receipt read after it: so the depth is never overestimated."""
        with node_failures(self._node):
            head = int(self._w3.eth.block_number)
            receipt = find_receipt(self._w3, operation.hashes, canonical=self._policy.confirmations > 1)
            # A node may mine between both questions.
            return head if receipt is None else max(head, receipt.block), receipt

    def _standing(self, operation: Operation, account: LocalAccount) -> Operation:
        """`operation`, or what stands under its key, where a transaction believed refused took its nonce after all."""
        if operation.state not in (State.REPLACED, State.REFUSED):
            return operation
        book = self._outbox.book(account)
        if operation.key is not None and (other := book.find(operation.key)) is not None:
            return other
        if operation.state is State.REFUSED:
            raise ChainError(
                f"{self._node} no longer takes transaction {operation.latest.hash}: {operation.note}",
                "settle that, and give the same command again",
            )
        raise TransactionReplaced(
            f"transaction {operation.latest.hash} will not be mined: nonce {operation.nonce} of {account.address} was"
            f" used by {operation.note}",
            "look that one up; if it was not yours to cancel this one, give the same command again",
            transaction_hash=operation.latest.hash,
            by=operation.note,
        )

    def _unconfirmed(self, operation: Operation, depth: int, timeout: float) -> TransactionUnconfirmed:
        what = f"transaction {operation.latest.hash} is not mined after {timeout:.0f} seconds"
        if depth:
            what = (
                f"transaction {operation.latest.hash} has {depth} of {self._policy.confirmations} confirmations, and"
                f" no further block came for {timeout:.0f} seconds"
            )
        return TransactionUnconfirmed(what, what_to_do(operation), transaction_hash=operation.latest.hash)

    def _outcome(self, mined: Mined, operation: Operation, account: LocalAccount, abi: Abi) -> Receipt:
        if not succeeded(mined, operation):
            raise self._failure(mined, operation, account, abi)
        price = self._price(mined, operation)
        with node_failures(self._node):
            logs = logs_of(self._w3, mined)
        return Receipt(
            hash=mined.hash,
            block=mined.block,
            gas_used=mined.gas_used,
            fee_wei=None if mined.gas_used is None or price is None else mined.gas_used * price,
            status=1,
            logs=logs,
            contract_address=mined.contract_address or _made_contract(operation, account),
        )

    def _price(self, mined: Mined, operation: Operation) -> int | None:
        """What a unit of gas cost; where the receipt does not say, by EIP-1559 from the block's base fee."""
        if mined.price_wei is not None:
            return mined.price_wei
        fees = next((attempt.fees for attempt in operation.attempts if attempt.hash == mined.hash), None)
        if fees is None or fees.tip_wei is None:
            return None if fees is None else fees.most_wei
        with node_failures(self._node):
            header = read_header(self._w3, mined.block)
        if header is None or header.base_fee_wei is None:
            return None
        return min(fees.most_wei, header.base_fee_wei + fees.tip_wei)

    def _failure(self, mined: Mined, operation: Operation, account: LocalAccount, abi: Abi) -> TransactionReverted:
        """Why a mined transaction failed; only the same call on the state of its block can say."""
        where = f"transaction {mined.hash} failed in block {mined.block}"
        if mined.gas_used is not None and mined.gas_used >= operation.gas:
            return TransactionReverted(f"{where}: it ran out of gas", "try again: the state it met was another one")
        try:
            with node_failures(self._node, abi):
                self._w3.eth.call(request_of(operation.call, account), mined.block)
        except TransactionReverted as error:
            return TransactionReverted(f"{where}: {error.what}", error=error.error, arguments=error.arguments)
        except ChainError:
            pass
        return TransactionReverted(f"{where}, and the reason is not known any more", "look it up in a block explorer")


def _made_contract(operation: Operation, account: LocalAccount) -> str | None:
    """The address of the contract that a deployment made: by its sender and nonce (Yellow Paper, section 7)."""
    if operation.call.to:
        return None
    made = keccak(rlp.encode([to_canonical_address(account.address), operation.nonce]))
    return checksummed(f"0x{made[12:].hex()}")
