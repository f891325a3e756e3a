"""Through the usual CREATE2 factory a contract has the same address on every chain, whoever deploys it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain import factory, reads
from hyperbounty.chain.client import ContractClient
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.factory import FACTORY, INSTALLATION, INSTALLER, has_factory, install_factory
from hyperbounty.chain.registry import client_class, contract_names
from hyperbounty.errors import ChainError, InvalidInput
from tests.conftest import geth

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


def nobody() -> LocalAccount:
    pytest.fail("nothing is to be sent, so nobody needs to sign")


@pytest.fixture(params=contract_names())
def kind(request: pytest.FixtureRequest) -> type[ContractClient]:
    """A contract under a version that no other test uses: a node may keep what an earlier test deployed."""

    class Fresh(client_class(request.param)):  # type: ignore[misc]
        VERSION = secrets.randbits(64)

    return Fresh


@pytest.fixture
def _factory(chain: Chain, alice: LocalAccount) -> None:
    """The factory where it is missing; Geth takes it only where it is told to."""
    if chain.chain_id == 1337:
        pytest.skip("Geth takes no transaction that is bound to no chain")
    install_factory(chain, alice)


@pytest.mark.usefixtures("_factory")
def test_a_contract_gets_the_address_that_follows_from_its_code_once(
    chain: Chain, alice: LocalAccount, bob: LocalAccount, kind: type[ContractClient]
) -> None:
    made, receipt = kind.provide(chain, lambda: alice, key="deploy")
    assert made.address == kind.shared_address()
    assert receipt is not None
    assert kind.at(chain, made.address).address == made.address
    before = chain.balance(bob.address)
    assert kind.provide(chain, lambda: bob, key="deploy")[1] is None
    found, nothing = kind.provide(chain, nobody)
    assert (found.address, nothing) == (made.address, None)
    assert chain.balance(bob.address) == before


@pytest.mark.usefixtures("_factory")
def test_who_was_slower_finds_the_contract_of_the_other(
    chain: Chain, alice: LocalAccount, bob: LocalAccount, kind: type[ContractClient]
) -> None:
    before = chain.balance(bob.address)

    def slow() -> LocalAccount:
        kind.provide(chain, lambda: alice)
        return bob

    made, receipt = kind.provide(chain, slow)
    assert (made.address, receipt) == (kind.shared_address(), None)
    assert chain.balance(bob.address) == before


def test_without_the_factory_a_contract_has_an_address_of_its_own(kind: type[ContractClient]) -> None:
    with Chain.embedded() as chain:
        alice = devnet_account(0, chain)
        first, receipt = kind.provide(chain, lambda: alice, key="deploy")
        assert receipt is not None
        assert receipt.contract_address == first.address != kind.shared_address()
        again, same = kind.provide(chain, lambda: alice, key="deploy")
        assert (again.address, same) == (first.address, receipt)


def test_other_code_where_the_factory_should_be_is_not_used(
    kind: type[ContractClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Chain.embedded() as chain:
        alice = devnet_account(0, chain)
        install_factory(chain, alice)
        monkeypatch.setattr(factory, "FACTORY_CODE", factory.FACTORY_CODE[:-1] + b"\0")
        assert not has_factory(chain)
        assert kind.provide(chain, lambda: alice)[0].address != kind.shared_address()


def test_the_factory_is_installed_once_and_costs_what_its_transaction_says() -> None:
    with Chain.embedded() as chain:
        alice = devnet_account(0, chain)
        assert not has_factory(chain)
        install_factory(chain, alice)
        assert has_factory(chain)
        before = chain.balance(alice.address)
        install_factory(chain, alice)
        assert chain.balance(alice.address) == before
        assert chain.w3.eth.get_transaction_count(chain.w3.to_checksum_address(INSTALLER)) == 1


def test_an_installation_that_was_interrupted_is_carried_on() -> None:
    with Chain.embedded() as chain:
        alice = devnet_account(0, chain)
        chain.transfer(alice, INSTALLER, factory.INSTALLATION_WEI, key="factory/pay")
        install_factory(chain, alice)
        assert has_factory(chain)
        # What is mined is not sent again.
        head = chain.block_number()
        chain.relay(INSTALLATION)
        assert chain.block_number() == head


def test_a_public_chain_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with Chain.embedded() as chain:
        alice = devnet_account(0, chain)
        monkeypatch.setattr(reads, "DEVELOPMENT_CHAIN_IDS", frozenset())
        with pytest.raises(InvalidInput, match=f"no factory at {FACTORY}, and is no development chain"):
            install_factory(chain, alice)
        assert chain.block_number() == 0


@pytest.mark.geth
def test_geth_takes_the_factory_only_where_it_is_told_to(geth_url: str, kind: type[ContractClient]) -> None:
    with Chain.connect(geth_url) as chain:
        with pytest.raises(ChainError, match=r"cannot be put on .*replay-protected"):
            install_factory(chain, devnet_account(0, chain))
        assert not has_factory(chain)
    with geth("--rpc.allow-unprotected-txs") as url, Chain.connect(url) as chain:
        alice = devnet_account(0, chain)
        install_factory(chain, alice)
        made, receipt = kind.provide(chain, lambda: alice, key="deploy")
        assert receipt is not None
        assert made.address == kind.shared_address()
