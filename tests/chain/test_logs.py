"""Events from nodes that limit how many blocks may be asked about at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web3.contract.contract import Contract

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.logs import FIRST_RANGE_BLOCKS, LARGEST_RANGE_BLOCKS, decode_logs
from hyperbounty.errors import ChainError


class LimitedNode(DevelopmentNode):
    """Refuses questions about more than `limit` blocks, in words that a test can choose.

    Attributes:
        height: so many blocks it says that it has at least.
        asked, refused: first and last block of each question.
    """

    def __init__(self) -> None:
        super().__init__()
        self.limit = 10**9
        self.height = 0
        self.words = "query returned more than {limit} results"
        self.asked: list[tuple[int, int]] = []
        self.refused: list[tuple[int, int]] = []
        self.after_logs: Callable[[], None] = lambda: None

    def handle(self, method: str, params: list[Any]) -> Any:
        if method == "eth_getLogs":
            first, last = (int(params[0][key], 16) for key in ("fromBlock", "toBlock"))
            if last - first >= self.limit:
                self.refused.append((first, last))
                raise RpcRefusal(SERVER_ERROR, self.words.format(limit=self.limit, first=first, last=last))
            self.asked.append((first, last))
            found = super().handle(method, params)
            happens, self.after_logs = self.after_logs, lambda: None
            happens()
            return found
        if method == "eth_blockNumber" and self.height:
            return hex(self.height)
        if method == "eth_getBlockByNumber" and params[0] not in ("latest", "pending"):
            head = int(super().handle("eth_blockNumber", []), 16)
            if head < int(params[0], 16) <= self.height:
                return super().handle(method, [hex(head)])
        return super().handle(method, params)


@pytest.fixture(scope="module")
def node() -> LimitedNode:
    return LimitedNode()


@pytest.fixture(scope="module")
def chain(node: LimitedNode) -> Chain:
    return Chain(EmbeddedProvider(node))


@pytest.fixture(scope="module")
def probe(chain: Chain, node: LimitedNode, probe_artifact: Artifact) -> Contract:
    """Thirty events with an empty block or two between them."""
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, 2**40)
    contract = chain.contract(address, probe_artifact.abi)
    for i in range(30):
        chain.send(contract.functions.store(i % 3, i), account)
        for _ in range(i % 3):
            node.handle("evm_mine", [])
    return contract


@pytest.mark.heavy
@settings(max_examples=30)
@given(limit=st.integers(1, 100), first=st.integers(0, 60))
def test_every_event_comes_once_and_in_order_whatever_the_limit(
    node: LimitedNode, chain: Chain, probe: Contract, limit: int, first: int
) -> None:
    node.limit = 10**9
    everything = chain.logs(probe.events.Stored(), first)
    node.limit = limit
    assert chain.logs(probe.events.Stored(), first) == everything
    assert [event["args"]["value"] for event in chain.logs(probe.events.Stored(), 0)] == list(range(30))


def test_a_range_that_ends_before_it_begins_is_empty(chain: Chain, probe: Contract) -> None:
    assert chain.logs(probe.events.Stored(), chain.block_number() + 1) == []
    assert chain.logs(probe.events.Stored(), 5, to_block=4) == []


def tall(artifact: Artifact, limit: int = 10**9, words: str = "") -> tuple[LimitedNode, Chain, Contract]:
    """A chain of 300,000 blocks with an event near its beginning, behind a node with a limit."""
    node = LimitedNode()
    chain = Chain(EmbeddedProvider(node))
    account = devnet_account(0, chain)
    address, _ = chain.deploy(artifact, account, 2**40)
    contract = chain.contract(address, artifact.abi)
    chain.send(contract.functions.store(1, 7), account)
    node.height, node.limit, node.words = 300_000, limit, words
    return node, chain, contract


def consecutive(asked: list[tuple[int, int]]) -> bool:
    return all(before[1] + 1 == after[0] for before, after in pairwise(asked))


def test_long_ranges_are_asked_for_in_growing_parts(probe_artifact: Artifact) -> None:
    node, chain, contract = tall(probe_artifact)
    chain.logs(contract.events.Stored(), 0, to_block=200_000)
    assert node.asked[0] == (0, FIRST_RANGE_BLOCKS - 1)
    assert node.asked[-1][1] == 200_000
    assert consecutive(node.asked)
    assert max(last - first + 1 for first, last in node.asked) == LARGEST_RANGE_BLOCKS


NAMED = [
    (3_000, "eth_getLogs is limited to a {limit} range"),
    (1_024, "requested too many blocks from {first} to {last}, maximum is set to {limit}"),
    (800, "exceed maximum block range: {limit}"),
    (7_500, "ranges over {limit} blocks are not supported on freetier"),
    (40_000, "query exceeds max block range {limit}"),
]


@pytest.mark.parametrize(
    ("limit", "words", "refusals"),
    [
        *((limit, words, 1) for limit, words in NAMED),
        (10_000, "block range exceeded", 1),
        (2_000, "block range is too wide", 1),
        (1_000, "range too large", 2),
        (100, "please reduce the block range", 4),
        (5_000, "invalid params", 1),
    ],
)
def test_a_limit_is_met_once_and_remembered(limit: int, words: str, refusals: int, probe_artifact: Artifact) -> None:
    node, chain, contract = tall(probe_artifact, limit, words)
    found = chain.logs(contract.events.Stored(), 0, to_block=60_000)
    assert [event["args"]["value"] for event in found] == [7]
    assert consecutive(node.asked)
    assert len(node.refused) <= refusals
    assert len(node.asked) <= 60_000 / limit + 4
    node.refused.clear()
    chain.logs(contract.events.Stored(), 60_001, to_block=120_000)
    assert not node.refused


@pytest.mark.parametrize(
    ("words", "next_size"),
    [
        ("Try with this block range [{first:#x}, 0x3e7].", 1_000),
        ("this block range should work: [{first:#x}, 0xc7]", 200),
        ("query exceeds max results 20000, retry with the range {first}-499", 500),
    ],
)
def test_a_range_that_the_node_proposes_is_asked_for(words: str, next_size: int, probe_artifact: Artifact) -> None:
    node, chain, contract = tall(probe_artifact, next_size, words)
    chain.logs(contract.events.Stored(), 0, to_block=4_000)
    assert node.asked[0] == (0, next_size - 1)
    assert consecutive(node.asked)


def test_an_answer_too_long_does_not_shorten_what_comes_after(probe_artifact: Artifact) -> None:
    node, chain, contract = tall(probe_artifact, 2_000, "query returned more than 10000 results")

    def relieved() -> None:
        node.limit = 10**9

    node.after_logs = relieved
    chain.logs(contract.events.Stored(), 0, to_block=40_000)
    assert max(last - first + 1 for first, last in node.asked) > FIRST_RANGE_BLOCKS


@pytest.mark.parametrize("words", ["pruned history unavailable", "API key is not allowed", "method not supported"])
def test_what_fewer_blocks_would_not_help_is_not_asked_again(words: str, probe_artifact: Artifact) -> None:
    node, chain, contract = tall(probe_artifact, 1, words)
    with pytest.raises(ChainError):
        chain.logs(contract.events.Stored(), 0, to_block=4_000)
    assert len(node.refused) == 1


def test_logs_that_leave_something_out_are_read(probe_artifact: Artifact) -> None:
    class Sparse(LimitedNode):
        def handle(self, method: str, params: list[Any]) -> Any:
            found = super().handle(method, params)
            if method == "eth_getLogs":
                return [{"address": log["address"], "topics": log["topics"], "data": log["data"]} for log in found]
            return found

    chain = Chain(EmbeddedProvider(Sparse()))
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, 2**40)
    contract = chain.contract(address, probe_artifact.abi)
    chain.send(contract.functions.store(1, 7), account)
    (event,) = chain.logs(contract.events.Stored(), 0)
    assert (event["args"]["value"], event["blockNumber"]) == (7, None)
    assert chain.logs(contract.events.Stored(), 0, {"key": 2}) == []


def test_a_node_that_refuses_even_one_block_is_an_error(node: LimitedNode, chain: Chain, probe: Contract) -> None:
    node.limit = 0
    with pytest.raises(ChainError, match="query returned more than 0 results"):
        chain.logs(probe.events.Stored(), 0)


def test_events_read_in_parts_are_all_of_one_chain(probe_artifact: Artifact) -> None:
    node = LimitedNode()
    chain = Chain(EmbeddedProvider(node))
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, 2**40)
    contract = chain.contract(address, probe_artifact.abi)
    snapshot = node.handle("evm_snapshot", [])
    first = chain.block_number() + 1
    for value in range(4):
        chain.send(contract.functions.store(0, value), account)
    node.limit = 2
    node.asked.clear()

    def reorganize() -> None:
        node.handle("evm_revert", [snapshot])
        for value in range(10, 14):
            chain.send(contract.functions.store(0, value), account)

    node.after_logs = reorganize
    events = chain.logs(contract.events.Stored(), first)
    assert [event["args"]["value"] for event in events] == [10, 11, 12, 13]


def test_a_chain_that_changes_whenever_it_is_read_is_an_error(probe_artifact: Artifact) -> None:
    node = LimitedNode()
    chain = Chain(EmbeddedProvider(node))
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, 2**40)
    contract = chain.contract(address, probe_artifact.abi)
    chain.send(contract.functions.store(0, 1), account)
    node.limit = 1

    def reorganize() -> None:
        snapshot = node.handle("evm_snapshot", [])
        node.handle("evm_increaseTime", [60])
        node.handle("evm_mine", [])
        node.handle("evm_revert", [hex(int(snapshot, 16) - 1)])
        node.handle("evm_snapshot", [])
        node.handle("evm_mine", [])
        node.after_logs = reorganize

    node.handle("evm_snapshot", [])
    node.handle("evm_mine", [])
    node.after_logs = reorganize
    with pytest.raises(ChainError, match="were reorganized while"):
        chain.logs(contract.events.Stored(), 0)


def test_logs_of_other_contracts_and_other_events_are_left_out(chain: Chain, probe_artifact: Artifact) -> None:
    account = devnet_account(0, chain)
    contracts = []
    for _ in range(2):
        address, _ = chain.deploy(probe_artifact, account, 2**40)
        contracts.append(chain.contract(address, probe_artifact.abi))
    logs = [log for c in contracts for log in chain.send(c.functions.store(1, 5), account).logs]
    other = dict(logs[0]) | {"topics": [b"\x01" * 32]}
    assert [e["address"] for e in decode_logs(contracts[0].events.Stored(), [*logs, other])] == [contracts[0].address]  # type: ignore[list-item]
