"""A session gives each command the client of the contract it asks for, once."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain import registry
from hyperbounty.chain.client import ContractClient
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.registry import client_class, contract_names
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from tests.cli.conftest import Command


def test_a_client_is_found_by_its_contract_and_checked_once(devnet: str, home: Path) -> None:
    kind = client_class(contract_names()[0])
    session = Session(home, as_json=False, options={"rpc": devnet})
    with pytest.raises(InvalidInput, match=f"no {kind.NAME} is known on chain 31337"):
        session.client(kind)
    with Chain.connect(devnet) as chain:
        contract, receipt = kind.deploy(chain, devnet_account(0, chain))
        session.deployments.record(chain, kind.NAME, contract.address, receipt)
    found = session.client(kind)
    assert (type(found), found.address) == (kind, contract.address)
    assert session.client(kind) is found


@pytest.mark.parametrize("name", contract_names())
def test_a_contract_is_registered_under_its_own_name_with_a_purpose(name: str) -> None:
    kind = client_class(name)
    assert issubclass(kind, ContractClient)
    assert name == kind.NAME
    assert kind.PURPOSE


def test_of_several_contracts_deploy_needs_the_name(hb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [EntryPoint(name, "nowhere:Nothing", registry.GROUP) for name in ("Two", "One")]
    monkeypatch.setattr(registry, "_entries", lambda: EntryPoints(entries))
    assert "there are 2 contracts to deploy; name one of One, Two" in hb("deploy", code=4).err


def test_an_unknown_contract_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=rf"there is no contract 'Nonsense'; choose one of .*{contract_names()[0]}"):
        client_class("Nonsense")


def test_a_transaction_is_told_of_as_soon_as_it_is_sent(hb: Command, devnet: str) -> None:
    ran = hb("deploy", "HyperparameterBounty", "--rpc", devnet, "--account", "devnet-0", "--json")
    assert f"sent transaction {ran.json['transaction']}" in ran.err
