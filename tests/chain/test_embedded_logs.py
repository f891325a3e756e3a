"""`eth_getLogs` of the embedded chain: each part of a filter, against all logs filtered here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider

STRANGER = f"0x{'99' * 20}"
Filter = dict[str, Any]


def word(number: int) -> str:
    return f"0x{number:064x}"


@pytest.fixture(scope="module")
def node(probe_artifact: Artifact) -> DevelopmentNode:
    """Two contracts, two senders, four keys; blocks without a log between those with one."""
    node = DevelopmentNode()
    chain = Chain(EmbeddedProvider(node))
    people = [devnet_account(0, chain), devnet_account(1, chain)]
    probes = [chain.contract(chain.deploy(probe_artifact, people[0], 2**40)[0], probe_artifact.abi) for _ in range(2)]
    for number in range(8):
        chain.send(probes[number % 2].functions.store(number % 4, number), people[number // 2 % 2])
        if number % 3 == 0:
            node.handle("evm_mine", [])
    return node


@pytest.fixture(scope="module")
def ask(node: DevelopmentNode) -> Callable[[Filter], list[Any]]:
    return lambda wanted: list(node.handle("eth_getLogs", [wanted]))


def matches(log: Filter, wanted: Filter) -> bool:
    """The rule of the specification, in its own words."""

    def is_in(value: str, named: Any) -> bool:
        return value.lower() in [each.lower() for each in (named if isinstance(named, list) else [named])]

    first, last = (int(wanted[name], 16) for name in ("fromBlock", "toBlock"))
    if not first <= int(log["blockNumber"], 16) <= last:
        return False
    if wanted["address"] and not is_in(log["address"], wanted["address"]):
        return False
    topics = wanted["topics"]
    return len(topics) <= len(log["topics"]) and all(
        named is None or is_in(topic, named) for topic, named in zip(log["topics"], topics, strict=False)
    )


def test_there_is_what_was_logged(ask: Callable[[Filter], list[Any]]) -> None:
    logs = ask({"fromBlock": "0x0"})
    assert [int(log["data"], 16) for log in logs] == list(range(8))
    assert len({log["address"] for log in logs}) == 2


@given(data=st.data())
def test_a_filter_gives_what_it_names_and_no_more(
    ask: Callable[[Filter], list[Any]], node: DevelopmentNode, data: st.DataObject
) -> None:
    every = ask({"fromBlock": "0x0"})
    head = int(node.handle("eth_blockNumber", []), 16)
    addresses = st.sampled_from([*sorted({log["address"] for log in every}), STRANGER])
    kinds: list[st.SearchStrategy[Any]] = []
    for position in range(3):
        known: st.SearchStrategy[Any] = st.sampled_from([*sorted({log["topics"][position] for log in every}), word(77)])
        kinds.append(st.none() | known | st.lists(known, min_size=1, max_size=3))
    wanted = {
        "fromBlock": hex(data.draw(st.integers(0, head))),
        "toBlock": hex(data.draw(st.integers(0, head))),
        "address": data.draw(st.none() | addresses | st.lists(addresses, max_size=3)),
        "topics": [data.draw(kind) for kind in kinds[: data.draw(st.integers(0, 3))]],
    }
    assert ask(wanted) == [log for log in every if matches(log, wanted)]


def test_a_block_is_named_by_its_hash(ask: Callable[[Filter], list[Any]]) -> None:
    log = ask({"fromBlock": "0x0"})[3]
    assert ask({"blockHash": log["blockHash"]}) == [log]


def test_a_receipt_has_the_same_logs(ask: Callable[[Filter], list[Any]], node: DevelopmentNode) -> None:
    for log in ask({"fromBlock": "0x0"}):
        assert node.handle("eth_getTransactionReceipt", [log["transactionHash"]])["logs"] == [log]


def test_too_many_addresses_are_refused(ask: Callable[[Filter], list[Any]]) -> None:
    with pytest.raises(RpcRefusal, match="at most 1000 addresses"):
        ask({"address": [f"0x{number:040x}" for number in range(1001)]})
