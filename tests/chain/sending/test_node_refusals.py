"""What real nodes answer, recorded word by word, served by a real server, as the errors of this project.

Recorded from Anvil 1.7.1 and Geth 1.16.7 in dev mode; the answers of providers are those of their documentation.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import answer
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import (
    FeeRefused,
    FeeTooLow,
    InsufficientFunds,
    NonceConflict,
    NonceTooLow,
    TooMuchGas,
)
from hyperbounty.chain.sending.operation import Call
from hyperbounty.chain.sending.transactions import Transactions
from hyperbounty.errors import ChainError, ChainUnavailable, TransactionReverted
from tests.chain.http_server import server

TARGET = f"0x{'11' * 20}"
ANVIL, GETH, GETH_SOURCE, INFURA, ALCHEMY, QUICKNODE = (
    "Anvil",
    "Geth",
    "Geth's source",
    "Infura",
    "Alchemy",
    "QuickNode",
)
CLOSED: Any = [{"type": "error", "name": "Closed", "inputs": []}]

SENDING = [
    (ANVIL, -32003, "nonce too low", NonceTooLow),
    (GETH, -32000, "nonce too low: next nonce 1, tx nonce 0", NonceTooLow),
    (ANVIL, -32003, "replacement transaction underpriced", NonceConflict),
    (GETH, -32000, "replacement transaction underpriced", NonceConflict),
    (ANVIL, -32003, "max fee per gas less than block base fee", FeeTooLow),
    (GETH, -32000, "transaction gas price below minimum: gas tip cap 0, minimum needed 1", FeeTooLow),
    (GETH_SOURCE, -32000, "transaction underpriced: gas tip cap 0, minimum needed 1", FeeTooLow),
    (ANVIL, -32000, "intrinsic gas too high -- tx.gas_limit > env.block.gas_limit", TooMuchGas),
    (GETH, -32000, "transaction gas limit too high (cap: 16777216, tx: 20000000)", TooMuchGas),
    (GETH_SOURCE, -32000, "exceeds block gas limit", TooMuchGas),
    (ANVIL, -32003, "Insufficient funds for gas * price + value", InsufficientFunds),
    (
        GETH,
        -32000,
        "insufficient funds for gas * price + value: balance 0, tx cost 210000000000000, overshot 210000000000000",
        InsufficientFunds,
    ),
    (ANVIL, -32003, "invalid chain id for signer", ChainError),
    (GETH, -32000, "invalid sender: invalid chain id for signer: have 5 want 1337", ChainError),
    (GETH, -32000, "tx fee (20.00 ether) exceeds the configured cap (1.00 ether)", FeeRefused),
]
ESTIMATING = [
    (ANVIL, 3, "execution reverted: custom error 0x1cdde67b", "0x1cdde67b", TransactionReverted),
    (GETH, 3, "execution reverted", "0x1cdde67b", TransactionReverted),
    (ANVIL, -32003, "Out of gas: gas required exceeds allowance: 65536", None, TooMuchGas),
    (GETH, -32000, "gas required exceeds allowance (65536)", None, TooMuchGas),
    (
        GETH,
        -32000,
        "failed with 11830132 gas: insufficient funds for gas * price + value: address 0x99 have 1 want 2",
        None,
        InsufficientFunds,
    ),
    (
        GETH,
        -32000,
        "err: max fee per gas less than block base fee: address 0x99, maxFeePerGas: 1, baseFee: 2 (supplied gas 3)",
        None,
        FeeTooLow,
    ),
]
KNOWN = [(ANVIL, -32003, "transaction already imported"), (GETH, -32000, "already known")]
LIMITS = [
    (INFURA, 429, -32005, "daily request count exceeded, request rate limited"),
    (ALCHEMY, 429, 429, "Your app has exceeded its compute units per second capacity"),
    (QUICKNODE, 200, -32007, "50/second request limit reached - reduce calls per second"),
]


class Node:
    """A development node that answers some methods in a recorded way."""

    def __init__(self) -> None:
        self.inner = DevelopmentNode()
        self.recorded: dict[str, dict[str, Any]] = {}
        self.status = 200
        self.sent = 0

    def __call__(self, payload: bytes) -> tuple[int, bytes]:
        request = json.loads(payload)
        self.sent += request["method"] == "eth_sendRawTransaction"
        if request["method"] in self.recorded:
            error = {"jsonrpc": "2.0", "id": request["id"], "error": self.recorded[request["method"]]}
            return self.status, json.dumps(error).encode()
        return 200, answer(self.inner.handle, payload) or b""


@pytest.mark.parametrize(("client", "code", "message", "kind"), SENDING)
def test_a_refused_transaction_is_a_typed_error(client: str, code: int, message: str, kind: type[ChainError]) -> None:
    node = Node()
    with server(node) as url, Chain.connect(url, sleep=lambda _: None) as chain:
        node.recorded["eth_sendRawTransaction"] = {"code": code, "message": message}
        with pytest.raises(ChainError) as caught:
            chain.transfer(devnet_account(0, chain), TARGET, 1)
        assert type(caught.value) is kind, client
        assert message in caught.value.what
        assert caught.value.next_step
        assert node.sent <= 2
        del node.recorded["eth_sendRawTransaction"]
        assert chain.transfer(devnet_account(0, chain), TARGET, 1).status == 1


@pytest.mark.parametrize(("client", "code", "message", "data", "kind"), ESTIMATING)
def test_a_refused_estimate_is_a_typed_error_and_nothing_is_sent(
    client: str, code: int, message: str, data: str | None, kind: type[ChainError]
) -> None:
    node = Node()
    with server(node) as url, Chain.connect(url) as chain:
        node.recorded["eth_estimateGas"] = {"code": code, "message": message, **({"data": data} if data else {})}
        probe = chain.contract(TARGET, [*CLOSED, {"type": "function", "name": "f", "inputs": [], "outputs": []}])
        with pytest.raises(ChainError) as caught:
            chain.send(probe.functions.f(), devnet_account(0, chain))
        assert type(caught.value) is kind, client
        if isinstance(caught.value, TransactionReverted):
            assert caught.value.error == "Closed"
        assert node.sent == 0


@pytest.mark.parametrize(("client", "code", "message"), KNOWN)
def test_what_the_node_has_already_counts_as_sent(client: str, code: int, message: str) -> None:
    node = Node()

    def taken_before(payload: bytes) -> tuple[int, bytes]:
        if json.loads(payload)["method"] == "eth_sendRawTransaction":
            answer(node.inner.handle, payload)
        return node(payload)

    with server(taken_before) as url, Chain.connect(url) as chain:
        node.recorded["eth_sendRawTransaction"] = {"code": code, "message": message}
        assert chain.transfer(devnet_account(0, chain), TARGET, 1).status == 1, client


@pytest.mark.parametrize("message", ["nonce too low", "nonce too low: next nonce 1, tx nonce 0"])
def test_a_nonce_that_this_very_transaction_used_is_a_success(message: str) -> None:
    node = Node()

    def mined_before(payload: bytes) -> tuple[int, bytes]:
        if json.loads(payload)["method"] == "eth_sendRawTransaction":
            answer(node.inner.handle, payload)
        return node(payload)

    with server(mined_before) as url, Chain.connect(url) as chain:
        node.recorded["eth_sendRawTransaction"] = {"code": -32000, "message": message}
        assert chain.transfer(devnet_account(0, chain), TARGET, 1).status == 1
        assert chain.balance(TARGET) == 1


def test_a_nonce_that_another_program_used_just_now_is_left_to_it() -> None:
    node = Node()
    with server(node) as url, Chain.connect(url) as chain, Chain.connect(url) as other:
        account = devnet_account(0, chain)

        class Overtaken:
            address = account.address
            first = True

            def sign_transaction(self, transaction: Any) -> Any:
                if Overtaken.first:
                    Overtaken.first = False
                    other.transfer(account, TARGET, 10)
                return account.sign_transaction(transaction)

        receipt = chain.transfer(Overtaken(), TARGET, 1)  # type: ignore[arg-type]
        assert chain.w3.eth.get_transaction(receipt.hash)["nonce"] == 1  # type: ignore[arg-type]
        assert chain.balance(TARGET) == 11


def test_a_full_pool_is_waited_for() -> None:
    node = Node()
    now = 0.0

    def pass_time(seconds: float) -> None:
        nonlocal now
        now += seconds
        if now > 30:
            node.recorded.clear()

    with server(node) as url, Chain.connect(url) as chain:
        transactions = Transactions(chain.w3, "the node", sleep=pass_time, monotonic=lambda: now)
        node.recorded["eth_sendRawTransaction"] = {"code": -32000, "message": "txpool is full"}
        assert transactions.send(Call(TARGET, b"", 1), devnet_account(0, chain)).status == 1
        assert 30 < now < 40
        assert chain.balance(TARGET) == 1


@pytest.mark.parametrize(("provider", "status", "code", "message"), LIMITS)
def test_a_provider_that_limits_is_asked_again(provider: str, status: int, code: int, message: str) -> None:
    node = Node()
    told: list[str] = []

    def relieved(_: float) -> None:
        node.recorded.clear()

    with (
        server(node) as url,
        Chain.connect(url, sleep=relieved, on_outage=lambda _, reason: told.append(reason)) as chain,
    ):
        node.status = status
        node.recorded["eth_blockNumber"] = {"code": code, "message": message}
        assert chain.block_number() == 0, provider
    assert len(told) == 1
    assert "limiting requests" in told[0]


def test_a_provider_that_goes_on_limiting_ends_as_unavailable() -> None:
    node = Node()
    with server(node) as url, Chain.connect(url, policy=SendingPolicy(outage_seconds=0)) as chain:
        node.recorded["eth_blockNumber"] = {"code": 429, "message": "Too Many Requests"}
        with pytest.raises(ChainUnavailable, match="is limiting requests"):
            chain.block_number()
