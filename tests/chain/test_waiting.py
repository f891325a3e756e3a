"""Waiting: for a time on chains whose clock nobody can move, and for receipts that do not come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.clock import advance
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import METHOD_NOT_FOUND, SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.refusals import NonceConflict, TransactionUnconfirmed
from hyperbounty.chain.sending.operation import Call
from hyperbounty.chain.sending.transactions import Transactions
from hyperbounty.errors import ChainError


class Altered(DevelopmentNode):
    """A node whose answer to some methods is another one."""

    def __init__(self, **answers: Callable[[list[Any]], Any]) -> None:
        super().__init__()
        self.answers = answers

    def handle(self, method: str, params: list[Any]) -> Any:
        if method in self.answers:
            return self.answers[method](params)
        return super().handle(method, params)


def refuse(code: int, message: str) -> Callable[[list[Any]], Any]:
    def refused(_: list[Any]) -> Any:
        raise RpcRefusal(code, message)

    return refused


class Time:
    """A clock that passes by sleeping."""

    def __init__(self, then: Callable[[float], None] = lambda _: None) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._then = then

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)
        self._then(seconds)

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize("code", [METHOD_NOT_FOUND, SERVER_ERROR])
def test_a_chain_that_cannot_be_moved_is_waited_for(code: int) -> None:
    node = Altered(evm_setNextBlockTimestamp=refuse(code, "the method does not exist/is not available"))

    def mine(seconds: float) -> None:
        node.handle("evm_increaseTime", [int(seconds) - 1])
        node.handle("evm_mine", [])

    time = Time(mine)
    left: list[int] = []
    chain = Chain(EmbeddedProvider(node), sleep=time.sleep)
    target = chain.timestamp() + 20
    chain.advance_to(target, on_wait=left.append)
    assert chain.timestamp() == target
    assert left == [20, 14, 8, 2]
    assert time.pauses == [6, 6, 6, 2]


def test_a_chain_without_new_blocks_is_given_up_on() -> None:
    node = Altered(evm_setNextBlockTimestamp=refuse(METHOD_NOT_FOUND, "no such method"))
    chain, time = Chain(EmbeddedProvider(node)), Time()
    with pytest.raises(ChainError, match="no block for 15 minutes"):
        advance(chain.w3, chain.timestamp() + 20, sleep=time.sleep, monotonic=time.monotonic)
    assert 900 < time.now < 960


def test_a_node_that_refuses_to_move_for_another_reason_says_so() -> None:
    chain = Chain(EmbeddedProvider(Altered(evm_setNextBlockTimestamp=refuse(SERVER_ERROR, "the disk is full"))))
    with pytest.raises(ChainError, match="the disk is full"):
        chain.advance_to(chain.timestamp() + 20)


def test_a_transaction_that_is_not_mined_is_named_with_what_to_do() -> None:
    chain = Chain(EmbeddedProvider(Altered(eth_getTransactionReceipt=lambda _: None)))
    account, time = devnet_account(0, chain), Time()
    transactions = Transactions(chain.w3, "the node", sleep=time.sleep, monotonic=time.monotonic)
    with pytest.raises(TransactionUnconfirmed, match="not mined after 60 seconds") as caught:
        transactions.send(Call(account.address, b"", 0), account, timeout=60)
    assert "before you repeat" in caught.value.next_step
    assert chain.w3.eth.get_transaction(caught.value.hash)["from"] == account.address  # type: ignore[arg-type]
    assert 60 <= time.now < 63


def test_a_node_that_has_the_transaction_already_is_no_failure() -> None:
    inner = DevelopmentNode()

    def known(params: list[Any]) -> Any:
        inner.handle("eth_sendRawTransaction", params)
        raise RpcRefusal(SERVER_ERROR, "already known")

    class Twice(DevelopmentNode):
        def handle(self, method: str, params: list[Any]) -> Any:
            return known(params) if method == "eth_sendRawTransaction" else inner.handle(method, params)

    chain = Chain(EmbeddedProvider(Twice()))
    assert chain.transfer(devnet_account(0, chain), f"0x{'11' * 20}", 1).status == 1


@pytest.mark.parametrize(
    "message", ["nonce too low: next nonce 5, tx nonce 4", "nonce too high", "replacement transaction underpriced"]
)
def test_a_nonce_that_is_taken_is_a_conflict(message: str) -> None:
    chain = Chain(EmbeddedProvider(Altered(eth_sendRawTransaction=refuse(SERVER_ERROR, message))), sleep=Time().sleep)
    with pytest.raises(NonceConflict, match="another transaction of this account") as caught:
        chain.transfer(devnet_account(0, chain), f"0x{'11' * 20}", 1)
    assert caught.value.next_step


def test_a_chain_without_a_base_fee_is_paid_the_old_way() -> None:
    node = Altered()
    node.answers["eth_getBlockByNumber"] = lambda params: {
        key: value
        for key, value in DevelopmentNode.handle(node, "eth_getBlockByNumber", params).items()
        if key != "baseFeePerGas"
    }
    chain = Chain(EmbeddedProvider(node))
    receipt = chain.transfer(devnet_account(0, chain), f"0x{'11' * 20}", 1)
    assert chain.w3.eth.get_transaction(receipt.hash)["type"] == 0  # type: ignore[arg-type]


def test_where_a_node_names_no_tip_its_price_tells_it() -> None:
    missing = refuse(METHOD_NOT_FOUND, "no such method")
    silent = {"eth_maxPriorityFeePerGas": missing, "eth_feeHistory": missing}
    base_fee = 10**9
    price = hex(base_fee + 5)
    for altered, tip in (({"eth_gasPrice": lambda _: price}, 5), ({"eth_gasPrice": missing}, 10**9)):
        chain = Chain(EmbeddedProvider(Altered(**silent, **altered)))
        assert chain.w3.eth.get_block("latest")["baseFeePerGas"] == base_fee
        receipt = chain.transfer(devnet_account(0, chain), f"0x{'11' * 20}", 1)
        assert chain.w3.eth.get_transaction(receipt.hash)["maxPriorityFeePerGas"] == tip  # type: ignore[arg-type]
