"""A submission found again with what was sent behind its arguments: once sent, under its key, on the real contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Submission
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.policy import SendingPolicy
from tests.bounty.usual_terms import usual_terms

COPY, OTHER = b"\xc0" * 92, b"\xc1" * 92


class World:
    """A contest that takes submissions; every client is one more process of the same home."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        chain = Chain.connect(url)
        organizer, self.ada, self.ben, evaluator = (devnet_account(number, chain) for number in range(4))
        contract = BountyContract.deploy(chain, organizer)[0]
        self.address = contract.address
        number, _ = contract.open(organizer, usual_terms(chain.timestamp(), evaluator.address))
        offered = contract.contest(number)
        contract.accept(evaluator, offered, offered.needed_throughput)
        self.contest: Contest = contract.contest(number)
        self.number = number

    def contract(self, **policy: Any) -> BountyContract:
        chain = Chain.connect(self.url, policy=SendingPolicy(**policy), journal=self.folder / "journal")
        return BountyContract(chain, self.address)

    def standing(self, contract: BountyContract, account: LocalAccount) -> dict[int, Submission]:
        slots = contract.slots([self.contest], account.address)[0]
        return {slot: each for slot, each in enumerate(slots) if any(each.seal)}

    def sent(self, contract: BountyContract, account: LocalAccount) -> dict[int, tuple[bytes, bytes | None]]:
        found = contract.sent_submissions(self.contest, account.address, self.standing(contract, account))
        return {slot: (each.commitment, each.appended) for slot, each in found.items()}


@pytest.fixture(params=["devnet", pytest.param("anvil", marks=pytest.mark.anvil)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "anvil":
        yield World(request.getfixturevalue("anvil_url"), tmp_path)
        return
    with Devnet(port=0) as devnet:
        yield World(devnet.url, tmp_path)


def test_what_was_sent_along_is_found_by_slot_and_account(world: World) -> None:
    contract = world.contract()
    contract.submit(world.ada, world.contest, 0, b"a" * 32, COPY)
    contract.submit(world.ada, world.contest, 2, b"b" * 32)
    contract.submit(world.ben, world.contest, 0, b"c" * 32, OTHER)
    assert world.sent(contract, world.ada) == {0: (b"a" * 32, COPY), 2: (b"b" * 32, b"")}
    assert world.sent(contract, world.ben) == {0: (b"c" * 32, OTHER)}
    # Whoever knows nothing of this home finds the same.
    assert world.sent(BountyContract(Chain.connect(world.url), world.address), world.ben) == {0: (b"c" * 32, OTHER)}
    assert contract.sent_submissions(world.contest, world.ada.address, {}) == {}


def test_of_what_was_replaced_the_last_is_found_and_of_what_was_withdrawn_nothing(world: World) -> None:
    contract = world.contract()
    for commitment, copy in ((b"a" * 32, COPY), (b"b" * 32, OTHER)):
        contract.submit(world.ada, world.contest, 0, commitment, copy)
    assert world.sent(contract, world.ada) == {0: (b"b" * 32, OTHER)}
    contract.withdraw_submission(world.ada, world.number, 0)
    assert world.sent(contract, world.ada) == {}


def test_under_one_key_it_is_sent_once_with_what_went_along_the_first_time(world: World) -> None:
    first = world.contract().submit(world.ada, world.contest, 0, b"a" * 32, COPY, key="submit")
    again = world.contract().submit(world.ada, world.contest, 0, b"a" * 32, OTHER, key="submit")
    assert again.hash == first.hash
    assert world.contract().appended_to(again) == COPY
    assert world.sent(world.contract(), world.ada) == {0: (b"a" * 32, COPY)}


def test_it_is_found_long_after_among_many_blocks(world: World) -> None:
    contract = world.contract()
    contract.submit(world.ada, world.contest, 0, b"a" * 32, COPY)
    assert world.contest.submit_ends is not None
    contract.chain.advance_to(world.contest.submit_ends + 5)
    for _ in range(20):
        contract.chain.transfer(world.ben, world.ada.address, 1)
    assert world.sent(contract, world.ada) == {0: (b"a" * 32, COPY)}


def test_a_transaction_that_the_node_does_not_show_is_not_taken_for_one_without_a_copy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = world.contract()
    receipt = contract.submit(world.ada, world.contest, 0, b"a" * 32)
    assert contract.appended_to(receipt) == b""
    monkeypatch.setattr(Chain, "transaction_data", lambda *_: None)
    assert contract.appended_to(receipt) is None
    assert world.sent(contract, world.ada) == {0: (b"a" * 32, None)}


def test_what_goes_along_costs_sixteen_gas_a_byte(world: World) -> None:
    contract = world.contract()
    plain = contract.submit(world.ben, world.contest, 0, b"b" * 32)
    copied = contract.submit(world.ada, world.contest, 0, b"a" * 32, COPY)
    assert plain.gas_used is not None
    assert copied.gas_used == plain.gas_used + 16 * len(COPY)
