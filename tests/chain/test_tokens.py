"""Tokens that are not like the coin: what they say of themselves, and what is asked of them before money moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi.abi import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.client import ContractCall, ContractClient
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.erc20 import InsufficientTokens, asset_at, read_assets
from hyperbounty.chain.registry import client_class, contract_names
from hyperbounty.chain.trial_transfer import brought_by_transfer
from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.money import COIN, Asset

if TYPE_CHECKING:
    from web3.contract.contract import Contract

OWNER, OTHER = development_account(0), development_account(1)
SIX = encode(["uint256"], [6])


@dataclass
class World:
    """A chain, a client whose contract takes tokens, and the tokens."""

    chain: Chain
    client: ContractClient
    tries: bool = False
    """Whether the node can try a transfer without sending it."""

    def token(self, name: str) -> Contract:
        folder = Path(__file__).parents[2] / "contracts/artifacts/test"
        found = json.loads((folder / f"{name}.json").read_text())
        artifact = Artifact(name, tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
        address, _ = self.chain.deploy(artifact, OWNER)
        return self.chain.contract(address, artifact.abi)

    def send(self, function: Any) -> None:
        self.chain.send(function, OWNER)

    def spoken(self, symbol: bytes, decimals: bytes) -> Asset:
        """What is read of a token that answers so."""
        token = self.token("SpokenToken")
        self.send(token.functions.say(symbol, decimals))
        return asset_at(self.chain, token.address)

    def pay(self, asset: Asset, amount: int) -> None:
        """Have the contract be allowed `amount`; `settle` then refuses, which is not the subject here."""
        call = ContractCall(self.client.calls.settle(1), amount, asset)
        with pytest.raises(ChainError) as refused:
            self.client.send_once(OWNER, None, lambda: call)
        if "WrongPhase" not in refused.value.what:
            raise refused.value


@pytest.fixture(scope="module", params=["one by one", "in batches", pytest.param("anvil", marks=pytest.mark.anvil)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """How views are read: in the process a call each, from a node many at once."""
    with ExitStack() as stack:
        if request.param == "anvil":
            chain = stack.enter_context(Chain.connect(request.getfixturevalue("anvil_url")))
        elif request.param == "in batches":
            chain = stack.enter_context(Chain.connect(stack.enter_context(Devnet(port=0)).url))
        else:
            chain = stack.enter_context(Chain.embedded())
        client, _ = client_class(contract_names()[0]).deploy(chain, OWNER)
        yield World(chain, client, tries=request.param == "anvil")


@pytest.mark.parametrize(
    ("symbol", "decimals", "shown"),
    [
        (encode(["string"], ["SIX"]), SIX, "250.5 SIX"),
        (b"OLD".ljust(32, b"\0"), SIX, "250.5 OLD"),
        (encode(["string"], ["ETH"]), SIX, "250.5 of the token {}"),
        (encode(["string"], ["\x1b[31mX\u202e"]), SIX, "250.5 of the token {}"),
        (b"\xff\xfe".ljust(32, b"\0"), SIX, "250.5 of the token {}"),
        (encode(["bytes"], [b"\xff\xfeSIX"]), SIX, "250.5 of the token {}"),
        (b"", SIX, "250.5 of the token {}"),
        (encode(["string"], ["SIX"]), b"", "250500000 smallest units of SIX (token {})"),
        (encode(["string"], ["SIX"]), encode(["uint256"], [2**255]), "250500000 smallest units of SIX (token {})"),
        (encode(["string"], ["SIX"]), b"\x01", "250500000 smallest units of SIX (token {})"),
        (b"", b"", "250500000 smallest units of the token {}"),
        (encode(["string"], ["ZERO"]), encode(["uint256"], [0]), "250500000 ZERO"),
    ],
)
def test_what_a_token_says_of_itself_is_how_its_amounts_are_shown(
    world: World, symbol: bytes, decimals: bytes, shown: str
) -> None:
    asset = world.spoken(symbol, decimals)
    assert asset.shown(250_500_000) == shown.format(asset.address)


@pytest.mark.heavy
@settings(max_examples=15)
@given(symbol=st.binary(max_size=200), decimals=st.binary(max_size=64))
def test_whatever_a_token_answers_it_is_an_asset(world: World, symbol: bytes, decimals: bytes) -> None:
    asset = world.spoken(symbol, decimals)
    assert asset.decimals is None or 0 <= asset.decimals <= 255
    assert asset.shown(7).isascii()


def test_a_token_by_the_book_is_read(world: World) -> None:
    token = world.token("PlainToken")
    for written in (token.address, token.address.lower(), "0x" + token.address[2:].upper()):
        assert asset_at(world.chain, written) == Asset(token.address, "PLAIN", 18)


def test_what_is_no_token_is_refused_before_anything_is_sent(world: World) -> None:
    before = world.chain.block_number()
    wrong = COIN.address[:-1] + "1"
    with pytest.raises(InvalidInput, match=f"{wrong} has no code on chain 31337: it is not a token"):
        asset_at(world.chain, wrong)
    with pytest.raises(InvalidInput, match=f"{world.client.address} is a contract and not a token"):
        asset_at(world.chain, world.client.address.lower())
    swapped = world.client.address.swapcase().replace("X", "x")
    with pytest.raises(InvalidInput, match="its checksum is wrong"):
        asset_at(world.chain, swapped)
    assert asset_at(world.chain, COIN.address) is COIN
    assert world.chain.block_number() == before


def test_assets_of_many_contests_are_read_together(world: World) -> None:
    plain, fee = world.token("PlainToken").address, world.token("FeeToken").address
    found = read_assets(world.chain, [plain, COIN.address, fee, plain])
    assert [found[address].symbol for address in (COIN.address, plain, fee)] == ["ETH", "PLAIN", "FEE"]


def test_too_few_tokens_are_told_before_anything_is_sent(world: World) -> None:
    token = world.token("ClearFirstToken")
    world.send(token.functions.mint(OWNER.address, 100_000_000))
    before = world.chain.block_number()
    with pytest.raises(InsufficientTokens, match=rf"{OWNER.address} holds 100 CLR and needs 250\.5 CLR; .*not.* sent"):
        world.pay(asset_at(world.chain, token.address), 250_500_000)
    assert world.chain.block_number() == before


def test_an_allowance_that_changes_from_nothing_only_is_set_to_nothing_first(world: World) -> None:
    token = world.token("ClearFirstToken")
    asset = asset_at(world.chain, token.address)
    world.send(token.functions.mint(OWNER.address, 10**9))
    allowance = token.functions.allowance(OWNER.address, world.client.address)
    before = world.chain.block_number()
    for amount, transactions in ((5_000_000, 1), (5_000_000, 0), (3_000_000, 0), (9_000_000, 2)):
        world.pay(asset, amount)
        assert allowance.call() >= amount
        assert world.chain.block_number() - before == transactions
        before = world.chain.block_number()
    assert allowance.call() == 9_000_000


def test_a_token_that_only_says_that_it_approves_is_named(world: World) -> None:
    token = world.token("SpokenToken")
    world.send(token.functions.say(encode(["string"], ["DEAF"]), SIX))
    world.send(token.functions.mint(OWNER.address, 10**9))
    world.send(token.functions.turnDeaf())
    with pytest.raises(ChainError, match=r"DEAF .* was told to allow 2 DEAF, and allows 0 DEAF; use another token"):
        world.pay(asset_at(world.chain, token.address), 2_000_000)


def test_a_token_that_keeps_a_part_is_told_before_anything_is_sent_where_the_node_can_try_it(world: World) -> None:
    token, plain = world.token("FeeToken"), world.token("PlainToken")
    for each in (token, plain):
        world.send(each.functions.mint(OWNER.address, 10**21))
    before = world.chain.w3.eth.get_transaction_count(OWNER.address)
    world.pay(asset_at(world.chain, plain.address), 10**20)
    assert world.chain.w3.eth.get_transaction_count(OWNER.address) - before == 1
    asset = asset_at(world.chain, token.address)
    brought = brought_by_transfer(world.chain, token.address, OWNER.address, world.client.address, 10**20)
    # The development chain of the project runs no code that is not there.
    assert (brought is None) != world.tries
    if not world.tries:
        return
    assert brought == 99 * 10**18
    with pytest.raises(ChainError, match=r"of 100 FEE that are sent only 99 FEE arrive: FEE .* keeps a part; .*no"):
        world.pay(asset, 10**20)
    assert world.chain.w3.eth.get_transaction_count(OWNER.address) - before == 1
    odd = world.token("ClearFirstToken")
    assert brought_by_transfer(world.chain, odd.address, OWNER.address, world.client.address, 5) is None
    world.send(odd.functions.mint(OWNER.address, 10))
    assert brought_by_transfer(world.chain, odd.address, OWNER.address, world.client.address, 5) == 5
