"""What is found out before work begins: the contract judges, and nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.preflight import accepting, challenging, recording, sealing, sponsoring, submitting, taking_back
from hyperbounty.bounty.types import Contest, Panel, Terms
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.client import ContractCall
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import InsufficientFunds
from hyperbounty.errors import ChainError, TransactionReverted
from hyperbounty.money import Asset
from hyperbounty.spec.spec import Spec
from participant.bounty.entering import choose_slot, submit
from participant.bounty.entries import EntryBook
from tests.bounty.shown_contest import CONTEST, MANIFEST
from tests.bounty.usual_terms import KEY, usual_terms


class World:
    """A chain in this process, with a contest of it."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.organizer, self.evaluator, self.member, self.ada = (devnet_account(each, chain) for each in range(4))
        self.contract = BountyContract.deploy(chain, self.organizer)[0]

    def terms(self, **changes: Any) -> Terms:
        ours = {
            "minimum_score": MANIFEST.minimum_score_ppm,
            "challenge_seconds": 1000,
            "max_per_address": 3,
            "entry_seconds": MANIFEST.entry_seconds,
            "manifest": MANIFEST.digest(),
            "panel": Panel((self.member.address,), 20, 40, 5, MANIFEST.tolerance_ppm, 1000, 1000),
        }
        return usual_terms(self.chain.timestamp(), self.evaluator.address, **ours | changes)

    def offer(self, **changes: Any) -> Contest:
        return self.contract.contest(self.contract.open(self.organizer, self.terms(**changes))[0])

    def begin(self, **changes: Any) -> Contest:
        contest = self.offer(**changes)
        self.contract.accept(self.evaluator, contest, contest.needed_throughput)
        self.contract.accept_seat(self.member, contest, 0)
        return self.contract.contest(contest.number)

    def refused(self, account: LocalAccount, call: ContractCall) -> str:
        """The contract's error; nothing is sent to learn it."""
        sent = self.chain.w3.eth.get_transaction_count(account.address)
        with pytest.raises(TransactionReverted) as caught:
            self.contract.check(account, call)
        assert self.chain.w3.eth.get_transaction_count(account.address) == sent
        return caught.value.error


@pytest.fixture
def world() -> Iterator[World]:
    with Chain.embedded() as chain:
        yield World(chain)


@pytest.mark.heavy
def test_who_may_do_what_is_said_by_the_contract_before_the_work(world: World) -> None:
    contract, offered = world.contract, world.offer()
    dispute = contract.dispute(offered.number)
    assert world.refused(world.ada, accepting(contract, offered, dispute, None)) == "NotEvaluator"
    assert world.refused(world.ada, accepting(contract, offered, dispute, 0)) != ""
    contract.check(world.evaluator, accepting(contract, offered, dispute, None))
    contract.check(world.member, accepting(contract, offered, dispute, 0))
    assert world.refused(world.ada, submitting(contract, offered, 0, replaces=False)) == "WrongPhase"
    contest = world.begin()
    contract.check(world.ada, submitting(contract, contest, 2, replaces=False))
    assert world.refused(world.ada, submitting(contract, contest, 3, replaces=False)) == "EntryOutOfRange"
    assert world.refused(world.ada, taking_back(contract, contest, 0)) == "NoSubmission"
    assert world.refused(world.evaluator, recording(contract, contest)) == "WrongPhase"
    assert world.refused(world.member, sealing(contract, contest, 0)) == "WrongPhase"
    assert world.refused(world.ada, challenging(contract, contest, dispute)) == "WrongPhase"
    contract.check(world.ada, sponsoring(contract, contest, 5))
    assert world.refused(world.ada, sponsoring(contract, contest, 0)) == "ZeroAmount"


