"""`hyperbounty doctor`: what is well, and a fault of each kind with what to do about it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hyperbounty import extras
from hyperbounty.chain.registry import contract_names
from hyperbounty.cli.doctor.finding import Finding, State
from hyperbounty.cli.doctor.keeping import check_disk
from hyperbounty.cli.doctor.machine import check_backends, check_extras, check_processor, check_python
from hyperbounty.store import Cid
from hyperbounty.training import arithmetic
from tests.chain.http_server import server
from tests.cli.conftest import Command
from tests.store.gateway_server import Gateway, fails, gives, serves

NOW = int(time.time())


def checks(hb: Command, *options: object, code: int = 1) -> dict[str, dict[str, str]]:
    """What the command found, by check."""
    answer = hb("doctor", "--skip-backends", "--json", *options, code=code).json
    assert answer["well"] == (code == 0)
    for found in answer["checks"]:
        assert found["finding"]
        assert found["next_step"] or found["level"] != "fault"
    return {found["check"]: found for found in answer["checks"]}


def only(findings: Iterator[Finding]) -> Finding:
    [found] = findings
    return found


def test_all_is_well_with_a_node_a_contract_and_an_account(hb: Command, devnet: str) -> None:
    found = checks(hb, "--rpc", devnet, "--account", "devnet-2")
    assert [name for name, one in found.items() if one["level"] == "fault"] == contract_names()
    assert "hyperbounty deploy HyperparameterBounty" in found["HyperparameterBounty"]["next_step"]
    hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--account", "devnet-0")
    found = checks(hb, "--rpc", devnet, "--account", "devnet-2", code=0)
    # Who takes part in contests alone needs no other contract.
    assert found["SharedModels"]["level"] == "remark"
    assert "hyperbounty deploy SharedModels" in found["SharedModels"]["next_step"]
    assert "10000 ETH" in found["account"]["finding"]
    assert "31337" in found["chain"]["finding"]
    assert found["store"]["level"] == "well"
    shown = hb("doctor", "--skip-backends", "--rpc", devnet).out
    assert shown.startswith("All is well.")
    assert "none is kept here" in shown


def test_each_gateway_is_asked(hb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    page = gives(b"<title>Welcome</title>", Content_Type="text/html")
    with (
        Gateway(serves({})) as lacking,
        Gateway(serves({Cid.raw(b""): b""})) as having,
        Gateway(page) as other,
        Gateway(fails(403)) as guarded,
        Gateway(fails(503)) as busy,
    ):
        asked = [lacking.url, having.url, other.url, guarded.url, busy.url]
        monkeypatch.setenv("HYPERBOUNTY_GATEWAYS", ",".join(asked))
        found = checks(hb)
    levels = [found[f"gateway {url}"]["level"] for url in asked]
    assert levels == ["well", "well", "fault", "fault", "remark"]
    assert "trustless" in found[f"gateway {other.url}"]["finding"]
    assert "HYPERBOUNTY_GATEWAY_AUTH" in found[f"gateway {guarded.url}"]["next_step"]
    assert "503" in found[f"gateway {busy.url}"]["finding"]


def test_where_no_node_answers_the_rest_is_checked_all_the_same(hb: Command) -> None:
    found = checks(hb, "--rpc", "http://127.0.0.1:9")
    assert "hyperbounty devnet" in found["node"]["next_step"]
    assert {"Python", "disk", "store", "account"} <= found.keys()


def test_a_configuration_that_does_not_fit_is_the_last_thing_that_is_looked_at(hb: Command, home: Path) -> None:
    home.mkdir()
    (home / "hyperbounty.toml").write_text("confirmations = 'many'\n")
    found = checks(hb)
    assert found["configuration"]["level"] == "fault"
    assert "node" not in found


def test_a_node_of_another_chain_than_the_profile_says(hb: Command, home: Path, devnet: str) -> None:
    home.mkdir()
    (home / "hyperbounty.toml").write_text(f'[profiles.sea]\nrpc = "{devnet}"\nchain_id = 5\n')
    assert "for chain 5" in checks(hb, "--profile", "sea")["node"]["finding"]


ANSWERS: dict[str, Any] = {
    "eth_chainId": "0x1",
    "web3_clientVersion": "Nobody/v1",
    "eth_syncing": False,
    "eth_blockNumber": "0x100000",
    "eth_getCode": "0x",
    "eth_getBalance": "0x0",
    "eth_getLogs": [],
    "net_version": "1",
}


def block(seconds_old: int, number: int = 0x100000) -> dict[str, str]:
    zeros = "0x" + 64 * "0"
    hashes = ("hash", "parentHash", "sha3Uncles", "stateRoot", "transactionsRoot", "receiptsRoot", "mixHash")
    return {
        **dict.fromkeys(hashes, zeros),
        **dict.fromkeys(("difficulty", "gasUsed", "size", "baseFeePerGas"), "0x1"),
        "number": hex(number),
        "timestamp": hex(int(time.time()) - seconds_old),
        "gasLimit": "0x1c9c380",
        "extraData": "0x",
        "logsBloom": "0x" + 512 * "0",
        "miner": "0x" + 40 * "0",
        "nonce": "0x" + 16 * "0",
        "transactions": [],  # type: ignore[dict-item]
        "uncles": [],  # type: ignore[dict-item]
    }


def node(hb: Command, most_blocks: int | None = None, **answers: Any) -> dict[str, dict[str, str]]:
    """What is found of a node of Ethereum's chain that answers so."""
    said = {**ANSWERS, "latest": block(5), "finalized": block(900, 0x100000 - 70), **answers}

    def one(request: dict[str, Any]) -> dict[str, Any]:
        method, parameters = request["method"], request.get("params", [])
        answer = {"jsonrpc": "2.0", "id": request["id"]}
        if method == "eth_getLogs" and most_blocks is not None:
            asked = int(parameters[0]["toBlock"], 16) - int(parameters[0]["fromBlock"], 16) + 1
            if asked > most_blocks:
                return {**answer, "error": {"code": -32000, "message": f"up to {most_blocks} blocks, please"}}
        if method == "eth_getBlockByNumber":
            return {**answer, "result": said.get(parameters[0], said["latest"])}
        if method not in said:
            return {**answer, "error": {"code": -32601, "message": "method not found"}}
        return {**answer, "result": said[method]}

    def behaviour(body: bytes) -> tuple[int, bytes]:
        asked = json.loads(body)
        told = [one(each) for each in asked] if isinstance(asked, list) else one(asked)
        return 200, json.dumps(told).encode()

    with server(behaviour) as url:
        return checks(hb, "--rpc", url)


