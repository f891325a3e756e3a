"""`hyperbounty deploy`, and the file of deployments that every command trusts only as far as the chain agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain import reads
from hyperbounty.chain.artifacts import Artifact, load_artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments, WrongCode, code_hash
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.factory import install_factory
from hyperbounty.chain.sending.broadcast import Broadcaster
from hyperbounty.errors import InvalidInput
from tests.cli.conftest import Command
from tests.documents import check

CONTRACT = BountyContract.NAME
THIS_CODE = code_hash(load_artifact(CONTRACT).deployed_bytecode)
# A contract whose whole code is STOP.
STOP = Artifact("Stop", (), bytes.fromhex("6001600c60003960016000f300"), b"\0")
STOP_CODE = "0xbc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a"
NOWHERE = "0x" + "11" * 20
SHARED = BountyContract.shared_address()


@pytest.fixture
def chain() -> Chain:
    return Chain.embedded()


@pytest.fixture
def deployments(home: Path) -> Deployments:
    return Deployments(home)


def deploy(chain: Chain, deployments: Deployments) -> str:
    contract, receipt = BountyContract.deploy(chain, devnet_account(0, chain))
    return deployments.record(chain, CONTRACT, contract.address, receipt).address


def deploy_stop(chain: Chain, deployments: Deployments) -> str:
    address, receipt = chain.deploy(STOP, devnet_account(0, chain))
    return deployments.record(chain, CONTRACT, address, receipt).address


def test_a_deployment_is_recorded_with_its_code(chain: Chain, deployments: Deployments) -> None:
    assert deployments.find(CONTRACT, 31337) is None
    address = deploy(chain, deployments)
    found = deployments.find(CONTRACT, 31337)
    assert found is not None
    assert (found.address, found.code_hash, found.block) == (address, THIS_CODE, 1)
    assert deployments.locate(chain, CONTRACT, NOWHERE) == address
    assert deployments.find(CONTRACT, 1) is None
    assert deployments.find("Another", 31337) is None
    deployments.check(chain, CONTRACT, address)


def test_the_latest_counts_and_earlier_ones_stay(chain: Chain, deployments: Deployments) -> None:
    addresses = [deploy(chain, deployments) for _ in range(3)]
    assert [known.address for known in deployments.all()] == addresses
    assert deployments.locate(chain, CONTRACT, NOWHERE) == addresses[-1]


def test_what_stood_at_an_address_of_a_chain_that_started_anew_is_forgotten(deployments: Deployments) -> None:
    assert deploy(Chain.embedded(), deployments) == deploy_stop(Chain.embedded(), deployments)
    assert [known.code_hash for known in deployments.all()] == [STOP_CODE]


def test_where_nothing_is_known_the_shared_address_counts(chain: Chain, deployments: Deployments) -> None:
    with pytest.raises(InvalidInput, match=f"no Hyper.* is known on chain 31337, and none is at {NOWHERE}, .*; make"):
        deployments.locate(chain, CONTRACT, NOWHERE)
    shared = BountyContract.deploy(chain, devnet_account(0, chain))[0].address
    assert deployments.locate(chain, CONTRACT, shared) == shared
    other, _ = chain.deploy(STOP, devnet_account(0, chain))
    with pytest.raises(WrongCode, match=f"{other} .* has the code {STOP_CODE}"):
        deployments.locate(chain, CONTRACT, other)


def test_what_is_known_of_another_version_yields_to_the_shared_address(chain: Chain, deployments: Deployments) -> None:
    earlier = deploy_stop(chain, deployments)
    with pytest.raises(WrongCode, match=f"{earlier} .* has the code {STOP_CODE}"):
        deployments.locate(chain, CONTRACT, NOWHERE)
    shared = BountyContract.deploy(chain, devnet_account(0, chain))[0].address
    assert deployments.locate(chain, CONTRACT, shared) == shared


def test_what_was_there_before_is_recorded_without_a_transaction(chain: Chain, deployments: Deployments) -> None:
    shared = BountyContract.deploy(chain, devnet_account(0, chain))[0].address
    made = deployments.record(chain, CONTRACT, shared, None)
    assert (made.block, made.transaction) == (None, None)
    assert deployments.all() == [made]


def test_an_empty_address_is_told_with_the_code_that_was_expected(chain: Chain, deployments: Deployments) -> None:
    with pytest.raises(WrongCode, match=f"no contract at {NOWHERE} .*{THIS_CODE} was expected") as caught:
        deployments.check(chain, CONTRACT, NOWHERE)
    assert caught.value.found is None


def test_a_contract_with_other_code_is_told_with_both_hashes(chain: Chain, deployments: Deployments) -> None:
    address, _ = chain.deploy(STOP, devnet_account(0, chain))
    with pytest.raises(WrongCode, match=f"has the code {STOP_CODE}, and Hyper.* of this version has {THIS_CODE}"):
        deployments.check(chain, CONTRACT, address)
    deploy_stop(chain, deployments)
    with pytest.raises(WrongCode, match=f"has the code {STOP_CODE}, and Hyper.* of this version has {THIS_CODE}"):
        deployments.check(chain, CONTRACT, address)


def test_a_contract_that_is_not_what_was_deployed_is_told_with_both_hashes(deployments: Deployments) -> None:
    address = deploy(Chain.embedded(), deployments)
    with pytest.raises(WrongCode, match=f"holds no contract, and Hyper.* deployed there with the code {THIS_CODE}"):
        deployments.check(Chain.embedded(), CONTRACT, address)
    changed = Chain.embedded()
    assert changed.deploy(STOP, devnet_account(0, changed))[0] == address
    with pytest.raises(WrongCode, match=f"has the code {STOP_CODE}, and Hyper.* with the code {THIS_CODE}"):
        deployments.check(changed, CONTRACT, address.lower())


def test_an_address_without_code_is_not_recorded(chain: Chain, deployments: Deployments) -> None:
    receipt = chain.transfer(devnet_account(0, chain), NOWHERE, 1)
    with pytest.raises(WrongCode, match="no contract"):
        deployments.record(chain, CONTRACT, NOWHERE, receipt)
    assert deployments.all() == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        "5",
        '{"version": 2, "deployments": []}',
        '{"version": 1, "deployments": {"x": 1}}',
        '{"version": 1, "deployments": [{}]}',
        '{"31337": {"HyperparameterBounty": "0x5F"}}',
        '{"31337": {"HyperparameterBounty": 5}}',
        '{"version": 1, "deployments": [{"name": "a", "chain_id": true, "address": "0x", "code_hash": ""}]}',
    ],
)
def test_a_damaged_file_is_named_and_kept(content: str, chain: Chain, deployments: Deployments, home: Path) -> None:
    home.mkdir()
    file = home / "deployments.json"
    file.write_text(content)
    with pytest.raises(InvalidInput, match=r"deployments\.json is damaged, or of another version"):
        deployments.all()
    with pytest.raises(InvalidInput, match=r"deployments\.json is damaged"):
        deploy(chain, deployments)
    assert file.read_text() == content


_RECORDS_MANY = """
import sys
from pathlib import Path
from types import SimpleNamespace
from hyperbounty.chain.deployments import Deployments
home, first = Path(sys.argv[1]), int(sys.argv[2])
chain = SimpleNamespace(chain_id=first, code=lambda address: b"code")
receipt = SimpleNamespace(block=1, hash="0x00")
for number in range(first, first + 20):
    Deployments(home).record(chain, "C", f"0x{number:040x}", receipt)
