"""The devnet's file: the chain goes on where it was, and whatever happens to the file is said."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.errors import ChainError, HyperbountyError, InvalidInput
from hyperbounty.store import open_store

ROOT = Path(__file__).parents[2]
NOW = 4 * 10**9
TARGET = f"0x{'44' * 20}"
DAY = 86_400


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "devnet.state"


def node_at(file: Path, now: float = NOW) -> DevelopmentNode:
    return DevelopmentNode(lambda: now, file)


def chain_of(node: DevelopmentNode) -> Chain:
    return Chain(EmbeddedProvider(node))


def everything(node: DevelopmentNode) -> list[Any]:
    """All blocks with their transactions, receipts and logs."""
    last = int(node.handle("eth_blockNumber", []), 16)
    blocks = [node.handle("eth_getBlockByNumber", [hex(number), True]) for number in range(last + 1)]
    receipts = [node.handle("eth_getTransactionReceipt", [t["hash"]]) for b in blocks for t in b["transactions"]]
    return [blocks, receipts, node.handle("eth_getLogs", [{"fromBlock": "0x0"}])]


def test_the_chain_goes_on_with_all_that_it_had(file: Path, probe_artifact: Artifact) -> None:
    node = node_at(file)
    chain = chain_of(node)
    alice = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, alice, NOW + 1000)
    chain.send(chain.contract(address, probe_artifact.abi).functions.store(3, 7), alice)
    chain.transfer(alice, TARGET, 5)
    before, identity = everything(node), chain.identity
    assert before[2]
    node.close()

    again = node_at(file)
    assert (node.is_new, again.is_new) == (True, False)
    assert everything(again) == before
    chain = chain_of(again)
    assert chain.identity == identity
    assert chain.read(chain.contract(address, probe_artifact.abi).functions.stored()) == 7
    chain.transfer(alice, TARGET, 6)
    assert chain.balance(TARGET) == 11


@pytest.mark.parametrize("moved", [0, 10 * DAY])
def test_its_clock_goes_on_while_it_rests(file: Path, moved: int) -> None:
    node = node_at(file)
    chain = chain_of(node)
    if moved:
        chain.advance_to(NOW + moved)
    stood_at = chain.timestamp()
    node.close()
    later = node_at(file, NOW + DAY)
    assert (later.began, later.stood_at) == (NOW, stood_at)
    assert chain_of(later).timestamp() == NOW + moved + DAY


def test_a_time_that_waits_for_the_next_block_still_waits(file: Path) -> None:
    node = node_at(file)
    node.handle("evm_setNextBlockTimestamp", [NOW + 777])
    node.close()
    later = node_at(file)
    later.handle("evm_mine", [])
    assert chain_of(later).timestamp() == NOW + 777


def test_a_machine_whose_clock_was_set_back_makes_no_earlier_block(file: Path) -> None:
    node = node_at(file)
    chain_of(node).transfer(devnet_account(0, chain_of(node)), TARGET, 1)
    node.close()
    earlier = chain_of(node_at(file, NOW - DAY))
    earlier.transfer(devnet_account(0, earlier), TARGET, 1)
    assert earlier.timestamp() == NOW + 2


def test_what_was_reverted_stays_away(file: Path) -> None:
    node = node_at(file)
    chain = chain_of(node)
    snapshot = node.handle("evm_snapshot", [])
    gone = chain.transfer(devnet_account(0, chain), TARGET, 1)
    assert node.handle("evm_revert", [snapshot]) is True
    node.close()
    again = node_at(file)
    assert again.handle("eth_getTransactionReceipt", [gone.hash]) is None
    assert again.handle("eth_blockNumber", []) == "0x0"
    chain = chain_of(again)
    assert chain.transfer(devnet_account(0, chain), TARGET, 2).block == 1
    assert chain.balance(TARGET) == 2


def test_two_chains_that_begin_in_the_same_second_are_told_apart(tmp_path: Path) -> None:
    assert len({chain_of(node_at(tmp_path / str(number))).identity for number in range(3)}) == 3


def test_contents_stay_beside_the_chain(file: Path, tmp_path: Path) -> None:
    with Devnet(port=0, state=file) as devnet:
        cid = open_store(devnet.url, tmp_path).add(b"prices")
    with Devnet(port=0, state=file) as devnet:
        store = open_store(devnet.url, tmp_path)
        assert (store.get(cid), store.is_pinned(cid), devnet.is_new) == (b"prices", True, False)
    with Devnet(port=0) as devnet:
        assert (open_store(devnet.url, tmp_path).has(cid), devnet.is_new) == (False, True)


def test_a_second_devnet_on_one_file_is_refused_and_does_no_harm(file: Path) -> None:
    with Devnet(port=0, state=file) as devnet:
        with pytest.raises(ChainError, match="is in use, by another devnet") as caught:
            Devnet(port=0, state=file)
        assert "name another file" in caught.value.next_step
        with Chain.connect(devnet.url) as chain:
            chain.transfer(devnet_account(0, chain), TARGET, 1)
    node_at(file).close()


def test_a_port_that_is_taken_leaves_no_file(file: Path) -> None:
    with Devnet(port=0) as devnet, pytest.raises(ChainError, match="is taken"):
        Devnet(port=int(devnet.url.rsplit(":", 1)[1]), state=file)
    assert not file.exists()


def other_program(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()


def later_version(file: Path) -> None:
    node_at(file).close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 7")
    connection.close()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda file: file.write_text("not a chain at all, " * 100), "is not the state of a devnet"),
        (lambda file: file.write_bytes(b"short"), "is not the state of a devnet"),
        (other_program, "is not the state of a devnet"),
        (later_version, "is the state of a devnet of version 7, and this program reads 1"),
    ],
)
def test_a_file_that_is_something_else_is_left_as_it_is(file: Path, made: Callable[[Path], object], said: str) -> None:
    file.parent.mkdir()
    made(file)
    before = file.read_bytes()
    with pytest.raises(InvalidInput, match=said) as caught:
        node_at(file)
    assert "as state" in caught.value.next_step
    assert file.read_bytes() == before


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match="cannot be used"):
        node_at(tmp_path)


def test_an_empty_file_becomes_a_chain(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    assert node_at(file).is_new


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_damaged_file_is_called_damaged(file: Path, part: float) -> None:
    node = node_at(file)
    for _ in range(50):
        node.handle("evm_mine", [])
    node.close()
    content = bytearray(file.read_bytes())
    page = int(len(content) * part) // 4096 * 4096
    content[page : page + 4096] = b"\xaa" * 4096
    file.write_bytes(content)
    with pytest.raises(HyperbountyError, match="is damaged") as caught:
        node_at(file)
    assert "restore the file from a copy" in caught.value.next_step


def payment(amount: int, nonce: int) -> str:
    """A signed payment to `TARGET`."""
    fees = {"gas": 21_000, "maxFeePerGas": 10**12, "maxPriorityFeePerGas": 1}
    call: dict[str, Any] = {"to": TARGET, "value": amount, "nonce": nonce, "chainId": 31337, **fees}
    return f"0x{development_account(0).sign_transaction(call).raw_transaction.hex()}"


def test_a_disk_that_is_full_undoes_the_request_alone(file: Path) -> None:
    node = node_at(file)
    node.handle("eth_sendRawTransaction", [payment(1, 0)])
    before = everything(node)
    written = max(path.stat().st_size for path in file.parent.iterdir())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, limits[1]))
    try:
        for request in (("eth_sendRawTransaction", [payment(2, 1)]), ("evm_mine", [])):
            with pytest.raises(ChainError, match=r"cannot be used|has no room"):
                node.handle(*request)
            assert everything(node) == before
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    node.handle("eth_sendRawTransaction", [payment(4, 1)])
    assert chain_of(node).balance(TARGET) == 5
    node.close()
    assert chain_of(node_at(file)).balance(TARGET) == 5


def test_a_chain_that_has_no_room_to_begin_says_so_and_begins_later(file: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))
    try:
        with pytest.raises(ChainError, match=r"cannot be used|has no room"):
            node_at(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert node_at(file).is_new


@pytest.mark.heavy
@pytest.mark.parametrize("answers", [1, 7, 20])
def test_what_was_answered_before_a_kill_is_there_after_it(file: Path, answers: int) -> None:
    script = """
        import sys
        from pathlib import Path
        from hyperbounty.accounts import devnet_account
        from hyperbounty.chain.connection import Chain
        from hyperbounty.chain.embedded.node import DevelopmentNode
        from hyperbounty.chain.embedded.provider import EmbeddedProvider

        chain = Chain(EmbeddedProvider(DevelopmentNode(lambda: 4 * 10**9, Path(sys.argv[1]))))
        while True:
            print(chain.transfer(devnet_account(0, chain), "0x" + "44" * 20, 1).hash, flush=True)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(file)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(answers)]
        # It is at work on the next one, somewhere.
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.read().split()
    node = node_at(file)
    chain = chain_of(node)
    assert all(node.handle("eth_getTransactionReceipt", [each])["status"] == "0x1" for each in told)
    assert len(told) <= chain.balance(TARGET) <= len(told) + 1
    assert len(everything(node)[1]) == chain.balance(TARGET)
    chain.transfer(devnet_account(0, chain), TARGET, 1)
