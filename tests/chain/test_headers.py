"""Blocks found by their time, and headers that leave things out."""

from __future__ import annotations

from bisect import bisect_left
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.headers import Header, block_before, block_from, latest_header, read_header


class Blocks:
    """A node with blocks at these times, and nothing else in its answers."""

    def __init__(self, times: list[int] | range) -> None:
        self.times = times
        self.asked = 0
        self.w3: Any = SimpleNamespace(provider=self)
        self.head = Header(len(times) - 1, times[-1])

    def make_request(self, method: str, params: list[Any]) -> dict[str, Any]:
        assert method == "eth_getBlockByNumber"
        self.asked += 1
        number = len(self.times) - 1 if params[0] == "latest" else int(params[0], 16)
        if number >= len(self.times):
            return {"result": None}
        return {"result": {"number": hex(number), "timestamp": hex(self.times[number]), "mixHash": None}}


@given(st.lists(st.integers(0, 50), min_size=1, max_size=200), st.integers(1, 40), st.data())
def test_a_block_is_found_by_its_time_as_near_as_asked(steps: list[int], slack: int, data: st.DataObject) -> None:
    times = [1_000]
    for step in steps:
        times.append(times[-1] + step)
    wanted = data.draw(st.integers(990, times[-1]))
    blocks = Blocks(times)
    first = bisect_left(times, wanted)
    before = block_before(blocks.w3, wanted, blocks.head, slack)
    assert before == 0 or (times[before] < wanted and first - 1 - before <= slack)
    after = block_from(blocks.w3, wanted, blocks.head, slack)
    assert times[after] >= wanted
    assert after - first <= slack


@given(st.integers(1, 15), st.integers(0, 30_000_000), st.sampled_from([1, 2_000, 10_000]))
def test_a_chain_of_millions_of_blocks_is_asked_few_questions(seconds: int, number: int, slack: int) -> None:
    blocks = Blocks(range(0, 30_000_001 * seconds, seconds))
    found = block_from(blocks.w3, number * seconds, blocks.head, slack)
    assert 0 <= found - number <= slack
    assert blocks.asked <= (5 if slack > 1 else 16)


def test_a_chain_that_stood_still_for_years_is_asked_few_questions() -> None:
    times = [n * 2 for n in range(50_000)] + [10**9 + n for n in range(50_000)]
    for wanted in (times[49_990], times[50_010], 5 * 10**8):
        blocks = Blocks(times)
        assert block_from(blocks.w3, wanted, blocks.head, 1) == bisect_left(times, wanted)
        assert blocks.asked < 40


def test_what_a_header_leaves_out_is_unknown() -> None:
    blocks = Blocks([5])
    assert latest_header(blocks.w3) == read_header(blocks.w3, 0) == Header(0, 5)
    assert read_header(blocks.w3, 1) is None
