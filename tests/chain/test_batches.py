"""Many reads: the same answers as one by one, of one block, from nodes that take batches and from those that do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.batches import BATCH_CALLS
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import answer
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import ChainError, ChainUnavailable, TransactionReverted
from tests.chain.http_server import server

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import Contract

    from hyperbounty.chain.artifacts import Artifact

NOBODY = "0x" + "11" * 20
Answered = tuple[int, bytes]


def shown(read: Callable[[], Any]) -> object:
    """A value, or everything about the error in its place."""
    try:
        return read()
    except TransactionReverted as error:
        return type(error), error.what, error.next_step, error.error, error.arguments
    except ChainError as error:
        return type(error), error.what, error.next_step


@pytest.mark.heavy
def test_answers_are_the_same_in_batches_and_one_by_one(
    chain: Chain, alice: LocalAccount, probe: Contract, probe_artifact: Artifact
) -> None:
    chain.send(probe.functions.store(1, 77), alice)
    nobody = chain.contract(NOBODY, probe_artifact.abi)
    calls = [
        *(probe.functions[name]() for name in ("stored", "closesAt", "isOpen", "time")),
        *(probe.functions.fail(how) for how in range(7)),
        nobody.functions.stored(),
    ] * 40
    block = chain.block_number()
    assert len(calls) > 2 * BATCH_CALLS
    many = [shown(partial(getattr, reading, "value")) for reading in chain.read_many(calls, block)]
    assert many == [shown(partial(chain.read, call, block)) for call in calls]
    assert many[0] == 77


def test_one_that_reverts_leaves_the_others(chain: Chain, probe: Contract) -> None:
    first, second, third = chain.read_many([probe.functions.stored(), probe.functions.fail(0), probe.functions.time()])
    assert first.value == 0
    assert third.error is None
    assert isinstance(second.error, TransactionReverted)
    assert second.error.error == "Refused"
    with pytest.raises(TransactionReverted, match="not yet"):
        _ = second.value


def test_no_calls_are_no_readings(chain: Chain) -> None:
    assert chain.read_many([]) == []


class Served:
    """A development node over HTTP, whose answers to batches a test changes."""

    def __init__(self, change: Callable[[Served, list[Any], bytes], Answered | None]) -> None:
        self.node = DevelopmentNode()
        self.batches = 0
        self._change = change

    def __call__(self, payload: bytes) -> Answered | None:
        body = json.loads(payload)
        if not isinstance(body, list):
            return 200, answer(self.node.handle, payload) or b""
        self.batches += 1
        return self._change(self, body, payload)

    def plainly(self, payload: bytes) -> list[dict[str, Any]]:
        """The answers to a batch, as they should be."""
        responses: list[dict[str, Any]] = json.loads(answer(self.node.handle, payload) or b"[]")
        return responses


def read_times(served: Served, artifact: Artifact, count: int, outage: float = 0.0) -> list[object]:
    """What `count` reads of the time of the block come to, of the probe on this node."""
    policy = SendingPolicy(outage_seconds=outage)
    with server(served) as url, Chain.connect(url, policy=policy, sleep=lambda _: None) as chain:
        address, _ = chain.deploy(artifact, devnet_account(0, chain), 10**10)
        probe = chain.contract(address, artifact.abi)
        now = chain.timestamp()
        readings = chain.read_many([probe.functions.time() for _ in range(count)])
        return [reading.value - now for reading in readings]


def refusing_with(status: int, body: object) -> Callable[[Served, list[Any], bytes], Answered]:
    def refuse(_served: Served, asked: list[Any], _payload: bytes) -> Answered:
        filled = [{**body[0], "id": asked[0]["id"]}] if isinstance(body, list) else body
        return status, json.dumps(filled).encode()

    return refuse


INVALID = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batches are not supported"}}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("status", "body", "tries"),
    [
        (200, INVALID, 1),
        (200, [{**INVALID, "error": {"code": -32600, "message": "batch too large"}}], 4),
        (200, {**INVALID, "error": {"code": -32700, "message": "parse error"}}, 4),
        (400, "no", 4),
        (405, "no", 4),
        (413, "no", 4),
    ],
)
def test_a_node_that_takes_no_batches_is_asked_one_by_one_from_then_on(
    status: int, body: object, tries: int, probe_artifact: Artifact
) -> None:
    served = Served(refusing_with(status, body))
    assert read_times(served, probe_artifact, 2 * BATCH_CALLS + 1) == [0] * (2 * BATCH_CALLS + 1)
    assert served.batches == tries


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("most", "said", "status", "refusals"),
    [(50, f"batch of {BATCH_CALLS} exceeds 50", 200, 1), (30, "too many", 413, 2), (10, "maximum: 10", 400, 1)],
)
def test_a_node_that_takes_smaller_batches_gets_them(
    most: int, said: str, status: int, refusals: int, probe_artifact: Artifact
) -> None:
    taken: list[int] = []

    def limited(served: Served, asked: list[Any], payload: bytes) -> Answered:
        if len(asked) > most:
            error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32005 + 5, "message": said}}
            return status, json.dumps(error).encode()
        taken.append(len(asked))
        return 200, json.dumps(served.plainly(payload)).encode()

    served = Served(limited)
    assert read_times(served, probe_artifact, BATCH_CALLS) == [0] * BATCH_CALLS
    assert sum(taken) == BATCH_CALLS
    assert served.batches == len(taken) + refusals
    assert max(taken) >= min(most, 20)


def test_answers_whose_numbers_are_texts_are_taken(probe_artifact: Artifact) -> None:
    def texts(served: Served, _asked: list[Any], payload: bytes) -> Answered:
        return 200, json.dumps(
            [{**each, "id": str(each["id"]), "error": None} for each in served.plainly(payload)]
        ).encode()

    assert read_times(Served(texts), probe_artifact, 3) == [0] * 3


def test_of_a_batch_only_what_was_refused_in_passing_is_asked_again(probe_artifact: Artifact) -> None:
    sizes: list[int] = []

    def limited(served: Served, asked: list[Any], payload: bytes) -> Answered:
        sizes.append(len(asked))
        right = served.plainly(payload)
        for late in right[3:]:
            del late["result"]
            late["error"] = RATE_LIMIT
        return 200, json.dumps(right).encode()

    assert read_times(Served(limited), probe_artifact, 10, outage=30) == [0] * 10
    assert sizes == [10, 7, 4, 1]


def test_where_batches_break_off_the_reads_go_one_by_one(probe_artifact: Artifact) -> None:
    served = Served(lambda *_: None)
    assert read_times(served, probe_artifact, BATCH_CALLS + 5, outage=30) == [0] * (BATCH_CALLS + 5)
    assert served.batches <= 12


def test_answers_in_another_order_go_to_their_questions(probe_artifact: Artifact) -> None:
    def reversed_batch(served: Served, _asked: list[Any], payload: bytes) -> Answered:
        return 200, json.dumps(served.plainly(payload)[::-1]).encode()

    served = Served(reversed_batch)
    with server(served) as url, Chain.connect(url) as chain:
        address, _ = chain.deploy(probe_artifact, devnet_account(0, chain), 10**10)
        functions = chain.contract(address, probe_artifact.abi).functions
        found = chain.read_many([functions.stored(), functions.closesAt(), functions.fail(1)])
        assert [reading.value for reading in found[:2]] == [0, 10**10]
        assert isinstance(found[2].error, TransactionReverted)
    assert served.batches == 1


BEHIND = {"code": -32000, "message": "header not found"}
RATE_LIMIT = {"code": 429, "message": "too many requests"}


@pytest.mark.parametrize("fault", ["status", "hang up", "short", "twice", "limited", "behind", "other", "text", "one"])
def test_a_batch_that_failed_in_passing_is_asked_again(fault: str, probe_artifact: Artifact) -> None:
    def faulty(served: Served, _asked: list[Any], payload: bytes) -> Answered | None:
        right = served.plainly(payload)
        if served.batches > 2:
            return 200, json.dumps(right).encode()
        wrong: dict[str, object] = {
            "short": right[1:],
            "twice": [*right, right[0]],
            "limited": [{"jsonrpc": "2.0", "id": right[0]["id"], "error": RATE_LIMIT}, *right[1:]],
            "behind": [{"jsonrpc": "2.0", "id": right[0]["id"], "error": BEHIND}, *right[1:]],
            "other": [{**each, "id": each["id"] + 1000} for each in right],
            "text": "a text",
            "one": right[0],
        }
        if fault == "hang up":
            return None
        return (503, b"no") if fault == "status" else (200, json.dumps(wrong[fault]).encode())

    served = Served(faulty)
    assert read_times(served, probe_artifact, 3, outage=30) == [0] * 3
    assert served.batches == 3


def test_a_node_that_stays_away_ends_the_reading(probe_artifact: Artifact) -> None:
    served = Served(lambda *_: (503, b"no"))
    with pytest.raises(ChainUnavailable, match="asked again for 5 seconds"):
        read_times(served, probe_artifact, 3, outage=5)


def test_all_batches_are_of_one_block(probe_artifact: Artifact) -> None:
    def growing(served: Served, _asked: list[Any], payload: bytes) -> Answered:
        served.node.handle("evm_mine", [])
        return 200, json.dumps(served.plainly(payload)).encode()

    served = Served(growing)
    assert set(read_times(served, probe_artifact, 3 * BATCH_CALLS)) == {0}
    assert served.batches == 3


@pytest.mark.parametrize("takes_batches", [True, False])
def test_questions_of_any_kind_are_answered_in_their_order(takes_batches: bool) -> None:
    def change(served: Served, asked: list[Any], payload: bytes) -> Answered:
        if takes_batches:
            return 200, json.dumps(served.plainly(payload)).encode()
        return refusing_with(200, INVALID)(served, asked, payload)

    served = Served(change)
    questions: list[tuple[str, list[Any]]] = [("eth_getBlockByNumber", ["0x0", False]), ("eth_noSuch", [])]
    questions += [("eth_blockNumber", [])] * BATCH_CALLS
    policy = SendingPolicy(outage_seconds=0)
    with server(served) as url, Chain.connect(url, policy=policy, sleep=lambda _: None) as chain:
        first, second, *others = chain.ask_many(questions)
        assert first["result"]["number"] == "0x0"
        assert second["error"]["code"] == -32601
        assert [each["result"] for each in others] == ["0x0"] * BATCH_CALLS
        assert chain.ask_many([]) == []
    assert served.batches == (2 if takes_batches else 1)
