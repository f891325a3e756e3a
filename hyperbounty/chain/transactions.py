"""Transactions: estimated, priced, signed here, sent, waited for.

The key never leaves this process; a node gets only signed bytes. What would revert is found while the gas is estimated,
before anything is sent or paid.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from hexbytes import HexBytes
from web3.exceptions import TransactionIndexingInProgress, TransactionNotFound, Web3RPCError
from web3.types import RPCEndpoint, Wei

from hyperbounty.chain.failures import Abi, InsufficientFunds, TransactionUnconfirmed, is_already_known, node_failures
from hyperbounty.errors import ChainError, ChainUnavailable, TransactionReverted
from hyperbounty.money import format_amount

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3
    from web3.types import LogReceipt, TxParams, TxReceipt

# An estimate holds for the state it was made on. Another transaction may come first, and a payment that forwards a
# fixed amount of gas needs it to be there; what is not used is not paid.
GAS_MARGIN_PERCENT: Final = 25
RECEIPT_TIMEOUT_SECONDS: Final = 180.0
_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0
_FALLBACK_TIP_WEI: Final = 10**9


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction.

    Attributes:
        hash: of the transaction, 0x-hex.
        block: number of the block that holds it.
        gas_used: units of gas.
        fee_wei: what the sender paid for them.
        status: 1, always: a transaction that failed raises instead.
        logs: what it emitted, as web3 gives it; `hyperbounty.chain.logs.decode_logs` reads them.
        contract_address: of the contract it created, or None.
    """

    hash: str
    block: int
    gas_used: int
    fee_wei: int
    status: int
    logs: tuple[LogReceipt, ...]
    contract_address: str | None = None


