"""Commands under profiles: which node they ask; a node of another chain is refused before anything is signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.config.table import DEFAULT_RPC
from tests.cli.conftest import Command

SOMEBODY = "0x" + "11" * 20


@pytest.fixture(autouse=True)
def _default_node_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A devnet that a developer has running must not answer these tests."""
    connect = Chain.connect

    def refusing(url: str, **settings: Any) -> Chain:
        assert url != DEFAULT_RPC
        return connect(url, **settings)

    monkeypatch.setattr(Chain, "connect", refusing)


def profiles(devnet: str, chain_id: int = 31337) -> None:
    Path("hyperbounty.toml").write_text(
        f'profile = "mine"\n[profiles.mine]\nrpc = "{devnet}"\nchain_id = {chain_id}\naccount = "devnet-3"\n'
    )


def test_a_profile_names_the_node_and_the_account(hb: Command, devnet: str) -> None:
    profiles(devnet)
    assert hb("account", "balance", SOMEBODY, "--json").json["balances"][0]["balance"]["amount"] == "0"
    made = hb("deploy", "HyperparameterBounty", "--json").json
    with Chain.connect(devnet) as chain:
        assert chain.w3.eth.get_transaction(made["transaction"])["from"] == devnet_account(3, chain).address
    assert hb("participant", "list", "--json").json["contests"] == []


@pytest.mark.parametrize("way", ["--profile", "variable"])
def test_a_profile_is_chosen_for_one_command(
    hb: Command, devnet: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("hyperbounty.toml").write_text(f'[profiles.other]\nrpc = "{devnet}"\n')
    if way == "variable":
        monkeypatch.setenv("HYPERBOUNTY_PROFILE", "other")
        hb("account", "balance", SOMEBODY)
    else:
        hb("account", "balance", SOMEBODY, "--profile", "other")


def test_the_variable_of_before_still_names_the_node(hb: Command, devnet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPERBOUNTY_RPC", devnet)
    hb("account", "balance", SOMEBODY)


def test_a_node_of_another_chain_is_refused_before_anything_is_signed(hb: Command, devnet: str) -> None:
    profiles(devnet, chain_id=11155111)
    before = hb("account", "balance", "devnet-3", "--rpc", devnet, "--profile", "devnet", "--json").json
    for command in (["deploy", "HyperparameterBounty"], ["organizer", "settle", 1], ["participant", "list"]):
        err = hb(*command, code=4).err
        assert f"{devnet} is a node of chain 31337, and the profile mine is for chain 11155111" in err
        assert "hyperbounty.toml:4" in err
        assert "nothing was signed" in err
    after = hb("account", "balance", "devnet-3", "--rpc", devnet, "--profile", "devnet", "--json").json
    assert after == before
    with Chain.connect(devnet) as chain:
        assert chain.w3.eth.get_transaction_count(devnet_account(3, chain).address) == 0


@pytest.mark.parametrize(
    "command",
    [
        ["participant", "list"],
        ["evaluator", "run", 1, "--account", "devnet-1"],
        ["organizer", "settle", 1],
        ["deploy", "HyperparameterBounty"],
        ["account", "balance", SOMEBODY],
    ],
)
def test_a_role_cannot_play_on_the_embedded_chain(hb: Command, command: list[object]) -> None:
    err = hb(*command, "--profile", "embedded", code=4).err
    assert "the embedded chain ends with the process it runs in" in err
    assert "hyperbounty devnet" in err


def test_a_profile_can_name_its_contract_and_its_code_is_checked(hb: Command, devnet: str) -> None:
    Path("hyperbounty.toml").write_text(f'[profiles.mine]\nrpc = "{devnet}"\ncontract = "{SOMEBODY}"\n')
    err = hb("participant", "list", "--profile", "mine", code=4).err
    assert f"there is no contract at {SOMEBODY} on chain 31337" in err


def test_an_unknown_profile_is_one_line(hb: Command) -> None:
    assert (
        "there is no profile 'anvli' (--profile); did you mean anvil?"
        in hb("participant", "list", "--profile", "anvli", code=4).err
    )


@pytest.mark.anvil
def test_the_profile_of_anvil_is_right_about_anvil(hb: Command, anvil_url: str) -> None:
    options = ("--profile", "anvil", "--rpc", anvil_url)
    made = hb("deploy", "HyperparameterBounty", *options, "--account", "devnet-0", "--json").json
    assert made["chain_id"] == 31337
    # Tests share the node, and the contract has one address on it: another may have deployed it, and opened contests.
    again = hb("deploy", "HyperparameterBounty", *options, "--json").json
    assert (again["deployed"], again["contract"]) == (False, made["contract"])
    assert isinstance(hb("participant", "list", *options, "--json").json["contests"], list)
