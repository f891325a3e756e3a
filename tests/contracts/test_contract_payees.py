"""Payees that reject, burn, bomb or re-enter: they hurt nobody but themselves, and lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from web3 import Web3
from web3.contract import Contract
from web3.logs import DISCARD

from tests.contracts.contract_world import ETHER, KEY, NATIVE, REPORT, Mood, Refusal, Round, World

GUARD = Web3.keccak(text="ReentrancyGuardReentrantCall()")[:4]
HOSTILE = [Mood.REJECT, Mood.BURN_GAS, Mood.RETURN_BOMB]


@pytest.fixture
def wallet(world: World) -> Contract:
    return world.deploy("Wallet")


def behave(world: World, wallet: Contract, mood: Mood) -> None:
    world.send(wallet.functions.behave(mood), world.stranger)


def reentered(wallet: Contract, receipt: dict[str, Any]) -> list[tuple[bool, bytes]]:
    """Whether each re-entrant call went through, and the first four bytes it brought back."""
    events = wallet.events.Reentered().process_receipt(receipt, errors=DISCARD)
    return [(e["args"]["ok"], e["args"]["answer"]) for e in events]


def won(world: World, first: str | Contract, second: str | Contract, organizer: str | Contract | None = None) -> Round:
    """A contest, its scores recorded, that `first` and `second` win, half each."""
    contest = world.open(organizer, shares=[5_000, 5_000], holdoutCommitment=bytes(32))
    world.play(contest, [(first, 0, 0), (second, 0, 1)])
    world.record(contest, [800_000, 700_000])
    return contest


def test_a_wallet_that_accepts_is_paid_like_anyone(world: World, wallet: Contract) -> None:
    contest = won(world, wallet, world.alice)
    world.settle(contest)
    assert world.balance(wallet) == contest.terms["deposit"] + ETHER // 2
    assert world.balance(world.bounty) == 0


@pytest.mark.parametrize("mood", HOSTILE)
def test_a_hostile_winner_gets_a_credit_and_the_others_their_money(world: World, wallet: Contract, mood: Mood) -> None:
    contest = won(world, wallet, world.alice)
    behave(world, wallet, mood)
    before = world.balance(world.alice), world.balance(world.organizer)
    receipt = world.settle(contest)
    assert receipt["gasUsed"] < 300_000
    assert world.balance(world.alice) - before[0] == ETHER // 2
    assert world.balance(world.organizer) - before[1] == contest.terms["bond"]
    assert world.events(receipt, "Credited") == [
        {"contest": contest.number, "owner": wallet.address, "asset": NATIVE, "amount": ETHER // 2}
    ]
    assert world.view("credits", NATIVE, wallet.address) == ETHER // 2
    assert world.balance(world.bounty) == ETHER // 2 == world.owed([contest], owners=[wallet])


@pytest.mark.parametrize("mood", HOSTILE)
def test_a_hostile_organizer_does_not_block_the_winners(world: World, wallet: Contract, mood: Mood) -> None:
    contest = won(world, world.alice, world.bob, organizer=wallet)
    behave(world, wallet, mood)
    before = world.balance(world.alice)
    world.settle(contest)
    assert world.balance(world.alice) - before == ETHER // 2
    assert world.view("credits", NATIVE, wallet.address) == contest.terms["bond"] == world.balance(world.bounty)


@pytest.mark.parametrize("mood", HOSTILE)
def test_a_deposit_that_cannot_be_returned_becomes_a_credit(world: World, wallet: Contract, mood: Mood) -> None:
    contest = world.open()
    kept, given = world.submit(contest, wallet, 0, 0), world.submit(contest, wallet, 1, 1)
    behave(world, wallet, mood)
    world.send(world.call("withdrawSubmission", contest.number, given.entry), wallet)
    world.at(contest.submit_ends)
    world.reveal(contest, kept)
    assert world.view("credits", NATIVE, wallet.address) == 2 * contest.terms["deposit"]


def test_a_claim_that_cannot_be_paid_becomes_a_credit(world: World, wallet: Contract) -> None:
    contest = world.play(world.open(holdoutCommitment=bytes(32)), [(wallet, 0, 0)])
    behave(world, wallet, Mood.REJECT)
    world.settle(contest)
    world.send(world.call("claim", contest.number, 0), world.stranger)
    assert world.view("credits", NATIVE, wallet.address) == contest.terms["bond"] == world.balance(world.bounty)


def test_a_cancelled_contest_of_a_hostile_organizer_becomes_a_credit(world: World, wallet: Contract) -> None:
    contest = world.open(wallet)
    behave(world, wallet, Mood.REJECT)
    world.send(world.call("cancel", contest.number), wallet)
    assert world.view("credits", NATIVE, wallet.address) == contest.terms["reward"] + contest.terms["bond"]


def test_credits_of_several_contests_add_up_and_are_withdrawn_to_any_address(world: World, wallet: Contract) -> None:
    for _ in range(2):
        contest = world.open(wallet)
        behave(world, wallet, Mood.REJECT)
        world.send(world.call("cancel", contest.number), wallet)
    total = 2 * (contest.terms["reward"] + contest.terms["bond"])
    before = world.balance(world.carol)
    receipt = world.send(world.call("withdraw", NATIVE, world.carol), wallet)
    assert world.events(receipt, "CreditWithdrawn") == [
        {"asset": NATIVE, "owner": wallet.address, "to": world.carol, "amount": total}
    ]
    assert world.balance(world.carol) - before == total
    assert world.balance(world.bounty) == 0
    assert world.refusal(world.call("withdraw", NATIVE, world.carol), wallet) == Refusal(
        "NothingToWithdraw", {"asset": NATIVE, "owner": wallet.address.lower()}
    )


def test_a_withdrawal_that_fails_keeps_the_credit(world: World, wallet: Contract) -> None:
    contest = world.open(wallet)
    behave(world, wallet, Mood.REJECT)
    world.send(world.call("cancel", contest.number), wallet)
    credit = world.view("credits", NATIVE, wallet.address)
    assert world.refusal(world.call("withdraw", NATIVE, wallet.address), wallet) == Refusal(
        "TransferFailed", {"asset": NATIVE, "to": wallet.address.lower(), "amount": credit}
    )
    assert world.view("credits", NATIVE, wallet.address) == credit


def test_a_credit_is_not_sent_where_it_would_be_lost(world: World, wallet: Contract) -> None:
    contest = world.open(wallet)
    behave(world, wallet, Mood.REJECT)
    world.send(world.call("cancel", contest.number), wallet)
    for nowhere in (NATIVE, str(world.bounty.address)):
        assert world.refusal(world.call("withdraw", NATIVE, nowhere), wallet) == Refusal(
            "InvalidRecipient", {"to": nowhere.lower()}
        )


def test_nobody_withdraws_the_credit_of_another(world: World, wallet: Contract) -> None:
    contest = world.open(wallet)
    behave(world, wallet, Mood.REJECT)
    world.send(world.call("cancel", contest.number), wallet)
    assert world.refusal(world.call("withdraw", NATIVE, world.alice), world.alice).error == "NothingToWithdraw"


CALLS_TO_REENTER = [
    ("settle", lambda w, c: (c.number,)),
    ("claim", lambda w, c: (c.number, 0)),
    ("withdraw", lambda w, c: (NATIVE, w.alice)),
    ("cancel", lambda w, c: (c.number,)),
    ("extend", lambda w, c: (c.number, 1)),
    ("submit", lambda w, c: (c.number, 0, b"c" * 32)),
    ("withdrawSubmission", lambda w, c: (c.number, 0)),
    ("reveal", lambda w, c: (c.number, 0, b"s" * 32, b"s" * 32)),
    ("publishHoldoutKey", lambda w, c: (c.number, KEY)),
    ("recordScores", lambda w, c: (c.number, REPORT, [1])),
    ("challenge", lambda w, c: (c.number, [1])),
    ("sealScores", lambda w, c: (c.number, 0, b"s" * 32)),
    ("openScores", lambda w, c: (c.number, 0, REPORT, b"s" * 32, [1])),
    ("resolve", lambda w, c: (c.number,)),
    ("open", lambda w, c: (tuple(c.terms.values()),)),
]


EACH_CALL = [pytest.param(name, arguments, id=name) for name, arguments in CALLS_TO_REENTER]


# The arguments of `open`, the last, are more than a wallet can read from storage with the gas of a payment.
@pytest.mark.parametrize(("name", "arguments"), EACH_CALL[:-1])
def test_no_call_can_be_entered_again_from_a_payment(world: World, wallet: Contract, name: str, arguments: Any) -> None:
    contest = won(world, wallet, world.alice)
    message = world.call(name, *arguments(world, contest))._encode_transaction_data()
    world.send(wallet.functions.reenterWith(world.bounty.address, message), world.stranger)
    receipt = world.settle(contest)
    assert reentered(wallet, receipt) == [(False, GUARD)]
    assert world.events(receipt, "Credited") == []  # the payment itself went through
    assert world.balance(world.bounty) == 0


def test_the_list_of_calls_to_reenter_is_complete(world: World) -> None:
    writing = {
        f["name"]
        for f in world.bounty.abi
        if f["type"] == "function" and f["stateMutability"] in ("payable", "nonpayable")
    }
    assert writing == {name for name, _ in CALLS_TO_REENTER}


@pytest.mark.parametrize(("name", "arguments"), EACH_CALL)
def test_no_call_can_be_entered_again_from_a_withdrawal_with_all_its_gas(
    world: World, wallet: Contract, name: str, arguments: Any
) -> None:
    contest = world.open(wallet)
    behave(world, wallet, Mood.REJECT)
    world.send(world.call("cancel", contest.number), wallet)
    message = world.call(name, *arguments(world, contest))._encode_transaction_data()
    world.send(wallet.functions.reenterWith(world.bounty.address, message), world.stranger)
    world.open()  # something to steal
    before = world.balance(world.bounty)
    receipt = world.send(world.call("withdraw", NATIVE, wallet.address), wallet)
    assert reentered(wallet, receipt) == [(False, GUARD)]
    assert before - world.balance(world.bounty) == contest.terms["reward"] + contest.terms["bond"]


def test_a_caller_cannot_starve_a_payee_into_a_credit(world: World, wallet: Contract) -> None:
    """With every gas limit, a claim reverts or pays; the payee here gives up where it gets less than its bound."""
    contest = world.play(world.open(holdoutCommitment=bytes(32)), [(wallet, 0, 0)])
    behave(world, wallet, Mood.NEED_GAS)
    world.settle(contest)
    outcomes = set()
    for gas in range(60_000, 180_000, 1_500):
        with world.reverted():
            transaction: Any = {"from": world.stranger, "gas": gas}
            hashed = world.call("claim", contest.number, 0).transact(transaction)
            receipt = world.w3.eth.get_transaction_receipt(hashed)
            if receipt["status"]:
                assert world.view("credits", NATIVE, wallet.address) == 0
                assert world.balance(wallet) == contest.terms["deposit"] + contest.terms["bond"]
            outcomes.add(receipt["status"])
    assert outcomes == {0, 1}


def test_too_little_gas_is_named(world: World) -> None:
    contest = won(world, world.bob, world.alice)
    world.at(contest.challenge_ends)
    refusal = world.refusal(world.call("settle", contest.number), world.stranger, gas=120_000)
    assert refusal.error == "InsufficientGas"
    assert refusal.arguments["available"] < refusal.arguments["required"] < 110_000