"""


def test_two_processes_lose_no_entry(deployments: Deployments, home: Path) -> None:
    command = [sys.executable, "-c", _RECORDS_MANY, str(home)]
    running = [subprocess.Popen([*command, str(first)]) for first in (100, 200)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert {int(known.address, 16) for known in deployments.all()} == {*range(100, 120), *range(200, 220)}


def deployed(hb: Command, devnet: str, *options: object) -> Any:
    return hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--account", "devnet-0", "--json", *options).json


def test_deploying_twice_costs_once(hb: Command, devnet: str, home: Path) -> None:
    first = deployed(hb, devnet)
    assert (first["deployed"], first["code_hash"]) == (True, THIS_CODE)
    again = deployed(hb, devnet)
    assert (again["deployed"], again["contract"]) == (False, first["contract"])
    # Nobody is asked for a password where nothing is to be signed.
    ran = hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--account", "nobody")
    assert f"{first['contract']} on chain 31337 already" in ran.out
    assert "--again deploys another one" in ran.out
    third = deployed(hb, devnet, "--again")
    assert third["deployed"] is True
    assert third["contract"] != first["contract"]
    assert [d["contract"] for d in hb("deploy", "--list", "--json").json["deployments"]] == [
        first["contract"],
        third["contract"],
    ]


def test_the_known_ones_are_listed_without_a_node(hb: Command, devnet: str) -> None:
    assert "No deployment is known here" in hb("deploy", "--list", "--rpc", "http://127.0.0.1:9").out
    first, second = deployed(hb, devnet)["contract"], deployed(hb, devnet, "--again")["contract"]
    lines = hb("deploy", "--list", "--rpc", "http://127.0.0.1:9").out.splitlines()
    assert next(line for line in lines if first in line).split()[-1] == "earlier"
    assert "in use" in next(line for line in lines if second in line)
    shown = hb("deploy", "--list", "--json").json["deployments"]
    assert [(d["current"], d["this_version"]) for d in shown] == [(False, True), (True, True)]


def test_a_devnet_that_was_restarted_gets_a_new_one(hb: Command) -> None:
    with Devnet(port=0) as devnet:
        first = deployed(hb, devnet.url)
    with Devnet(port=0) as devnet:
        err = hb("participant", "list", "--rpc", devnet.url, code=4).err
        assert f"holds no contract, and HyperparameterBounty was deployed there with the code {THIS_CODE}" in err
        assert "deploy again" in err
        ran = hb("deploy", "HyperparameterBounty", "--rpc", devnet.url, "--account", "devnet-0")
        assert "this chain started anew" in ran.err
        assert first["contract"] in ran.out
        hb("participant", "list", "--rpc", devnet.url)


def test_on_a_public_chain_a_vanished_contract_stops_everything(hb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with Devnet(port=0) as devnet:
        deployed(hb, devnet.url)
    monkeypatch.setattr(reads, "DEVELOPMENT_CHAIN_IDS", frozenset())
    with Devnet(port=0) as devnet:
        err = hb("deploy", "HyperparameterBounty", "--rpc", devnet.url, "--account", "nobody", code=4).err
        assert "holds no contract" in err
        assert "check --rpc; --again deploys all the same" in err
        assert (
            "there is no account 'nobody'"
            in hb("deploy", "HyperparameterBounty", "--rpc", devnet.url, "--account", "nobody", "--again", code=4).err
        )


def test_a_new_version_deploys_beside_the_earlier_one(hb: Command, devnet: str, deployments: Deployments) -> None:
    with Chain.connect(devnet) as chain:
        earlier = deploy_stop(chain, deployments)
    err = hb("participant", "list", "--rpc", devnet, code=4).err
    assert STOP_CODE in err
    assert THIS_CODE in err
    ran = hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--account", "devnet-0")
    assert f"{earlier} on chain 31337, with another version's code; its contests stay there" in ran.err
    shown = hb("deploy", "--list", "--json").json["deployments"]
    assert [(d["current"], d["this_version"]) for d in shown] == [(False, False), (True, True)]
    assert shown[0]["contract"] == earlier
    hb("participant", "list", "--rpc", devnet)


def test_a_new_one_that_no_command_will_use_is_remarked(hb: Command, devnet: str) -> None:
    first = deployed(hb, devnet)["contract"]
    Path("hyperbounty.toml").write_text(f'[profiles.devnet]\ncontract = "{first}"\n')
    ran = hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--account", "devnet-0", "--again")
    assert f"commands keep to {first}, which {Path.cwd()}/hyperbounty.toml:2 names" in ran.err


def test_a_contract_is_deployed_by_its_name(hb: Command, devnet: str) -> None:
    assert deployed(hb, devnet)["name"] == CONTRACT
    err = hb("deploy", "Nonsense", "--rpc", devnet, "--account", "devnet-0", code=4).err
    assert f"there is no contract 'Nonsense'; choose one of {CONTRACT}" in err
    assert CONTRACT in hb("deploy", "--help").out


def test_the_profile_names_a_contract_by_its_name(hb: Command, devnet: str) -> None:
    first = deployed(hb, devnet)["contract"]
    second = deployed(hb, devnet, "--again")["contract"]
    table = f'[profiles.mine]\nrpc = "{devnet}"\n[profiles.mine.contracts]\n'
    Path("hyperbounty.toml").write_text(f'{table}{CONTRACT} = "{first}"\n')
    hb("participant", "list", "--profile", "mine")
    shown = hb("config", "show", "--profile", "mine", "--json").json["settings"]["contracts"]
    assert shown == {"value": {CONTRACT: first}, "from": f"{Path.cwd()}/hyperbounty.toml:3"}
    ran = hb("deploy", "HyperparameterBounty", "--profile", "mine", "--account", "devnet-0", "--again")
    assert f"commands keep to {first}, which {Path.cwd()}/hyperbounty.toml:3 names" in ran.err
    Path("hyperbounty.toml").write_text(f'{table}{CONTRACT} = "{NOWHERE}"\n')
    assert f"no contract at {NOWHERE}" in hb("participant", "list", "--profile", "mine", code=4).err
    hb("participant", "list", "--profile", "mine", "--contract", second)


def test_a_contract_that_is_named_is_checked_too(hb: Command, devnet: str) -> None:
    address = deployed(hb, devnet)["contract"]
    hb("participant", "list", "--rpc", devnet, "--contract", address)
    err = hb("participant", "list", "--rpc", devnet, "--contract", NOWHERE, code=4).err
    assert f"there is no contract at {NOWHERE}" in err
    assert THIS_CODE in err


@pytest.fixture
def with_factory(devnet: str) -> str:
    """The devnet, with the usual factory."""
    with Chain.connect(devnet) as chain:
        install_factory(chain, devnet_account(9, chain))
    return devnet


def test_through_the_factory_everybody_finds_the_contract_without_an_address(
    hb: Command, with_factory: str, home: Path
) -> None:
    err = hb("participant", "list", "--rpc", with_factory, code=4).err
    assert f"none is at {SHARED}, where everybody shares one; make one with `hyperbounty deploy {CONTRACT}`" in err
    first = deployed(hb, with_factory)
    assert (first["contract"], first["deployed"], first["shared"]) == (SHARED, True, True)
    # Another person, who knows nothing, finds it. To deploy it again needs no account.
    shutil.rmtree(home)
    hb("participant", "list", "--rpc", with_factory)
    ran = hb("deploy", "HyperparameterBounty", "--rpc", with_factory, "--account", "nobody")
    assert f"{SHARED} on chain 31337 already" in ran.out
    assert "no configuration needs its address" in ran.out
    [shown] = hb("deploy", "--list", "--json").json["deployments"]
    assert (shown["contract"], shown["transaction"], shown["current"]) == (SHARED, None, True)
    assert SHARED in hb("deploy", "--list").out


def test_a_command_asks_once_for_the_code_of_the_shared_contract(
    hb: Command, with_factory: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(hb, with_factory)
    (home / "deployments.json").unlink()
    asked: list[str] = []
    code = Chain.code

    def counted(chain: Chain, address: str, block: int | None = None) -> bytes:
        asked.append(address)
        return code(chain, address, block)

    monkeypatch.setattr(Chain, "code", counted)
    hb("participant", "list", "--rpc", with_factory)
    assert asked == [SHARED]


def test_a_deployment_that_was_killed_before_its_record_is_found_again(
    hb: Command, with_factory: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Deployments, "record", killed)
        hb("deploy", "HyperparameterBounty", "--rpc", with_factory, "--account", "devnet-0", code=130)
    assert Deployments(home).all() == []
    with Chain.connect(with_factory) as chain:
        before = chain.balance(devnet_account(0, chain).address)
        again = deployed(hb, with_factory)
        assert (again["contract"], again["deployed"]) == (SHARED, False)
        assert chain.balance(devnet_account(0, chain).address) == before


def test_a_deployment_that_was_killed_before_it_was_sent_is_sent_once(
    hb: Command, with_factory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Broadcaster, "offer", killed)
        hb("deploy", "HyperparameterBounty", "--rpc", with_factory, "--account", "devnet-0", code=130)
    again = deployed(hb, with_factory)
    assert (again["contract"], again["deployed"]) == (SHARED, True)
    with Chain.connect(with_factory) as chain:
        assert chain.w3.eth.get_transaction_count(devnet_account(0, chain).address) == 1


def test_again_makes_one_at_an_address_of_its_own(hb: Command, with_factory: str) -> None:
    deployed(hb, with_factory)
    other = deployed(hb, with_factory, "--again")
    assert (other["contract"] != SHARED, other["shared"], other["deployed"]) == (True, False, True)
    assert (
        f'contract = "{other["contract"]}"'
        in hb("deploy", "HyperparameterBounty", "--rpc", with_factory, "--account", "nobody").out
    )


def test_the_profile_wins_over_the_shared_address(hb: Command, with_factory: str, home: Path) -> None:
    own = deployed(hb, with_factory, "--again")["contract"]
    deployed(hb, with_factory, "--factory")
    Path("hyperbounty.toml").write_text(f'[profiles.mine]\nrpc = "{with_factory}"\ncontract = "{own}"\n')
    ran = hb("deploy", "HyperparameterBounty", "--profile", "mine", "--account", "nobody")
    assert SHARED in ran.out
    Path("hyperbounty.toml").write_text(f'[profiles.mine]\nrpc = "{with_factory}"\ncontract = "{NOWHERE}"\n')
    (home / "deployments.json").unlink()
    assert f"no contract at {NOWHERE}" in hb("participant", "list", "--profile", "mine", code=4).err


def test_the_factory_is_put_on_a_development_chain_on_demand(hb: Command, devnet: str) -> None:
    own = deployed(hb, devnet)
    assert own["shared"] is False
    shared = deployed(hb, devnet, "--factory")
    assert (shared["contract"], shared["deployed"]) == (SHARED, True)
    assert deployed(hb, devnet, "--factory")["deployed"] is False
    assert deployed(hb, devnet)["contract"] == SHARED
    err = hb(
        "deploy", "HyperparameterBounty", "--rpc", devnet, "--account", "devnet-0", "--factory", "--again", code=4
    ).err
    assert "give one of them" in err


@pytest.mark.anvil
def test_anvil_has_the_factory_from_the_start(hb: Command, anvil_url: str, home: Path) -> None:
    made = deployed(hb, anvil_url)
    assert (made["contract"], made["shared"]) == (SHARED, True)
    (home / "deployments.json").unlink()
    hb("participant", "list", "--rpc", anvil_url)


@pytest.mark.heavy
def test_what_the_devnet_command_deploys_is_found_from_any_home(hb: Command, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hyperbounty", "devnet", "--port", "0", "--json", "--state", "d.state"]
    for is_new in (True, False):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as devnet:
            assert devnet.stdout is not None
            started = json.loads("".join(iter(devnet.stdout.readline, "}\n")) + "}")
            check(["devnet"], started)
            assert (started["contracts"][0]["contract"], started["new"], started["ipfs"]) == (
                SHARED,
                is_new,
                started["rpc"],
            )
            hb("participant", "list", "--rpc", started["rpc"])
            devnet.terminate()
            assert devnet.wait() == 0


@pytest.mark.heavy
def test_the_devnet_command_says_whether_its_chain_is_new_and_what_time_went_by(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hyperbounty", "devnet", "--port", "0"]

    def said(*options: str) -> str:
        with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as devnet:
            assert devnet.stdout is not None
            last = "and with one of these as --account, or as HYPERBOUNTY_ACCOUNT:\n"
            lines = "".join(iter(devnet.stdout.readline, last))
            devnet.terminate()
            devnet.stdout.read()
        return lines

    assert "It is gone when this ends; --state FILE keeps one." in said()
    first = said("--state", "d.state")
    assert "A new chain, which began " in first
    assert ", is kept in d.state, and contents in d.state.store\n" in first
    url = first.split("store are at ")[1].split()[0]
    assert f"export HYPERBOUNTY_HOME=$PWD HYPERBOUNTY_RPC={url} HYPERBOUNTY_IPFS={url}\n" in first
    second = said("--state", "d.state")
    assert second.startswith("The chain in d.state goes on, which began ")
    assert "went by, also for every deadline" in second
    assert "d.state.store is not there: if contents were added before, bring it back beside d.state" in second


def test_a_clock_is_moved_by_what_people_write(hb: Command, devnet: str) -> None:
    first, second, third = (
        hb("devnet", "--advance", text, "--rpc", devnet, "--json").json["timestamp"] for text in ("45", "20d", "300h")
    )
    assert 20 * 24 * 3600 <= second - first < 21 * 24 * 3600
    assert 300 * 3600 <= third - second < 301 * 3600


def test_a_chain_that_began_anew_is_said_once_to_who_knew_the_one_before(hb: Command) -> None:
    with Devnet(port=0) as devnet:
        port = int(devnet.url.rsplit(":", 1)[1])
        assert (
            "another chain"
            not in hb("deploy", "HyperparameterBounty", "--rpc", devnet.url, "--account", "devnet-0").err
        )
    with Devnet(port=port) as devnet:
        err = hb("deploy", "HyperparameterBounty", "--rpc", devnet.url, "--account", "devnet-0").err
        assert f"another chain than before answers at {devnet.url}: it began " in err
        assert "`hyperbounty devnet --state FILE` keeps a chain" in err
        assert "another chain" not in hb("participant", "list", "--rpc", devnet.url).err
