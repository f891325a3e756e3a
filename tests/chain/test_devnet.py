"""The devnet: JSON-RPC as nodes speak it, a clock that follows the real one, and a clean end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.embedded.node import BLOCK_SECONDS
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.serving import MAX_REQUEST_BYTES
from hyperbounty.errors import ChainError, ChainUnavailable, InvalidInput

ROOT = Path(__file__).parents[2]


class Wall:
    """A wall clock that the test moves."""

    def __init__(self) -> None:
        self.now = 4_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def devnet(wall: Wall) -> Iterator[Devnet]:
    with Devnet(port=0, wall=wall) as served:
        yield served


@pytest.fixture
def chain(devnet: Devnet) -> Iterator[Chain]:
    with Chain.connect(devnet.url) as connected:
        yield connected


def post(devnet: Devnet, body: Any, **kwargs: Any) -> requests.Response:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    with requests.Session() as session:
        session.trust_env = False
        return session.post(devnet.url, data=payload, timeout=120, **kwargs)


def rpc(devnet: Devnet, method: str, *params: Any) -> Any:
    return post(devnet, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).json()


def test_a_request_is_answered_with_its_id(devnet: Devnet) -> None:
    request = {"jsonrpc": "2.0", "id": "77", "method": "eth_chainId"}
    assert post(devnet, request).json() == {"jsonrpc": "2.0", "id": "77", "result": "0x7a69"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"", -32700),
        (b"[" * 100_000, -32600),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, -32600),
        (b'"' + b"\\\\" * 1_000_000, -32700),
        (5, -32600),
        ({}, -32600),
        ([], -32600),
        ({"id": 1, "method": "eth_blockNumber", "params": {"a": 1}}, -32602),
        ({"id": 1, "method": "eth_sendTransaction", "params": [{}]}, -32601),
        ({"id": 1, "method": "__class__"}, -32601),
        ({"id": 1, "method": "eth_getBalance"}, -32602),
        ({"id": 1, "method": "eth_getBalance", "params": ["0x12"]}, -32602),
        ({"id": 1, "method": "eth_getBalance", "params": [f"0x{'00' * 20}", "soon"]}, -32602),
        ({"id": 1, "method": "eth_getBalance", "params": [f"0x{'00' * 20}", "0xffff"]}, -32000),
        ({"id": 1, "method": "eth_call", "params": ["0x"]}, -32602),
        ({"id": 1, "method": "eth_getLogs", "params": [{"topics": "0x"}]}, -32602),
        ({"id": 1, "method": "eth_sendRawTransaction", "params": ["0x02f8"]}, -32000),
        ({"id": 1, "method": "eth_sendRawTransaction", "params": ["0x"]}, -32000),
        ({"id": 1, "method": "evm_increaseTime", "params": ["0x" + "f" * 64]}, -32602),
        ({"id": 1, "method": "evm_setNextBlockTimestamp", "params": [1]}, -32602),
    ],
)
def test_a_wrong_request_is_answered_with_the_error_of_the_standard(devnet: Devnet, body: Any, code: int) -> None:
    answer = post(devnet, body).json()
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]
    assert rpc(devnet, "eth_blockNumber")["result"] == "0x0"


def test_brackets_inside_of_strings_are_no_nesting(devnet: Devnet) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": '\\"' + "[" * 1000}
    assert post(devnet, request).json()["error"]["code"] == -32601


@pytest.mark.heavy
def test_a_contract_that_calls_itself_without_end_does_not_end_the_node(chain: Chain) -> None:
    # All five arguments of CALL zero but the address, its own, and all gas.
    runs = bytes.fromhex("5f5f5f5f5f305af1")
    artifact = Artifact("Deep", (), bytes.fromhex(f"67{runs.hex()}5f5260086018f3"), runs)
    address, _ = chain.deploy(artifact, devnet_account(0, chain))
    assert chain.code(address) == runs
    chain.transfer(devnet_account(0, chain), address, 0)
    assert chain.block_number() >= 2


def test_a_batch_is_answered_in_order_and_notifications_are_not(devnet: Devnet) -> None:
    batch = [{"id": 1, "method": "net_version"}, {"method": "eth_chainId"}, 5, {"id": 2, "method": "eth_syncing"}]
    answers = post(devnet, batch).json()
    assert [answer.get("result", "error") for answer in answers] == ["31337", "error", False]
    silent = post(devnet, {"method": "eth_chainId"})
    assert (silent.status_code, silent.content) == (204, b"")


def test_revert_data_travels_as_with_other_nodes(devnet: Devnet, chain: Chain, probe_artifact: Artifact) -> None:
    address, _ = chain.deploy(probe_artifact, devnet_account(0, chain), 2**40)
    probe = chain.contract(address, probe_artifact.abi)
    data = probe.encode_abi("fail", [2])
    error = rpc(devnet, "eth_call", {"to": address, "data": data}, "latest")["error"]
    assert (error["code"], error["message"]) == (3, "execution reverted: plain words")
    assert error["data"].startswith("0x08c379a0")


def test_a_request_too_large_is_refused_before_it_is_read(devnet: Devnet) -> None:
    with socket.create_connection(("127.0.0.1", int(devnet.url.rsplit(":", 1)[1])), timeout=120) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_REQUEST_BYTES + 1}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("header", ["", "Content-Length: -5\r\n", "Content-Length: many\r\n", "Content-Length: ²\r\n"])
def test_a_request_without_a_length_is_refused(devnet: Devnet, header: str) -> None:
    with socket.create_connection(("127.0.0.1", int(devnet.url.rsplit(":", 1)[1])), timeout=120) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 411 ")


def test_a_page_in_a_browser_may_ask(devnet: Devnet) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.options(devnet.url, headers={"Origin": "https://example.org"}, timeout=120)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")


def test_the_clock_follows_the_real_one_without_transactions(devnet: Devnet, chain: Chain, wall: Wall) -> None:
    chain.transfer(devnet_account(0, chain), f"0x{'11' * 20}", 1)
    assert chain.timestamp() == wall.now + 1
    wall.now += 5000
    assert chain.timestamp() == wall.now
    assert chain.w3.eth.get_block("pending")["timestamp"] == wall.now + 1


def test_a_view_sees_the_time_pass(chain: Chain, wall: Wall, probe_artifact: Artifact) -> None:
    address, _ = chain.deploy(probe_artifact, devnet_account(0, chain), int(wall.now) + 100)
    probe = chain.contract(address, probe_artifact.abi)
    assert chain.read(probe.functions.isOpen())
    wall.now += 100
    assert not chain.read(probe.functions.isOpen())
    assert chain.read(probe.functions.time()) == wall.now


def test_questions_alone_make_no_blocks_while_the_latest_is_young(chain: Chain, wall: Wall) -> None:
    number = chain.block_number()
    wall.now += BLOCK_SECONDS - 1
    for _ in range(5):
        assert chain.block_number() in (number, number + 1)
    assert chain.block_number() <= number + 1


def test_blocks_in_the_same_second_still_have_rising_times(chain: Chain) -> None:
    account = devnet_account(0, chain)
    blocks = [chain.transfer(account, account.address, 0).block for _ in range(3)]
    times = [chain.w3.eth.get_block(number)["timestamp"] for number in blocks]
    assert times == sorted(set(times))


def test_after_a_move_the_clock_runs_on_from_there(chain: Chain, wall: Wall) -> None:
    target = chain.timestamp() + 10**6
    chain.advance_to(target)
    assert chain.timestamp() == target
    wall.now += 30
    assert target + 30 <= chain.timestamp() <= target + 31


def test_the_clock_can_be_moved_as_with_other_nodes(devnet: Devnet, chain: Chain) -> None:
    before = chain.timestamp()
    assert rpc(devnet, "evm_increaseTime", 100)["result"] == 100
    assert rpc(devnet, "evm_increaseTime", "0x64")["result"] == 200
    assert rpc(devnet, "evm_mine")["result"] == "0x0"
    assert before + 200 <= chain.timestamp() <= before + 201
    assert rpc(devnet, "evm_mine", before + 500)["result"] == "0x0"
    assert chain.timestamp() == before + 500


def test_a_snapshot_brings_back_the_state_and_the_clock(devnet: Devnet, chain: Chain) -> None:
    account, target = devnet_account(0, chain), f"0x{'22' * 20}"
    chain.transfer(account, target, 1)
    before = (chain.timestamp(), chain.block_number(), chain.balance(account.address))
    first = rpc(devnet, "evm_snapshot")["result"]
    gone = chain.transfer(account, target, 5)
    second = rpc(devnet, "evm_snapshot")["result"]
    chain.advance_to(before[0] + 5000)
    assert rpc(devnet, "evm_revert", first)["result"] is True
    assert (chain.timestamp(), chain.block_number(), chain.balance(account.address)) == before
    assert rpc(devnet, "eth_getTransactionReceipt", gone.hash)["result"] is None
    assert rpc(devnet, "evm_revert", second)["result"] is False
    chain.transfer(account, target, 7)
    assert chain.balance(target) == 8


def test_a_snapshot_of_the_very_beginning_can_be_restored(devnet: Devnet, chain: Chain) -> None:
    snapshot = rpc(devnet, "evm_snapshot")["result"]
    account = devnet_account(0, chain)
    first = chain.transfer(account, f"0x{'22' * 20}", 1)
    assert rpc(devnet, "evm_revert", snapshot)["result"] is True
    assert chain.balance(account.address) == 10_000 * 10**18
    assert chain.w3.eth.chain_id == chain.chain_id
    assert chain.transfer(account, f"0x{'22' * 20}", 1).hash == first.hash


def test_a_transaction_and_its_block_can_be_looked_up(chain: Chain) -> None:
    account = devnet_account(0, chain)
    receipt = chain.transfer(account, f"0x{'33' * 20}", 9)
    transaction = chain.w3.eth.get_transaction(receipt.hash)  # type: ignore[arg-type]
    assert (transaction["from"], transaction["value"]) == (account.address, 9)
    by_number = chain.w3.eth.get_block(receipt.block, full_transactions=True)
    assert by_number == chain.w3.eth.get_block(by_number["hash"], full_transactions=True)
    assert by_number["transactions"] == [transaction]
    assert rpc_missing(chain) is None


def rpc_missing(chain: Chain) -> Any:
    return chain.w3.provider.make_request("eth_getBlockByHash", [f"0x{'00' * 32}"])["result"]  # type: ignore[arg-type]


def test_a_taken_port_says_so(devnet: Devnet) -> None:
    port = int(devnet.url.rsplit(":", 1)[1])
    with pytest.raises(ChainError, match=f"port {port} of 127.0.0.1 is taken") as caught:
        Devnet(port=port)
    assert "choose another with port" in caught.value.next_step


def test_the_network_is_not_let_in_by_accident() -> None:
    with pytest.raises(InvalidInput, match="open to the network"):
        Devnet(port=0, host="0.0.0.0")  # noqa: S104


def test_after_the_end_nobody_answers_not_even_on_open_connections() -> None:
    with Devnet(port=0) as devnet:
        chain = Chain.connect(devnet.url, policy=SendingPolicy(outage_seconds=0))
        assert chain.block_number() == 0
    with pytest.raises(ChainUnavailable, match="no node answers"):
        chain.block_number()
    chain.close()


@pytest.mark.heavy
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(sign: signal.Signals) -> None:
    script = """
        import signal, threading
        from hyperbounty.chain.devnet import Devnet

        # A shell starts what runs in the background with this one ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def tell_when_it_listens_to_signals():
            while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
                pass
            print("ready", flush=True)

        with Devnet(port=0) as devnet:
            threading.Thread(target=tell_when_it_listens_to_signals).start()
            devnet.serve_forever()
        print("stopped", flush=True)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(sign)
        out, err = process.communicate(timeout=600)
    assert (process.returncode, out, err) == (0, "stopped\n", "")
