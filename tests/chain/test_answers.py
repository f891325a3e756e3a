"""What nodes mean by their errors, whatever code, words and HTTP status they choose."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.answers import Meaning, NodeError
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import answer
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import ChainError, ChainUnavailable
from tests.chain.http_server import server

# Of the nodes' sources and the providers' documentation, and of bug reports.
SENTENCES = [
    (Meaning.BEHIND, -32000, "header not found"),
    (Meaning.BEHIND, -32000, "header for hash not found"),
    (Meaning.BEHIND, -32602, "block range extends beyond current head block: requested 41, head 40"),
    (Meaning.BEHIND, -32602, "invalid block range params"),
    (Meaning.BEHIND, -32000, "BlockOutOfRangeError: block height is 40 but requested was 41"),
    (Meaning.BEHIND, -32000, "One of the blocks specified in filter cannot be found."),
    (Meaning.BEHIND, -32000, "Unknown block"),
    (Meaning.BEHIND, -32001, "block not found: 0x29"),
    (Meaning.BEHIND, -32000, "block #41 not found"),
    (Meaning.BEHIND, -32000, "cannot query unfinalized data"),
    (Meaning.BEHIND, -32000, "requested to block 41 after last accepted block 40"),
    (Meaning.BEHIND, -32000, "request beyond head block"),
    (Meaning.BEHIND, -32000, "block number 41 is higher than latest block 40"),
    (Meaning.FEWER_BLOCKS, -32602, "range 49999 exceeds limit of 10000"),
    (Meaning.FEWER_BLOCKS, -32603, "eth_getLogs range is too large, max is 1k blocks"),
    (Meaning.FEWER_BLOCKS, 35, "ranges over 10000 blocks are not supported on freetier"),
    (Meaning.FEWER_BLOCKS, -32000, "requested too many blocks from 0 to 49999, maximum is set to 2048"),
    (Meaning.FEWER_BLOCKS, -32005, "block range limit exceeded"),
    (Meaning.FEWER_BLOCKS, -32000, "Please narrow the block range"),
    (Meaning.LESS, -32005, "query returned more than 10000 results"),
    (Meaning.LESS, -32602, "query exceeds max results 20000, retry with the range 0-163"),
    (Meaning.LESS, -32000, "logs matched by query exceeds limit of 10000"),
    (Meaning.LESS, -32000, "Log response size exceeded"),
    (Meaning.LESS, -32000, "context deadline exceeded"),
    (Meaning.BUSY, -32005, "limit exceeded"),
    (Meaning.BUSY, -32005, "daily request count exceeded, request rate limited"),
    (Meaning.BUSY, 429, "Your app has exceeded its compute units per second capacity"),
    (Meaning.BUSY, -32007, "25/second request limit reached"),
    (Meaning.BUSY, -32016, "over rate limit"),
    (Meaning.BUSY, -32000, "rate limit exceeded: try a smaller range"),
    (Meaning.NO_ACCESS, -32600, "Must be authenticated!"),
    (Meaning.NO_ACCESS, -32000, "API key is not allowed to access blockchain"),
    (Meaning.NO_METHOD, -32601, "the method eth_feeHistory does not exist/is not available"),
    (Meaning.NO_METHOD, -32000, "Unsupported method"),
    (Meaning.PRUNED, -32000, "missing trie node 5d (path )"),
    (Meaning.PRUNED, 4444, "pruned history unavailable"),
    (Meaning.REVERTED, 3, "execution reverted"),
    (Meaning.REVERTED, -32000, "VM Exception while processing transaction: revert header not found"),
    (Meaning.OTHER, -32000, "nonce too low: next nonce 1, tx nonce 0"),
    (Meaning.OTHER, -32000, "insufficient funds for gas * price + value: balance 0, tx cost 5"),
    (Meaning.OTHER, -32000, "tx fee (20.00 ether) exceeds the configured cap (1.00 ether)"),
    (Meaning.OTHER, -32003, "Out of gas: gas required exceeds allowance: 65536"),
    (Meaning.OTHER, -32602, "invalid params"),
]


@pytest.mark.parametrize(("meaning", "code", "message"), SENTENCES)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_sentence_has_one_meaning_whatever_the_status(meaning: Meaning, code: int, message: str, status: int) -> None:
    assert NodeError(code, message, status=status).meaning is meaning


@given(
    st.text(max_size=200), st.integers() | st.none() | st.text(max_size=5), st.integers(0, 599), st.integers(0, 10**9)
)
def test_no_sentence_is_too_odd_to_be_read(message: str, code: object, status: int, first: int) -> None:
    error = NodeError(code, message, None, status)
    assert error.meaning in Meaning
    assert error.pause_seconds >= 0
    named = error.blocks(first, first + 5_000)
    assert named is None or 0 < named <= 5_000


@pytest.mark.parametrize(
    ("message", "data", "seconds"),
    [
        ("Too many requests, reason: call rate limit exhausted, retry in 10s", None, 10),
        ("rate limited, try again in 2 minutes", None, 120),
        ("slow down, wait 500ms", None, 0.5),
        ("daily request count exceeded", {"rate": {"backoff_seconds": 30}}, 30),
        ("retry later", None, 0),
    ],
)
def test_the_pause_that_an_error_asks_for_is_read(message: str, data: object, seconds: float) -> None:
    assert NodeError(-32005, message, data).pause_seconds == seconds


class Failing:
    """A development node that answers the next requests for some methods with an error object and a status."""

    def __init__(self, method: str, status: int, error: object, times: int, *, number: bool = True) -> None:
        self.node = DevelopmentNode()
        self.method, self.status, self.error, self.left = method, status, error, times
        self.number = number
        self.seen: list[str] = []

    def __call__(self, payload: bytes) -> tuple[int, bytes]:
        request: dict[str, Any] = json.loads(payload)
        self.seen.append(request["method"])
        if request["method"] == self.method and self.left:
            self.left -= 1
            said = {"jsonrpc": "2.0", "id": request["id"] if self.number else None, "error": self.error}
            return self.status, json.dumps(said).encode()
        return 200, answer(self.node.handle, payload) or b""


def asked(failing: Failing, question: Callable[[Chain], object], outage: float = 30) -> tuple[object, list[float]]:
    """What a question comes to, and the pauses until then."""
    pauses: list[float] = []
    with (
        server(failing) as url,
        Chain.connect(url, policy=SendingPolicy(outage_seconds=outage), sleep=pauses.append) as chain,
    ):
        return question(chain), pauses


@pytest.mark.parametrize("status", [200, 400, 429, 500, 503])
@pytest.mark.parametrize("number", [True, False])
@pytest.mark.parametrize(
    "error",
    [
        {"code": -32005, "message": "credits used up for now: limit exceeded"},
        {"code": -32000, "message": "unknown block"},
        {"code": -32029, "message": "enough"},
    ],
)
def test_what_passes_is_waited_out(status: int, number: bool, error: object) -> None:
    found, pauses = asked(Failing("eth_blockNumber", status, error, 3, number=number), Chain.block_number)
    assert found == 0
    assert pauses == [0.25, 0.5, 1]


def test_the_pause_in_an_error_is_kept() -> None:
    error = {"code": -32005, "message": "too fast", "data": {"rate": {"backoff_seconds": 7}}}
    assert asked(Failing("eth_blockNumber", 200, error, 1), Chain.block_number) == (0, [7])


def test_a_node_that_is_busy_when_it_is_first_asked_is_waited_for() -> None:
    found, pauses = asked(
        Failing("eth_chainId", 429, {"code": -32005, "message": "limit exceeded"}, 4), lambda c: c.chain_id
    )
    assert found == 31337
    assert len(pauses) == 3


@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_refused_access_is_called_that_and_not_waited_out(status: int) -> None:
    failing = Failing("eth_blockNumber", status, {"code": -32600, "message": "Must be authenticated!"}, 9)
    with pytest.raises(ChainUnavailable, match="refuses access") as caught:
        asked(failing, Chain.block_number)
    assert "key" in caught.value.next_step
    assert failing.seen.count("eth_blockNumber") == 1


@pytest.mark.parametrize("status", [200, 400, 404, 422])
def test_a_refusal_of_the_question_ends_at_once_and_says_what_the_node_says(status: int) -> None:
    failing = Failing("eth_getBalance", status, {"code": -32602, "message": "an odd address"}, 9)
    with pytest.raises(ChainError, match="refused: an odd address"):
        asked(failing, lambda chain: chain.balance("0x" + "11" * 20))
    assert failing.seen.count("eth_getBalance") == 1


@pytest.mark.parametrize("status", [200, 400, 413, 500])
@pytest.mark.parametrize("number", [True, False])
def test_a_range_is_shortened_whatever_the_status_of_its_refusal(
    status: int, number: bool, probe_artifact: Any
) -> None:
    failing = Failing(
        "eth_getLogs", status, {"code": -32614, "message": "at most 3 blocks in a range"}, 1, number=number
    )

    def read(chain: Chain) -> object:
        for _ in range(9):
            failing.node.handle("evm_mine", [])
        return chain.logs(chain.contract("0x" + "11" * 20, probe_artifact.abi).events.Stored(), 0)

    assert asked(failing, read) == ([], [])
    assert failing.seen.count("eth_getLogs") == 5


def test_a_limit_without_a_name_is_waited_out_and_then_taken_for_one_of_blocks(probe_artifact: Any) -> None:
    failing = Failing("eth_getLogs", 200, {"code": -32005, "message": "limit exceeded"}, 10**9)
    answered: list[int] = []

    def limited(payload: bytes) -> tuple[int, bytes]:
        question = json.loads(payload)
        if question["method"] == "eth_getLogs":
            first, last = (int(question["params"][0][name], 16) for name in ("fromBlock", "toBlock"))
            failing.left = 10**9 if last - first >= 5 else 0
            answered.extend([] if failing.left else range(first, last + 1))
        return failing(payload)

    pauses: list[float] = []
    for _ in range(20):
        failing.node.handle("evm_mine", [])
    with (
        server(limited) as url,
        Chain.connect(url, policy=SendingPolicy(outage_seconds=300), sleep=pauses.append) as chain,
    ):
        stored = chain.contract("0x" + "11" * 20, probe_artifact.abi).events.Stored()
        assert chain.logs(stored, 0) == []
        assert answered == list(range(21))
        asked_first = len(pauses)
        assert 0 < asked_first < 12
        assert chain.logs(stored, 0) == []
        assert len(pauses) == asked_first


def test_a_limit_without_a_name_is_only_waited_out_for_a_single_block(probe_artifact: Any) -> None:
    failing = Failing("eth_getLogs", 200, {"code": -32005, "message": "limit exceeded"}, 9)

    def read(chain: Chain) -> object:
        return chain.logs(chain.contract("0x" + "11" * 20, probe_artifact.abi).events.Stored(), 0, to_block=0)

    found, pauses = asked(failing, read, outage=300)
    assert (found, len(pauses)) == ([], 9)


def test_an_answer_too_long_for_a_gateway_is_asked_for_in_parts(probe_artifact: Any) -> None:
    failing = Failing("eth_getLogs", 413, {}, 0)

    def limited(payload: bytes) -> tuple[int, bytes]:
        if json.loads(payload)["method"] == "eth_getLogs" and failing.seen.count("eth_getLogs") < 2:
            failing.seen.append("eth_getLogs")
            return 413, b"<html>too large</html>"
        return failing(payload)

    with server(limited) as url, Chain.connect(url) as chain:
        for _ in range(9):
            failing.node.handle("evm_mine", [])
        assert chain.logs(chain.contract("0x" + "11" * 20, probe_artifact.abi).events.Stored(), 0) == []


def test_a_block_that_stays_unknown_ends_with_what_is_wrong(probe_artifact: Any) -> None:
    failing = Failing("eth_call", 200, {"code": -32000, "message": "header not found"}, 10**6)

    def read(chain: Chain) -> object:
        return chain.read(chain.contract("0x" + "11" * 20, probe_artifact.abi).functions.stored(), 0)

    with pytest.raises(ChainUnavailable, match="does not have the block yet: header not found, asked again for 5 sec"):
        asked(failing, read, outage=5)


@pytest.mark.parametrize("extra", [{"error": None}, {"id": "text"}, {"jsonrpc": "2.0", "more": 1}])
def test_a_result_is_one_whatever_stands_beside_it(extra: dict[str, Any]) -> None:
    node = DevelopmentNode()

    def odd(payload: bytes) -> tuple[int, bytes]:
        response: dict[str, Any] = json.loads(answer(node.handle, payload) or b"")
        return 200, json.dumps(response | extra | ({"id": str(response["id"])} if "id" in extra else {})).encode()

    with server(odd) as url, Chain.connect(url, policy=SendingPolicy(outage_seconds=0)) as chain:
        assert chain.block_number() == 0


def test_the_id_of_the_chain_is_asked_for_once() -> None:
    failing = Failing("none", 200, {}, 0)

    def work(chain: Chain) -> object:
        for _ in range(3):
            chain.transfer(devnet_account(0, chain), "0x" + "11" * 20, 1)
        return chain.chain_id, chain.is_development, chain.identity[:6]

    assert asked(failing, work)[0] == (31337, True, "31337-")
    assert failing.seen.count("eth_chainId") == 1
