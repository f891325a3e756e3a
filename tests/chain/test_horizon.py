"""A pool of nodes of which some lag: after a receipt nothing is read from before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import NodeBehind

TARGET: Final = f"0x{'11' * 20}"
AT: Final = {"eth_call": 1, "eth_getBalance": 1, "eth_getCode": 1, "eth_estimateGas": 1, "eth_getTransactionCount": 1}
READ: Final = {"eth_call": 7, "eth_getBalance": 5, "eth_getCode": True, "eth_blockNumber": 0, "eth_getBlockByNumber": 0}
WORDS: Final = ("header not found", "unknown block", "block range extends beyond current head block")


class Pool(DevelopmentNode):
    """One address with two nodes behind it, of which one does not have the last block for a while.

    Attributes:
        late: methods that it answers.
        questions: so many more of them, then it has caught up.
        words: with which it refuses a block that it does not have.
    """

    def __init__(self) -> None:
        super().__init__()
        self.late: set[str] = set()
        self.questions = 0
        self.words = WORDS[0]

    def handle(self, method: str, params: list[Any]) -> Any:
        if method not in self.late or not self.questions:
            return super().handle(method, params)
        self.questions -= 1
        known = int(super().handle("eth_blockNumber", []), 16) - 1
        if method == "eth_blockNumber":
            return hex(known)
        if method == "eth_getBlockByNumber":
            asked = known if params[0] == "latest" else int(params[0], 16)
            return super().handle(method, [hex(asked), False]) if asked <= known else None
        if method == "eth_getTransactionReceipt":
            return None
        place = AT[method]
        asked = known if params[place:] in ([], ["latest"], ["pending"]) else int(params[place], 16)
        if asked > known:
            raise RpcRefusal(SERVER_ERROR, self.words)
        return super().handle(method, [*params[:place], hex(asked)])


class Patient(EmbeddedProvider):
    """Waits out, as the connection to a node over HTTP does, a block that is not there yet."""

    def make_request(self, method: Any, params: Any) -> Any:
        response = super().make_request(method, params)
        while "error" in response and response["error"]["message"] in WORDS:
            response = super().make_request(method, params)
        return response


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def chain(pool: Pool, pauses: list[float]) -> Chain:
    return Chain(Patient(pool), policy=SendingPolicy(outage_seconds=10), sleep=pauses.append)


@pytest.mark.parametrize(
    "method", ["eth_call", "eth_getBalance", "eth_getCode", "eth_blockNumber", "eth_getBlockByNumber"]
)
@pytest.mark.parametrize("words", WORDS)
def test_after_a_receipt_reads_are_at_or_above_its_block(
    pool: Pool, chain: Chain, probe_artifact: Artifact, method: str, words: str
) -> None:
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, 2**40)
    probe = chain.contract(address, probe_artifact.abi)
    pool.words = words
    reads: dict[str, Callable[[], object]] = {
        "eth_call": lambda: chain.read(probe.functions.stored()),
        "eth_getBalance": lambda: chain.balance(TARGET),
        "eth_getCode": lambda: len(chain.code(address)) > 0,
        "eth_blockNumber": lambda: chain.block_number() - receipt.block,
        "eth_getBlockByNumber": lambda: chain.confirmed_header().number - receipt.block,
    }
    chain.transfer(account, TARGET, 5)
    receipt = chain.send(probe.functions.store(1, 7), account)
    pool.late, pool.questions = {method}, 3
    assert reads[method]() == READ[method]


def test_without_an_own_transaction_any_node_will_do(pool: Pool, chain: Chain) -> None:
    pool.handle("evm_mine", [])
    pool.late, pool.questions = {"eth_blockNumber"}, 1
    assert chain.block_number() == 0
    assert chain.block_number() == 1


def test_many_reads_are_at_or_above_it_too(pool: Pool, chain: Chain, probe_artifact: Artifact) -> None:
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, 2**40)
    probe = chain.contract(address, probe_artifact.abi)
    chain.send(probe.functions.store(1, 7), account)
    pool.late, pool.questions = {"eth_blockNumber"}, 5
    assert [reading.value for reading in chain.read_many([probe.functions.stored()])] == [7]


def test_a_step_that_builds_on_the_one_before_is_not_refused_by_a_node_that_lags(
    pool: Pool, chain: Chain, pauses: list[float], probe_artifact: Artifact
) -> None:
    account = devnet_account(0, chain)
    # To a node without the deployment the call goes to nobody, and to one without the transfer the money is not there.
    rich = devnet_account(1, chain)
    chain.transfer(account, TARGET, 1)
    address, _ = chain.deploy(probe_artifact, rich, 2**40)
    probe = chain.contract(address, probe_artifact.abi)
    chain.send(probe.functions.store(1, 7), account)
    for method in ("eth_estimateGas", "eth_getTransactionCount", "eth_getBalance", "eth_getBlockByNumber"):
        pool.late, pool.questions = {method}, 1
        chain.send(probe.functions.store(2, 8), account)
        pool.questions = 0
        assert chain.read(probe.functions.stored()) == 8


def test_a_node_that_goes_on_lagging_is_named(pool: Pool, chain: Chain, pauses: list[float]) -> None:
    chain.transfer(devnet_account(0, chain), TARGET, 5)
    pool.late, pool.questions = {"eth_getBlockByNumber"}, 10**6
    with pytest.raises(
        NodeBehind, match="is behind: it does not have block 1 yet, asked again for 10 seconds"
    ) as caught:
        chain.timestamp()
    assert "another node" in caught.value.next_step
    assert sum(pauses) == pytest.approx(10, abs=1)


@pytest.mark.parametrize("again", [0, 1, 3])
def test_a_chain_whose_tests_undo_blocks_is_read_where_it_stands(pool: Pool, chain: Chain, again: int) -> None:
    account = devnet_account(0, chain)
    for _ in range(2):
        pool.handle("evm_mine", [])
    snapshot = pool.handle("evm_snapshot", [])
    chain.transfer(account, TARGET, 5)
    pool.handle("evm_revert", [snapshot])
    for _ in range(again):
        pool.handle("evm_mine", [])
    assert chain.balance(TARGET) == 0
    assert chain.block_number() == 2 + again
