"""Looking after what was sent: note what is mined, send again what was lost, raise the fee of what waits too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.chain.failures import node_failures
from hyperbounty.chain.refusals import FeeAboveCap, FeeTooLow, NonceConflict, PoolFull
from hyperbounty.chain.sending.book import Book
from hyperbounty.chain.sending.fate import Mined, find_nonce_user, find_receipt, is_known
from hyperbounty.chain.sending.fees import current_fees
from hyperbounty.chain.sending.operation import Operation, State

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3

    from hyperbounty.chain.fee_faults import FeeFault
    from hyperbounty.chain.policy import SendingPolicy
    from hyperbounty.chain.sending.broadcast import Broadcaster


def succeeded(mined: Mined, operation: Operation) -> bool:
    """Whether a mined operation did what it was to do.

    Where the receipt does not say, one that used all of its gas failed, and any other is taken to have succeeded: its
    gas was estimated with a margin, and what depends on it is read from the chain.
    """
    if mined.succeeded is not None:
        return mined.succeeded
    return mined.gas_used is None or mined.gas_used < operation.gas


class Caretaker:
    """Keeps the journal and the chain in step, for one account at a time; the caller holds the account's turn.

    Args:
        w3: the chain.
        node: how it is named in messages.
        policy: fees, replacement, confirmations.
        broadcaster: signs and sends.
    """

    def __init__(self, w3: Web3, node: str, policy: SendingPolicy, broadcaster: Broadcaster) -> None:
        self._w3 = w3
        self._node = node
        self._policy = policy
        self._broadcaster = broadcaster

    def tend(self, book: Book, account: LocalAccount) -> None:
        """See to everything of `account` that may still change."""
        watched = book.watched()
        if not watched:
            return
        with node_failures(self._node):
            head = int(self._w3.eth.block_number)
            used = int(self._w3.eth.get_transaction_count(account.address, "latest"))
            for operation in watched:
                self._review(book, operation, account, head, used)

    def settle(self, book: Book, operation: Operation, mined: Mined, head: int) -> Operation:
        """Note the receipt of `operation`, final where its block is as deep as the policy asks."""
        final = head - mined.block + 1 >= self._policy.confirmations
        return book.mine(operation, mined.block, succeeded=succeeded(mined, operation), final=final)

    def raise_fee(self, book: Book, operation: Operation, account: LocalAccount, fault: FeeFault | None = None) -> bool:
        """Sign `operation` again with a higher fee, where cap and balance allow; whether the node took it.

        Args:
            book, operation, account: what is sent again.
            fault: what the node says about the fee; a floor that it names is reached.
        """
        try:
            current = current_fees(self._w3, self._policy, operation.gas)
        except FeeAboveCap:
            return False
        offered, cap = operation.latest.fees, self._policy.cap_wei(operation.gas)
        fees = None if fault is None else offered.reaching(fault, cap)
        if fees is None:
            fees = offered.raised(current, cap)
        if fees is None:
            return False
        if self._w3.eth.get_balance(account.address) < operation.call.value + operation.gas * fees.most_wei:
            return False
        attempt = self._broadcaster.sign(operation.call, account, operation.nonce, operation.gas, fees)
        book.add_attempt(operation, attempt)
        return self._broadcaster.offer(attempt) is None

    def _review(self, book: Book, operation: Operation, account: LocalAccount, head: int, used: int) -> None:
        receipt = find_receipt(self._w3, operation.hashes, canonical=self._policy.confirmations > 1)
        if receipt is not None:
            self.settle(book, operation, receipt, head)
        elif operation.nonce < used:
            user = find_nonce_user(self._w3, account.address, operation.nonce, operation.since_block)
            # Without that proof nothing is concluded: a node may know its count before its receipts.
            proven = user is not None and user.hash not in operation.hashes
            if user is not None and proven and head - user.block + 1 >= self._policy.confirmations:
                book.replace(operation, user.hash)
        elif operation.state is not State.REFUSED or is_known(self._w3, operation.hashes):
            if operation.state is not State.OPEN:
                operation = book.reopen(operation)
            self._push(book, operation, account, is_next=operation.nonce == used)

    def _push(self, book: Book, operation: Operation, account: LocalAccount, *, is_next: bool) -> None:
        """See that the node has an open operation, at a fee that gets it mined."""
        if is_known(self._w3, operation.hashes):
            limit = self._policy.replace_after_seconds
            # Those behind it wait for it, not for a higher fee of their own.
            if is_next and limit and self._broadcaster.age(operation.latest) >= limit:
                self.raise_fee(book, operation, account)
            return
        refusal = self._broadcaster.offer(operation.latest)
        if isinstance(refusal, FeeTooLow):
            self.raise_fee(book, operation, account, refusal.fault)
        elif refusal is not None and not isinstance(refusal, NonceConflict | PoolFull):
            book.refuse(operation, refusal.what)
        # In a conflict somebody else's transaction waits with this nonce. It may be the owner's way to cancel ours, so
        # it is not outbid; whichever is mined decides.
