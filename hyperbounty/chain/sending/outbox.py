"""Sending for one account at a time: reserve a nonce, sign, store, send.

The order is the promise. A transaction is on the disk before a node can have it, so after a crash at any point it is
either unknown to everybody or known to the journal, and the journal sends the same bytes again: a node that has them
says so. A nonce is used once, so of all that was ever signed for it at most one is mined.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

from web3.exceptions import ContractLogicError, Web3RPCError

from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.headers import latest_header
from hyperbounty.chain.refusals import (
    FeeAboveCap,
    FeeTooLow,
    InsufficientFunds,
    KeyConflict,
    NonceConflict,
    NonceTooLow,
    PoolFull,
    TransactionUnreachable,
)
from hyperbounty.chain.sending.book import Book
from hyperbounty.chain.sending.broadcast import Broadcaster, request_of
from hyperbounty.chain.sending.fate import Mined, chain_identity, find_nonce_user, find_receipt
from hyperbounty.chain.sending.fees import current_fees
from hyperbounty.chain.sending.operation import Call, Operation, State
from hyperbounty.chain.sending.quote import Payer, Quote
from hyperbounty.chain.sending.tending import Caretaker
from hyperbounty.errors import ChainUnavailable
from hyperbounty.money import format_amount

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3

    from hyperbounty.chain.horizon import Horizon
    from hyperbounty.chain.policy import SendingPolicy
    from hyperbounty.chain.revert_data import Abi
    from hyperbounty.chain.sending.journal import Journal
    from hyperbounty.errors import ChainError

# An estimate holds for the state it was made on. Another transaction may come first, and a payment that forwards a
# fixed amount of gas needs it to be there; what is not used is not paid.
GAS_MARGIN_PERCENT: Final = 25
# EIP-7825: no transaction may have more. The margin ends there; an estimate beyond it is for an older chain.
_MAX_TRANSACTION_GAS: Final = 2**24
# A node that is behind itself: it counts a nonce as used and does not show by what. It catches up, or is asked no more.
_CATCH_UP_PAUSES_SECONDS: Final = (0.25, 0.5, 1.0, 2.0)
_FOREIGN_NONCES: Final = 5


class Outbox:
    """Sends for the accounts of one chain.

    Args:
        w3: the chain.
        node: how it is named in messages.
        policy: fees, replacement, confirmations.
        journal: where transactions are stored.
        horizon: at or above which the chain is read.
        sleep: of short pauses.
        wall: seconds since the epoch.
    """

    def __init__(
        self,
        w3: Web3,
        node: str,
        policy: SendingPolicy,
        journal: Journal,
        horizon: Horizon,
        *,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._w3 = w3
        self._node = node
        self._policy = policy
        self._journal = journal
        self._horizon = horizon
        self._sleep = sleep
        self._broadcaster = Broadcaster(w3, node, wall)
        self._caretaker = Caretaker(w3, node, policy, self._broadcaster)

    @cached_property
    def _chain(self) -> str:
        with node_failures(self._node):
            return chain_identity(self._w3)

    def under(self, policy: SendingPolicy) -> Self:
        """The same, with another policy."""
        other = copy.copy(self)
        other._policy = policy
        other._caretaker = Caretaker(self._w3, self._node, policy, self._broadcaster)
        return other

    def book(self, account: LocalAccount) -> Book:
        """The journal of `account` on this chain."""
        return Book(self._journal, self._chain, account.address)

    def enter(
        self,
        call: Call,
        account: LocalAccount,
        abi: Abi = (),
        key: str | None = None,
        *,
        same_call: bool = True,
    ) -> Operation:
        """The operation for `call`: the one that stands under `key`, or a new one, stored and sent.

        Args:
            call, account, abi, key: see `Transactions.send`.
            same_call: what stands under `key` must be this very call.

        Raises:
            KeyConflict: `key` stands for another call.
            TransactionReverted: it would fail; nothing was sent.
            InsufficientFunds: the account cannot pay the value and the highest possible fee; nothing was sent.
            FeeAboveCap: gas costs more than the policy allows; nothing was sent.
            NonceConflict: another transaction of the account is in the way.
            TransactionUnreachable: the node stopped answering; the transaction is stored and may have arrived.
        """
        book = self.book(account)
        with book.turn():
            for _ in range(_FOREIGN_NONCES):
                self._caretaker.tend(book, account)
                if key is not None and (standing := book.find(key)) is not None:
                    if same_call and standing.call != call:
                        raise KeyConflict(
                            f"the key {standing.key!r} stands for another call of this account already",
                            "name every operation by a key of its own",
                        )
                    return standing
                operation = self._launch(book, self._stored(book, call, account, abi, key), account, abi)
                if operation.state is not State.REPLACED:
                    return operation
        raise NonceConflict(
            f"other programs use the nonces of {account.address} faster than this one can",
            "let one program at a time send for this account",
        )

    def check(self, call: Call, account: Payer, abi: Abi = ()) -> Quote:
        """Ask what `enter` asks before it signs, and sign nothing; a price of gas above the cap may fall until then.

        Raises:
            TransactionReverted: it would fail as things stand.
            InsufficientFunds: the account cannot pay the value and the highest possible fee.
        """
        with node_failures(self._node, abi):
            gas, balance, _ = self._estimated(call, account)
            try:
                fees = current_fees(self._w3, self._policy, gas)
            except FeeAboveCap:
                return Quote(gas, None)
        if balance < (needed := call.value + gas * fees.most_wei):
            raise _insufficient(account.address, balance, needed)
        return Quote(gas, gas * fees.most_wei)

    def find(self, account: LocalAccount, key: str) -> Operation | None:
        """The operation that stands under `key`, everything of `account` having been looked after; None where none."""
        book = self.book(account)
        with book.turn():
            self._caretaker.tend(book, account)
            return book.find(key)

    def tend(self, account: LocalAccount) -> None:
        """Look after everything of `account` that is not final; see `Caretaker`."""
        book = self.book(account)
        with book.turn():
            self._caretaker.tend(book, account)

    def settle(self, account: LocalAccount, operation: Operation, mined: Mined, head: int) -> Operation:
        """Note the receipt of `operation`, read while `head` was the latest block."""
        return self._caretaker.settle(self.book(account), operation, mined, head)

    def _stored(self, book: Book, call: Call, account: LocalAccount, abi: Abi, key: str | None) -> Operation:
        """A new operation, estimated, priced, signed and on the disk; not sent yet."""
        eth = self._w3.eth
        with node_failures(self._node, abi):
            gas, balance, block = self._estimated(call, account)
            fees = current_fees(self._w3, self._policy, gas)
            if balance < (needed := call.value + gas * fees.most_wei):
                raise _insufficient(account.address, balance, needed)
            # The node counts what waits, ours and that of a wallet elsewhere; what it lost of ours it does not.
            nonce = int(eth.get_transaction_count(account.address, "pending"))
            if self._horizon.is_known:
                nonce = max(nonce, int(eth.get_transaction_count(account.address, self._horizon.latest())))
            reserved = {each.nonce for each in book.watched() if each.state is State.OPEN}
            while nonce in reserved:
                nonce += 1
            attempt = self._broadcaster.sign(call, account, nonce, gas, fees)
        return book.add(nonce, key, call, gas, block, attempt)

    def _estimated(self, call: Call, account: Payer) -> tuple[int, int, int]:
        """The gas to offer for `call`, the account's balance in wei, and the number of the block that says so."""
        # Behind one address may be several nodes, of which one lags; what we sent is in all that is read here.
        balance = int(self._w3.eth.get_balance(account.address, self._horizon.latest()))
        if balance < call.value:
            raise _insufficient(account.address, balance, call.value)
        estimate = self._estimate(call, account)
        header = latest_header(self._w3)
        most = max(estimate, min(header.gas_limit or _MAX_TRANSACTION_GAS, _MAX_TRANSACTION_GAS))
        return min(estimate + estimate * GAS_MARGIN_PERCENT // 100, most), balance, header.number

    def _estimate(self, call: Call, account: Payer) -> int:
        """The gas that `call` needs. A refusal counts once it is one by the state that holds our own transactions."""
        eth = self._w3.eth
        request = request_of(call, account)
        for pause in (*_CATCH_UP_PAUSES_SECONDS, None):
            try:
                return int(eth.estimate_gas(request))
            except (ContractLogicError, Web3RPCError):
                if not self._horizon.is_known:
                    raise
                known = int(eth.estimate_gas(request, self._horizon.latest()))
                if pause is None:
                    return known
                self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _launch(self, book: Book, operation: Operation, account: LocalAccount, abi: Abi) -> Operation:
        """Send what was stored just now."""
        try:
            refusal = self._broadcaster.offer(operation.latest, abi)
        except ChainUnavailable as error:
            raise unreachable(operation, error) from error
        if refusal is None or isinstance(refusal, PoolFull):
            # Where the pool is full, whoever waits for the transaction offers it again.
            return operation
        if isinstance(refusal, FeeTooLow):
            with node_failures(self._node):
                if self._caretaker.raise_fee(book, operation, account, refusal.fault):
                    return book.get(operation)
        if isinstance(refusal, NonceTooLow):
            return self._explained(book, operation, account, refusal)
        book.refuse(operation, refusal.what)
        raise refusal

    def _explained(self, book: Book, operation: Operation, account: LocalAccount, refusal: ChainError) -> Operation:
        """The node says that the nonce is used: by this very transaction (a lost answer), or by another one."""
        for pause in (*_CATCH_UP_PAUSES_SECONDS, None):
            with node_failures(self._node):
                if find_receipt(self._w3, operation.hashes) is not None:
                    return operation
                user = find_nonce_user(self._w3, account.address, operation.nonce, operation.since_block)
            if user is not None and user.hash not in operation.hashes:
                # The node never took it, and now none can: so another nonce cannot double it.
                return book.replace(operation, user.hash)
            if user is not None:
                return operation
            if pause is not None:
                self._sleep(pause)
        book.refuse(operation, refusal.what)
        raise refusal


def what_to_do(operation: Operation) -> str:
    """The next step for an operation whose fate is open."""
    if operation.key is not None:
        return "give the same command again: it finds this transaction and sends no second one"
    return "look that transaction up before you repeat the step: it may have arrived"


def unreachable(operation: Operation, error: ChainUnavailable) -> TransactionUnreachable:
    """The node stopped answering while `operation` was on its way."""
    return TransactionUnreachable(
        f"transaction {operation.latest.hash} was on its way when: {error.what}",
        what_to_do(operation),
        transaction_hash=operation.latest.hash,
    )


def _insufficient(address: str, balance: int, needed: int) -> InsufficientFunds:
    return InsufficientFunds(
        f"{address} holds {format_amount(balance)} and needs {format_amount(needed)} for the value and the fee",
        "send it coins, or use another account",
    )
