"""The chain's own randomness, found by the time of its block on any node."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.beacon import NoBeacon, first_beacon, is_predictable
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.errors import ChainError, ChainUnavailable

GIVER = development_account(0)
TAKER = "0x00000000000000000000000000000000DeaDBeef"


@pytest.fixture
def chain() -> Iterator[Chain]:
    with Chain.embedded() as made:
        yield made


class Node:
    """A node whose chain has blocks at `times`, and that may answer as a slow one would."""

    def __init__(self, times: list[int], values: list[int] | None = None) -> None:
        self.times = times
        self.values = values or [1_000 + number for number in range(len(times))]
        self.asked = 0
        self.behind = 0
        self.slept = 0.0
        self.w3: Any = SimpleNamespace(eth=self, provider=self)

    @property
    def block_number(self) -> int:
        return len(self.times) - 1

    def make_request(self, method: str, params: list[Any]) -> dict[str, Any]:
        assert method == "eth_getBlockByNumber"
        self.asked += 1
        return {"result": self.block(int(params[0], 16))}

    def block(self, number: int) -> dict[str, Any] | None:
        if number >= len(self.times) - self.behind:
            return None
        return {
            "number": hex(number),
            "timestamp": hex(self.times[number]),
            "mixHash": f"0x{self.values[number]:064x}",
            "hash": f"0x{1_000_000 + number:064x}",
            "parentHash": f"0x{1_000_000 + number - 1:064x}",
        }

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.behind = 0


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60), st.data())
def test_it_is_that_of_the_first_block_at_or_after_the_time(steps: list[int], data: st.DataObject) -> None:
    times = [100]
    for step in steps:
        times.append(times[-1] + step)
    wanted = data.draw(st.integers(90, times[-1]))
    node = Node(times)
    found = first_beacon(node.w3, wanted, sleep=node.sleep)
    assert found.number == next(number for number, time in enumerate(times) if time >= wanted)
    assert found.value == (1_000 + found.number).to_bytes(32, "big")


def test_a_chain_of_millions_of_blocks_is_asked_few_questions() -> None:
    node = Node(list(range(0, 12 * 3_000_000, 12)))
    assert first_beacon(node.w3, 20_000_001).number == 1_666_667
    assert node.asked < 30


def test_it_is_believed_once_it_is_deep_enough() -> None:
    node = Node([0, 10, 20, 30])
    assert first_beacon(node.w3, 15, confirmations=2, sleep=node.sleep).number == 2

    def mine(seconds: float) -> None:
        node.times.append(node.times[-1] + 10)
        node.values.append(5)
        node.slept += seconds

    assert first_beacon(node.w3, 25, confirmations=3, sleep=mine).number == 3
    assert node.block_number == 5
    with pytest.raises(ChainError, match="no block at or after 1000 is 3 blocks deep yet"):
        first_beacon(node.w3, 1_000, confirmations=3, sleep=node.sleep)


def test_a_node_that_lags_behind_is_asked_again() -> None:
    node = Node([0, 10, 20, 30])
    node.behind = 2
    assert first_beacon(node.w3, 25, sleep=node.sleep).number == 3
    assert node.slept > 0


def test_a_node_that_contradicts_itself_is_not_believed() -> None:
    node = Node([0, 10, 20, 30])
    # As two nodes of different forks behind one address: the block before is not the parent.
    forked = node.block
    node.block = lambda number: {**(forked(number) or {}), "parentHash": "0x" + "00" * 32}  # type: ignore[method-assign]
    with pytest.raises(ChainUnavailable, match="contradict"):
        first_beacon(node.w3, 25, sleep=node.sleep)


def test_a_chain_without_it_is_refused() -> None:
    node = Node([0, 10])
    whole = node.block
    node.block = lambda number: {**(whole(number) or {}), "mixHash": None}  # type: ignore[method-assign]
    with pytest.raises(NoBeacon, match="no prevrandao"):
        first_beacon(node.w3, 5)
    assert is_predictable(node.w3)


@pytest.mark.parametrize(
    ("values", "predictable"),
    [([0, 5, 6, 7], False), ([0, 5, 5, 6], True), ([0, 0, 0, 0], True), ([7, 1], True), ([0], False), ([0, 9], False)],
)
def test_a_value_that_is_repeated_or_constant_is_known_beforehand(values: list[int], predictable: bool) -> None:
    assert is_predictable(Node([10 * n for n in range(len(values))], values).w3) is predictable


def test_the_embedded_chain_has_it(chain: Chain) -> None:
    blocks = [chain.transfer(GIVER, TAKER, 1).block for _ in range(4)]
    assert not chain.is_beacon_predictable()
    header = chain.w3.eth.get_block(blocks[2])
    beacon = chain.beacon(int(header["timestamp"]))
    assert (beacon.number, beacon.value) == (blocks[2], bytes(header["mixHash"]))
