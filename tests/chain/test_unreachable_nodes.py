"""Addresses where no node answers, or something that is none; and outages that pass."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.embedded.jsonrpc import answer
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.endpoint import shown_url
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import TransactionUnconfirmed, WrongChain
from hyperbounty.errors import ChainUnavailable, InvalidInput
from tests.chain.http_server import server


@pytest.fixture
def free_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_where_nobody_listens_the_address_and_the_next_step_are_named(free_url: str) -> None:
    with pytest.raises(ChainUnavailable, match=f"no node answers at {free_url}") as caught:
        Chain.connect(free_url)
    assert "start “devnet”" in caught.value.next_step
    assert "rpc" in caught.value.next_step
    assert isinstance(caught.value, ConnectionError)


def test_the_debug_log_has_no_part_of_an_address_that_may_be_a_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"), Devnet(port=0) as devnet:
        keyed = devnet.url.replace("http://", "http://user:PASSWORD@")
        with Chain.connect(f"{keyed}/v3/PROVIDERKEY?token=TOKEN") as chain:
            chain.timestamp()
    assert "POST /… " in caplog.text
    assert not any(secret in caplog.text for secret in ("PASSWORD", "PROVIDERKEY", "TOKEN"))


def test_a_host_that_does_not_exist_is_unavailable() -> None:
    with pytest.raises(ChainUnavailable, match="no node answers"):
        Chain.connect("http://nowhere.invalid:8545")


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html></html>",
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"5",
        b"null",
        b'"text"',
        b"{}",
        b'{"result": "0x1"}',
    ],
)
def test_what_answers_in_another_language_is_no_node(body: bytes) -> None:
    with server(lambda _: (200, body)) as url, pytest.raises(ChainUnavailable, match="does not speak JSON-RPC"):
        Chain.connect(url)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "refuses access"),
        (403, "refuses access"),
        (404, "does not speak JSON-RPC"),
        (405, "does not speak JSON-RPC"),
        (429, "limiting requests"),
        (500, "fails"),
        (503, "fails"),
    ],
)
def test_a_refusal_by_http_says_what_to_do(status: int, said: str) -> None:
    policy = SendingPolicy(outage_seconds=0)
    with server(lambda _: (status, b"no")) as url, pytest.raises(ChainUnavailable, match=said) as caught:
        Chain.connect(url, policy=policy)
    assert caught.value.next_step


def test_a_node_that_hangs_up_is_unavailable() -> None:
    with server(lambda _: None) as url, pytest.raises(ChainUnavailable, match="no node answers"):
        Chain.connect(url)


def test_a_node_that_never_answers_is_given_up_on() -> None:
    done = threading.Event()

    def hold(_: bytes) -> None:
        done.wait(30)

    with server(hold) as url:
        with pytest.raises(ChainUnavailable, match="does not answer in time"):
            Chain.connect(url, timeout=0.2)
        done.set()


@pytest.mark.parametrize(
    "url", ["", "localhost:8545", "ws://127.0.0.1:8545", "http://", "http://a:b", "http://[", "/node.ipc"]
)
def test_what_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="address of the node") as caught:
        Chain.connect(url)
    assert "http://" in caught.value.next_step


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("http://127.0.0.1:8545/", "http://127.0.0.1:8545"),
        ("https://mainnet.example.org/v3/SECRET", "https://mainnet.example.org/…"),
        ("https://example.org/?key=SECRET", "https://example.org/…"),
        ("https://user:SECRET@example.org", "https://example.org"),
        ("http://[::1]:8545", "http://[::1]:8545"),
    ],
)
def test_an_address_is_shown_without_the_providers_key(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_no_message_repeats_the_providers_key(free_url: str) -> None:
    with pytest.raises(ChainUnavailable) as caught:
        Chain.connect(f"{free_url}/v3/SECRET")
    assert "SECRET" not in str(caught.value)


class Flaky:
    """A development node whose connection fails for the next `failures` requests that `concerns` picks."""

    def __init__(self) -> None:
        self.node = DevelopmentNode()
        self.failures = 0
        self.concerns: Callable[[str], bool] = lambda _: True
        self.deliver = False
        self.seen: list[str] = []

    def __call__(self, payload: bytes) -> tuple[int, bytes] | None:
        method = json.loads(payload)["method"]
        self.seen.append(method)
        fails = self.failures > 0 and self.concerns(method)
        if fails:
            self.failures -= 1
        if fails and not self.deliver:
            return None
        answered = answer(self.node.handle, payload) or b""
        return None if fails else (200, answered)


@pytest.mark.heavy
def test_a_short_outage_while_reading_is_not_noticed() -> None:
    flaky = Flaky()
    with server(flaky) as url, Chain.connect(url) as chain:
        flaky.failures = 2
        assert chain.balance(devnet_account(0, chain).address) > 0
        assert flaky.failures == 0


@pytest.mark.parametrize("delivered", [True, False])
def test_a_transaction_whose_answer_is_lost_is_sent_again_and_counts_once(delivered: bool) -> None:
    flaky = Flaky()
    with server(flaky) as url, Chain.connect(url, sleep=lambda _: None) as chain:
        account, target = devnet_account(0, chain), f"0x{'11' * 20}"
        flaky.concerns, flaky.failures = (lambda method: method == "eth_sendRawTransaction"), 2
        flaky.deliver = delivered
        assert chain.transfer(account, target, 1).status == 1
        assert flaky.seen.count("eth_sendRawTransaction") == 3
        assert chain.balance(target) == 1
        assert chain.w3.eth.get_transaction_count(account.address) == 1


@pytest.mark.parametrize("key", ["the one", None])
def test_a_long_outage_while_a_transaction_is_on_its_way_names_it(key: str | None, tmp_path: Path) -> None:
    flaky = Flaky()
    with server(flaky) as url:
        with Chain.connect(url, policy=SendingPolicy(outage_seconds=0), journal=tmp_path) as chain:
            account, target = devnet_account(0, chain), f"0x{'11' * 20}"
            flaky.concerns, flaky.failures, flaky.deliver = (lambda name: name == "eth_sendRawTransaction"), 1, True
            with pytest.raises(TransactionUnconfirmed, match="was on its way when") as caught:
                chain.transfer(account, target, 1, key=key)
            assert isinstance(caught.value, ChainUnavailable)
            assert ("the same command again" if key else "before you repeat") in caught.value.next_step
        with Chain.connect(url, journal=tmp_path) as chain:
            if key is not None:
                assert chain.transfer(account, target, 1, key=key).hash == caught.value.hash
            assert chain.balance(target) == 1
            assert chain.w3.eth.get_transaction_receipt(caught.value.hash)["status"] == 1  # type: ignore[arg-type]


def test_an_outage_is_shown_while_it_lasts() -> None:
    flaky = Flaky()
    shown: list[tuple[float, str]] = []
    pauses: list[float] = []
    with (
        server(flaky) as url,
        Chain.connect(url, on_outage=lambda seconds, why: shown.append((seconds, why)), sleep=pauses.append) as chain,
    ):
        flaky.failures = 5
        assert chain.block_number() == 0
    assert pauses == [0.25, 0.5, 1, 2, 4]
    # The requests themselves take time too, however little.
    assert [seconds for seconds, _ in shown] == pytest.approx([0, 0.25, 0.75, 1.75, 3.75], abs=0.2)
    assert {why for _, why in shown} == {f"no node answers at {url}"}


def test_a_long_outage_ends_with_what_continues() -> None:
    flaky = Flaky()
    pauses: list[float] = []
    with server(flaky) as url, Chain.connect(url, sleep=pauses.append) as chain:
        flaky.failures = 10**6
        with pytest.raises(ChainUnavailable, match=r"no node answers .*, asked again for 30 seconds") as caught:
            chain.block_number()
        assert "same command" in caught.value.next_step
        assert sum(pauses) == pytest.approx(30, abs=1)
        flaky.failures = 0
        assert chain.block_number() == 0


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_provider_that_is_busy_is_asked_again_when_it_says(status: int) -> None:
    answers = [(200, {}), (status, {"Retry-After": "3"}), (status, {"Retry-After": "soon"}), (200, {})]
    pauses: list[float] = []

    def busy(payload: bytes) -> tuple[int, bytes, dict[str, str]]:
        code, headers = answers.pop(0)
        result = {"jsonrpc": "2.0", "id": json.loads(payload)["id"], "result": "0x7"}
        return code, json.dumps(result).encode() if code == 200 else b"slow down", headers

    with server(busy) as url, Chain.connect(url, sleep=pauses.append) as chain:
        assert chain.block_number() == 7
    assert pauses == [3, 0.5]


@pytest.mark.parametrize(
    "body",
    [
        b'{"jsonrpc": "2.0", "id": 999, "result": "0x1"}',
        b'{"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "parse error"}}',
        b'{"jsonrpc": "2.0", "id": 1, "resu',
        b'{"jsonrpc": "2.0", "id": 1}',
        b'{"jsonrpc": "2.0", "id": 1, "error": {"code": 429, "message": "compute units per second exceeded"}}',
        b'{"jsonrpc": "2.0", "id": 1, "error": {"code": -32005, "message": "daily rate limit reached"}}',
        b"<html>Bad gateway</html>",
        b"",
    ],
)
def test_what_is_no_whole_answer_to_the_question_is_asked_again(body: bytes) -> None:
    bodies: list[bytes | None] = [None, body, None]

    def garbled(payload: bytes) -> tuple[int, bytes]:
        good = json.dumps({"jsonrpc": "2.0", "id": json.loads(payload)["id"], "result": "0x7"}).encode()
        return 200, bodies.pop(0) or good if bodies[0] is None else bodies.pop(0) or b""

    with server(garbled) as url, Chain.connect(url, sleep=lambda _: None) as chain:
        assert chain.block_number() == 7
    assert bodies == []


def test_what_moves_a_development_chain_is_not_repeated_blindly() -> None:
    flaky = Flaky()
    with server(flaky) as url, Chain.connect(url) as chain:
        flaky.failures, flaky.deliver = 1, True
        with pytest.raises(ChainUnavailable, match="evm_mine"):
            chain.w3.manager.request_blocking("evm_mine", [])  # type: ignore[arg-type]
        assert flaky.seen.count("evm_mine") == 1
        assert chain.block_number() == 1


@pytest.mark.parametrize("method", ["evm_setNextBlockTimestamp", "evm_mine"])
@pytest.mark.parametrize("delivered", [True, False])
def test_a_move_of_the_clock_whose_answer_is_lost_ends_at_the_time(method: str, delivered: bool) -> None:
    flaky = Flaky()
    with server(flaky) as url, Chain.connect(url, sleep=lambda _: None) as chain:
        target = chain.timestamp() + 1000
        flaky.concerns, flaky.failures, flaky.deliver = (lambda name: name == method), 2, delivered
        chain.advance_to(target)
        assert chain.timestamp() == target


@pytest.mark.parametrize("failures", [1, 2])
def test_one_broken_connection_does_not_end_a_command_that_begins(failures: int) -> None:
    flaky = Flaky()
    flaky.failures = failures
    with server(flaky) as url, Chain.connect(url, sleep=lambda _: None) as chain:
        assert chain.chain_id == 31337


def test_a_node_of_another_chain_is_refused() -> None:
    with server(Flaky()) as url, pytest.raises(WrongChain, match="is chain 31337, not 1") as caught:
        Chain.connect(url, expected_chain_id=1)
    assert "rpc" in caught.value.next_step


def test_an_outage_while_waiting_for_the_receipt_is_waited_out() -> None:
    flaky = Flaky()
    pauses: list[float] = []
    with server(flaky) as url, Chain.connect(url, sleep=pauses.append) as chain:
        flaky.concerns, flaky.failures = (lambda method: method == "eth_getTransactionReceipt"), 4
        receipt = chain.transfer(devnet_account(0, chain), f"0x{'11' * 20}", 1)
        assert receipt.status == 1
        assert pauses == [0.25, 0.5, 1, 2]