def test_a_node_that_is_as_it_should_be(hb: Command) -> None:
    found = node(hb)
    states = {name: found[name]["level"] for name in ("node", "chain", "latest block", "clock", "events")}
    assert set(states.values()) == {"well"}
    # The default believes the latest block, which can be undone here.
    assert found["finality"]["level"] == "remark"
    assert "70 behind the latest" in found["finality"]["finding"]


def test_a_node_that_syncs_or_is_behind(hb: Command) -> None:
    assert "syncing" in node(hb, eth_syncing={"currentBlock": "0x1"})["latest block"]["finding"]
    behind = node(hb, latest=block(7200))["latest block"]
    assert behind["level"] == "fault"
    assert "120 minutes ago" in behind["finding"]


def test_a_clock_that_is_behind_the_chain(hb: Command) -> None:
    found = node(hb, latest=block(-600))["clock"]
    assert found["level"] == "fault"
    assert "behind the chain's" in found["finding"]
    assert "NTP" in found["next_step"]


def test_a_node_that_knows_no_final_block(hb: Command) -> None:
    assert node(hb, finalized=None)["finality"]["level"] == "remark"


@pytest.mark.parametrize(("most", "state"), [(5_000, "well"), (100, "remark"), (0, "fault")])
def test_over_how_many_blocks_a_node_gives_events(hb: Command, most: int, state: str) -> None:
    found = node(hb, most_blocks=most)["events"]
    assert found["level"] == state
    assert f"up to {most} blocks, please" in found["finding"]
    assert most == 0 or f"over {most:,} blocks" in found["finding"]


def test_an_ipfs_node_that_is_not_there(hb: Command, devnet: str) -> None:
    found = checks(hb, "--rpc", devnet, "--ipfs", "/ip4/127.0.0.1/tcp/9")
    assert found["store"]["level"] == "fault"
    assert found["store"]["next_step"]


def test_accounts_that_are_damaged_or_not_there_or_cannot_pay(hb: Command, home: Path, devnet: str) -> None:
    (home / "keystores").mkdir(parents=True)
    (home / "keystores" / "ada.json").write_text("{}")
    found = checks(hb, "--rpc", devnet, "--account", "ben")
    assert found["account ada"]["level"] == "fault"
    assert "ben" in found["account"]["finding"]
    password = home / "password"
    password.write_text("a long password\n")
    password.chmod(0o600)
    hb("account", "new", "cem", "--password-file", password)
    poor = checks(hb, "--rpc", devnet, "--account", "cem")["account"]
    assert "cannot pay" in poor["finding"]
    assert "coins" in poor["next_step"]
    missing = checks(hb, "--rpc", devnet, "--account", "cem", "--password-file", home / "nowhere")["account"]
    assert missing["level"] == "fault"


def test_a_bare_key_that_is_none_is_not_shown(hb: Command, devnet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPERBOUNTY_PRIVATE_KEY", "deadbeef")
    found = checks(hb, "--rpc", devnet)["account"]
    assert found["level"] == "fault"
    assert "deadbeef" not in json.dumps(found)


def test_a_disk_without_room_or_without_the_right_to_write(tmp_path: Path) -> None:
    home = tmp_path / "not" / "made" / "yet"
    assert only(check_disk(home)).state is State.WELL
    full = only(check_disk(home, least_free=10**18))
    assert full.state is State.FAULT
    assert "--home" in full.next_step
    (tmp_path / "file").write_text("")
    assert only(check_disk(tmp_path / "file" / "home")).state is State.FAULT
    if os.geteuid():
        tmp_path.chmod(0o500)
        assert only(check_disk(tmp_path / "home")).state is State.FAULT
        tmp_path.chmod(0o700)


def test_versions_of_python() -> None:
    assert only(check_python((3, 10))).state is State.FAULT
    assert only(check_python((3, 11))).state is State.WELL
    assert only(check_python((3, 99))).state is State.REMARK


def test_extras_that_are_not_installed_come_with_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {found.check for found in check_extras()} == {f"extra {name}" for name in extras.EXTRAS}
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    for found in check_extras():
        assert found.state is State.REMARK
        assert found.next_step == f'pip install "hyperbounty[{found.check.removeprefix("extra ")}]"'


def test_a_processor_that_lacks_instructions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "processor_features", lambda: frozenset({"sse2"}))
    found = only(check_processor())
    assert found.state is State.FAULT
    assert "avx2" in found.what


def test_a_backend_that_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keras.py").write_text("raise ImportError('libsomething.so.4: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    first, *_ = check_backends()
    assert first.state is State.FAULT
    assert "libsomething" in first.what
    assert "pip install" in first.next_step


@pytest.mark.training
def test_a_backend_that_starts() -> None:
    found = [one for one in check_backends() if one.check == "backend tensorflow"]
    assert [one.state for one in found] == [State.WELL]
    assert "the processor" in found[0].what