@pytest.mark.heavy
def test_who_can_record_is_not_kept_from_it(world: World) -> None:
    contract, contest = world.contract, world.begin()
    spec, salt = Spec().word, b"s" * 32
    commitment = contract.chain.read(contract.calls.commitmentOf(contest.number, world.ada.address, spec, salt))
    contract.submit(world.ada, contest, 0, bytes(commitment))
    assert contest.submit_ends is not None
    assert contest.reveal_ends is not None
    world.chain.advance_to(contest.submit_ends)
    contract.reveal(world.ada, contest.number, 0, spec, salt)
    world.chain.advance_to(contest.reveal_ends)
    contest = contract.contest(contest.number)
    assert world.refused(world.evaluator, recording(contract, contest)) == "KeyNotPublished"
    contract.publish_holdout_key(world.organizer, contest.number, KEY)
    contract.check(world.evaluator, recording(contract, contest))
    assert world.refused(world.ada, recording(contract, contest)) == "NotEvaluator"


@pytest.mark.heavy
def test_an_account_that_cannot_pay_is_told_before_the_work(world: World) -> None:
    poor = Account.create()
    with pytest.raises(InsufficientFunds, match=poor.address):
        world.contract.check(poor, world.contract.opening(world.terms()))
    # It has the escrow, and nothing for the fee.
    world.chain.transfer(world.organizer, poor.address, world.terms().escrow)
    with pytest.raises(InsufficientFunds, match="for the value and the fee"):
        world.contract.check(poor, world.contract.opening(world.terms()))
    world.chain.transfer(world.organizer, poor.address, 10**18)
    world.contract.check(poor, world.contract.opening(world.terms()))


@pytest.mark.heavy
def test_gas_that_is_too_dear_for_the_moment_refuses_no_work(world: World) -> None:
    with Chain(world.chain.w3.provider, policy=SendingPolicy(max_fee_wei=1)) as dear:
        contract = BountyContract(dear, world.contract.address)
        contract.check(world.organizer, contract.opening(world.terms()))


@pytest.mark.heavy
def test_what_a_token_says_before_it_is_approved_is_not_believed(world: World) -> None:
    found = json.loads((Path(__file__).parents[2] / "contracts/artifacts/test/PlainToken.json").read_text())
    artifact = Artifact("PlainToken", tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
    address, _ = world.chain.deploy(artifact, world.organizer)
    token = Asset(address, "PLAIN", 18)
    mint = world.chain.contract(address, artifact.abi).functions.mint
    world.chain.send(mint(world.organizer.address, world.terms().escrow), world.organizer)
    world.contract.check(world.organizer, world.contract.opening(world.terms(asset=token)))
    assert world.refused(world.organizer, world.contract.opening(world.terms(asset=token, reward=0))) == "ZeroReward"
    with pytest.raises(ChainError, match=world.organizer.address):
        world.contract.check(world.organizer, world.contract.opening(world.terms(asset=token, bond=101)))
    nobody = Asset("0x" + "12" * 20, "", None)
    assert world.refused(world.organizer, world.contract.opening(world.terms(asset=nobody))) == "NotAToken"


@pytest.mark.heavy
def test_each_spec_gets_a_slot_of_its_own_until_none_is_free(world: World, tmp_path: Path) -> None:
    contract, book = world.contract, EntryBook(tmp_path)
    contest = world.begin(holdout_commitment=CONTEST.holdout_commitment)
    specs = [Spec(epochs=epochs).word for epochs in (1, 2, 3)]

    def enter(spec: bytes, wanted: int | None = None) -> tuple[int, bool, bool]:
        slot = choose_slot(contract, world.ada, contest, spec, book, wanted)
        submit(contract, world.ada, contest, MANIFEST, spec, book, slot.number)
        return slot.number, slot.replaces, slot.again

    assert [enter(spec) for spec in specs[:2]] == [(0, False, False), (1, False, False)]
    assert enter(specs[1]) == (1, False, True)
    assert enter(specs[2], 0) == (0, True, False)
    # What was replaced stands nowhere: it takes the next free slot.
    assert enter(specs[0]) == (2, False, False)
    with pytest.raises(ValueError, match="are taken"):
        choose_slot(contract, world.ada, contest, Spec(epochs=9).word, book, None)
    contract.withdraw_submission(world.ada, contest.number, 1)
    assert choose_slot(contract, world.ada, contest, specs[1], book, None).number == 1
