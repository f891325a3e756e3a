"""An answer without logs is believed where the block's header does not say otherwise."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.bloom import BloomTest, bloom_bits
from hyperbounty.errors import ChainUnavailable
from hyperbounty.web.index.errors import NodeContradictsItself
from hyperbounty.web.index.reading import Depths
from hyperbounty.web.index.state import Status
from tests.web.index.conftest import Indexing, counted
from tests.web.index.odd_node import OddNode


@given(st.binary(min_size=20, max_size=20), st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3))
def test_a_filter_has_what_is_in_the_block(address: bytes, topics: list[bytes]) -> None:
    test = BloomTest({address: topics})
    bloom = bloom_bits(address) | bloom_bits(topics[-1])
    assert test.may_hold(bloom)
    assert not test.may_hold(bloom & ~bloom_bits(address))
    assert 0 < test.chance(bloom) < 0.01


def test_the_filters_of_headers_are_those_of_their_logs(node: OddNode) -> None:
    node.store(1, 5)
    probe = bytes.fromhex(node.probe.address[2:])
    topic = node.probe.events.Stored().topic
    test = BloomTest({probe: [bytes.fromhex(topic.removeprefix("0x"))]})
    with_event = node.direct.header(node.head).logs_bloom
    node.mine()
    without = node.direct.header(node.head).logs_bloom
    assert with_event is not None
    assert without is not None
    assert test.may_hold(with_event)
    assert not test.may_hold(without)


@pytest.mark.parametrize("receipts", [True, False])
@pytest.mark.parametrize("times", [1, 3])
def test_logs_that_a_node_leaves_out_are_asked_for_again(
    indexing: Indexing, node: OddNode, receipts: bool, times: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    node.receipts = receipts
    ada = node.accounts[0].address
    node.store(1, 5)
    node.silent[node.head] = times
    with indexing.process() as process:
        process.catch_up()
        assert counted(process) == {("1", ada): [5]}
        assert (process.source.doubts, process.source.refuted) == (1, 1)
    assert "said that block" in caplog.text


def test_receipts_say_what_a_node_never_answers(indexing: Indexing, node: OddNode) -> None:
    node.store(1, 5)
    node.silent[node.head] = 1_000
    with indexing.process() as process:
        process.catch_up()
        assert counted(process) == {("1", node.accounts[0].address): [5]}


def test_what_nobody_can_tell_is_believed_after_some_tries(indexing: Indexing, node: OddNode) -> None:
    node.receipts = False
    node.store(1, 5)
    node.silent[node.head] = 1_000
    with indexing.process() as process:
        process.catch_up()
        assert counted(process) == {}
        assert process.source.doubts == 1


def test_blocks_without_logs_are_not_doubted(indexing: Indexing, node: OddNode) -> None:
    node.mine(20)
    with indexing.process() as process:
        process.catch_up()
        assert process.source.doubts == 0
    assert node.counts["eth_getBlockReceipts"] == 0


def test_the_end_of_a_range_is_held_against_the_headers_too(indexing: Indexing, node: OddNode) -> None:
    indexing.depths = Depths(history=0)
    node.store(1, 5)
    node.silent[node.head] = 1
    with indexing.process() as process:
        with pytest.raises(NodeContradictsItself, match="without the logs of block"):
            process.catch_up()
        state = process.keeper.state()
        assert state.status is Status.WAITING
        assert state.block is None
        process.catch_up()
        assert counted(process) == {("1", node.accounts[0].address): [5]}


def test_a_node_that_hides_a_block_it_named_is_no_reason_to_lose_it(indexing: Indexing, node: OddNode) -> None:
    node.store(1, 5)
    with indexing.process() as process:
        headers = process.source.headers(0, node.head)
        node.hidden = 1
        with pytest.raises((NodeContradictsItself, ChainUnavailable)):
            process.source.logs_of(headers)
        node.hidden = 0
        process.catch_up()
        assert counted(process) == {("1", node.accounts[0].address): [5]}