class Transactions:
    """Sends the transactions of one chain, one at a time for each nonce to be taken once.

    Args:
        w3: the chain.
        node: how it is named in messages.
        sleep, monotonic: of the wait for receipts.
    """

    def __init__(
        self,
        w3: Web3,
        node: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._w3 = w3
        self._node = node
        self._sleep = sleep
        self._monotonic = monotonic
        self._lock = Lock()

    def send(
        self,
        request: TxParams,
        account: LocalAccount,
        abi: Abi = (),
        *,
        timeout: float = RECEIPT_TIMEOUT_SECONDS,
    ) -> Receipt:
        """Send `request` (`to`, `data`, `value`) from `account` and wait until it is mined.

        Raises:
            TransactionReverted: it would fail, and was not sent; or it was mined and failed all the same.
            InsufficientFunds: the account cannot pay the value and the highest possible fee; nothing was sent.
            NonceConflict: another transaction of the account is in the way.
            TransactionUnconfirmed: it was sent and is not mined after `timeout` seconds.
        """
        with self._lock:
            with node_failures(self._node, abi):
                filled = self._filled(request, account)
            signed = account.sign_transaction(filled)  # type: ignore[arg-type]
            transaction_hash = f"0x{signed.hash.hex()}"
            self._broadcast(bytes(signed.raw_transaction), transaction_hash, abi)
        return self._outcome(self._mined(transaction_hash, timeout), filled, abi)

    def _filled(self, request: TxParams, account: LocalAccount) -> TxParams:
        eth = self._w3.eth
        value, balance = int(request.get("value", 0)), eth.get_balance(account.address)
        if balance < value:
            raise self._insufficient(account.address, balance, value)
        filled: TxParams = {**request, "from": account.address, "value": Wei(value)}
        estimate = eth.estimate_gas(filled)
        block = eth.get_block("latest")
        gas = min(estimate + estimate * GAS_MARGIN_PERCENT // 100, max(estimate, block["gasLimit"]))
        fees, price = self._fees(block.get("baseFeePerGas"))
        if balance < value + gas * price:
            raise self._insufficient(account.address, balance, value + gas * price)
        return {
            **filled,
            **fees,
            "gas": gas,
            "nonce": eth.get_transaction_count(account.address, "pending"),
            "chainId": eth.chain_id,
        }

    def _fees(self, base_fee: int | None) -> tuple[TxParams, int]:
        """The fields of the fee, and the most that a unit of gas can cost."""
        eth = self._w3.eth
        if base_fee is None:
            price = eth.gas_price
            return {"gasPrice": price}, price
        try:
            # Not through `eth.max_priority_fee`, which warns on the terminal where a node lacks the method.
            tip = int(self._w3.manager.request_blocking(RPCEndpoint("eth_maxPriorityFeePerGas"), []), 16)
        except Web3RPCError:
            tip = _FALLBACK_TIP_WEI
        # Twice the base fee stays valid through six full blocks; only the base fee of the block is paid.
        most = 2 * int(base_fee) + tip
        return {"maxFeePerGas": Wei(most), "maxPriorityFeePerGas": Wei(tip)}, most

    def _insufficient(self, address: str, balance: int, needed: int) -> InsufficientFunds:
        return InsufficientFunds(
            f"{address} holds {format_amount(balance)} and needs {format_amount(needed)} for the value and the fee",
            "send it coins, or use another account",
        )

    def _broadcast(self, raw: bytes, transaction_hash: str, abi: Abi) -> None:
        try:
            with node_failures(self._node, abi):
                try:
                    self._w3.eth.send_raw_transaction(raw)
                except Web3RPCError as error:
                    # By its hash it is this very transaction that the node has already.
                    if not is_already_known(error):
                        raise
        except ChainUnavailable as error:
            raise TransactionUnconfirmed(
                f"{self._node} stopped answering while transaction {transaction_hash} was sent",
                "look that transaction up before you repeat the step: it may have arrived",
                transaction_hash=transaction_hash,
            ) from error

    def _mined(self, transaction_hash: str, timeout: float) -> TxReceipt:
        deadline, pause = self._monotonic() + timeout, _FIRST_PAUSE_SECONDS
        while (receipt := self._receipt(transaction_hash)) is None:
            if self._monotonic() >= deadline:
                raise TransactionUnconfirmed(
                    f"transaction {transaction_hash} is not mined after {timeout:.0f} seconds",
                    "look it up before you repeat the step: it may still be mined",
                    transaction_hash=transaction_hash,
                )
            self._sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        return receipt

    def _receipt(self, transaction_hash: str) -> TxReceipt | None:
        try:
            with node_failures(self._node):
                try:
                    return self._w3.eth.get_transaction_receipt(HexBytes(transaction_hash))
                except (TransactionNotFound, TransactionIndexingInProgress):
                    return None
        except ChainUnavailable:
            # The transaction is on its way; a short outage of the node changes nothing about it.
            return None

    def _outcome(self, receipt: TxReceipt, request: TxParams, abi: Abi) -> Receipt:
        transaction_hash = f"0x{receipt['transactionHash'].hex()}"
        if receipt["status"] == 0:
            raise self._failure(receipt, request, transaction_hash, abi)
        return Receipt(
            hash=transaction_hash,
            block=int(receipt["blockNumber"]),
            gas_used=int(receipt["gasUsed"]),
            fee_wei=int(receipt["gasUsed"]) * int(receipt["effectiveGasPrice"]),
            status=int(receipt["status"]),
            logs=tuple(receipt["logs"]),
            contract_address=receipt["contractAddress"],
        )

    def _failure(self, receipt: TxReceipt, request: TxParams, transaction_hash: str, abi: Abi) -> TransactionReverted:
        """Why a mined transaction failed; only the same call on the state of its block can say."""
        where = f"transaction {transaction_hash} failed in block {receipt['blockNumber']}"
        if receipt["gasUsed"] >= int(request["gas"]):
            return TransactionReverted(f"{where}: it ran out of gas", "try again: the state it met was another one")
        again: TxParams = {"from": request["from"], "data": request.get("data", b""), "value": request["value"]}
        if "to" in request:
            again["to"] = request["to"]
        try:
            with node_failures(self._node, abi):
                self._w3.eth.call(again, receipt["blockNumber"])
        except TransactionReverted as error:
            return TransactionReverted(f"{where}: {error.what}", error=error.error, arguments=error.arguments)
        except ChainError:
            pass
        return TransactionReverted(f"{where}, and the reason is not known any more", "look it up in a block explorer")
