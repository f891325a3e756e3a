"""Contests in an ERC-20: those that keep to the standard, and those that do what tokens in the wild are known to do."""

from __future__ import annotations

from typing import Any

import pytest
from web3.contract import Contract
from web3.logs import DISCARD

from tests.contracts.contract_world import KEY, NATIVE, REPORT, Outcome, Refusal, Round, TokenMood, World

MILLION = 10**6


def funded(world: World, token: Contract) -> Contract:
    """The token, with money for everyone, and approved where it has approvals."""
    for who in world.people:
        world.send(token.functions.mint(who, 100 * MILLION), world.stranger)
        if "approve" in {f.get("name") for f in token.abi}:
            world.send(token.functions.approve(world.bounty.address, 2**256 - 1), who)
    return token


@pytest.fixture
def plain(world: World) -> Contract:
    return funded(world, world.deploy("PlainToken"))


@pytest.fixture
def odd(world: World) -> Contract:
    return funded(world, world.deploy("OddToken"))


def behave(world: World, odd: Contract, mood: TokenMood) -> None:
    world.send(odd.functions.behave(mood), world.stranger)


def terms(token: Contract, **changes: Any) -> dict[str, Any]:
    own = {"asset": token.address, "reward": 10 * MILLION, "bond": MILLION, "deposit": 1_000}
    return own | {"holdoutCommitment": bytes(32)} | changes


def scored(world: World, token: Contract) -> Round:
    """A contest that alice and bob win, half each, with a deposit that is forfeited."""
    contest = world.open(**terms(token, shares=[5_000, 5_000]))
    sealed = [world.submit(contest, who, 0, i) for i, who in enumerate((world.alice, world.bob, world.carol))]
    world.at(contest.submit_ends)
    for one in sealed[:2]:
        world.reveal(contest, one)
    world.at(contest.reveal_ends)
    world.record(contest, [800_000, 700_000])
    return contest


@pytest.mark.parametrize("kind", ["plain", "odd"])
def test_a_contest_in_a_token_is_paid_to_the_last_unit(world: World, kind: str, request: pytest.FixtureRequest) -> None:
    """`odd` starts as a token that returns nothing, as USDT does."""
    token: Contract = request.getfixturevalue(kind)
    before = {who: world.balance(who, token) for who in world.people}
    contest = scored(world, token)
    assert world.balance(world.bounty, token) == world.owed([contest], str(token.address)) == 11 * MILLION + 1_000
    world.settle(contest)
    pool = 10 * MILLION + 1_000
    assert {
        who: world.balance(who, token) - before[who] for who in world.people if world.balance(who, token) != before[who]
    } == {
        world.organizer: -10 * MILLION,
        world.alice: pool // 2,
        world.bob: pool // 2,
        world.carol: -1_000,
    }
    assert world.balance(world.bounty, token) == 0


def test_replacing_withdrawing_and_cancelling_return_what_is_due(world: World, plain: Contract) -> None:
    contest = world.open(**terms(plain))
    world.submit(contest, world.alice, 0, 0)
    world.send(world.call("submit", contest.number, 0, b"c" * 32), world.alice)
    assert world.balance(world.bounty, plain) == 11 * MILLION + 1_000
    world.send(world.call("withdrawSubmission", contest.number, 0), world.alice)
    assert world.balance(world.alice, plain) == 100 * MILLION
    world.send(world.call("cancel", contest.number), world.organizer)
    assert world.balance(world.organizer, plain) == 100 * MILLION


def test_coins_sent_along_with_a_token_contest_are_refused(world: World, plain: Contract) -> None:
    contest = world.open(**terms(plain))
    call = world.call("submit", contest.number, 0, b"c" * 32)
    assert world.refusal(call, world.alice, 1) == Refusal("WrongAmount", {"expected": 0, "actual": 1})
    opening = world.call("open", tuple(world.terms(**terms(plain)).values()))
    assert world.refusal(opening, world.organizer, 1) == Refusal("WrongAmount", {"expected": 0, "actual": 1})


def test_without_an_allowance_nothing_opens(world: World, plain: Contract) -> None:
    world.send(plain.functions.approve(world.bounty.address, 11 * MILLION - 1), world.organizer)
    call = world.call("open", tuple(world.terms(**terms(plain)).values()))
    with pytest.raises(AssertionError, match="no custom error"):  # the token's own error comes through
        world.refusal(call, world.organizer)
    world.send(plain.functions.approve(world.bounty.address, 11 * MILLION), world.organizer)
    world.send(call, world.organizer)


def test_a_token_that_keeps_a_fee_is_refused(world: World) -> None:
    token = funded(world, world.deploy("FeeToken"))
    call = world.call("open", tuple(world.terms(**terms(token)).values()))
    assert world.refusal(call, world.organizer) == Refusal(
        "UnsupportedToken", {"expected": 11 * MILLION, "received": 11 * MILLION * 99 // 100}
    )


def test_a_token_that_only_pretends_to_move_is_refused(world: World, odd: Contract) -> None:
    contest = world.open(**terms(odd))
    behave(world, odd, TokenMood.PRETEND)
    call = world.call("submit", contest.number, 0, b"c" * 32)
    assert world.refusal(call, world.alice) == Refusal("UnsupportedToken", {"expected": 1_000, "received": 0})


@pytest.mark.parametrize("mood", [TokenMood.FALSE, TokenMood.TWO])
def test_a_token_that_does_not_say_true_takes_nothing_in(world: World, odd: Contract, mood: TokenMood) -> None:
    behave(world, odd, mood)
    call = world.call("open", tuple(world.terms(**terms(odd)).values()))
    assert world.refusal(call, world.organizer) == Refusal(
        "SafeERC20FailedOperation", {"token": str(odd.address).lower()}
    )


FAILING = [TokenMood.FALSE, TokenMood.TWO, TokenMood.REVERT, TokenMood.BURN_GAS, TokenMood.RETURN_BOMB]


@pytest.mark.parametrize("mood", FAILING)
def test_payments_that_a_token_fails_become_credits_withdrawn_later(
    world: World, odd: Contract, mood: TokenMood
) -> None:
    contest = scored(world, odd)
    behave(world, odd, mood)
    receipt = world.settle(contest)
    assert receipt["gasUsed"] < 1_500_000
    pool = 10 * MILLION + 1_000
    assert [(e["owner"], e["asset"], e["amount"]) for e in world.events(receipt, "Credited")] == [
        (world.bob, odd.address, pool // 2),
        (world.alice, odd.address, pool // 2),
        (world.organizer, odd.address, MILLION),
    ]
    assert world.view("outcomeOf", contest.number) == Outcome.WON

    call = world.call("withdraw", odd.address, world.alice)
    assert world.refusal(call, world.alice) == Refusal(
        "TransferFailed",
        {"asset": str(odd.address).lower(), "to": world.alice.lower(), "amount": pool // 2},
    )
    behave(world, odd, TokenMood.TRUE)
    before = world.balance(world.alice, odd)
    world.send(call, world.alice)
    assert world.balance(world.alice, odd) - before == pool // 2
    assert world.balance(world.bounty, odd) == world.owed([contest], str(odd.address)) == pool // 2 + MILLION


def test_a_broken_token_does_not_touch_contests_in_another_asset(world: World, odd: Contract, plain: Contract) -> None:
    healthy = world.open(**terms(plain))
    native = world.open()
    contest = scored(world, odd)
    behave(world, odd, TokenMood.REVERT)
    world.settle(contest)
    world.send(world.call("settle", healthy.number), world.stranger)
    world.send(world.call("settle", native.number), world.stranger)
    assert world.balance(world.bounty, plain) == 0
    assert world.balance(world.bounty) == 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("settle", lambda c: (c.number,)),
        ("withdraw", lambda c: (NATIVE, c.terms["evaluator"])),
        ("claim", lambda c: (c.number, 0)),
        ("publishHoldoutKey", lambda c: (c.number, KEY)),
        ("recordScores", lambda c: (c.number, REPORT, [1, 2])),
        ("cancel", lambda c: (c.number,)),
    ],
)
def test_a_token_cannot_enter_again_while_it_pays_or_is_paid(
    world: World, odd: Contract, name: str, arguments: Any
) -> None:
    guard = world.w3.keccak(text="ReentrancyGuardReentrantCall()")[:4]
    contest = scored(world, odd)
    message = world.call(name, *arguments(contest))._encode_transaction_data()
    world.send(odd.functions.reenterWith(world.bounty.address, message), world.stranger)
    paying = world.settle(contest)
    taking = world.send(world.call("open", tuple(world.terms(**terms(odd)).values())), world.organizer)
    for receipt, times in ((paying, 3), (taking, 1)):
        events = odd.events.Reentered().process_receipt(receipt, errors=DISCARD)
        assert [(e["args"]["ok"], e["args"]["answer"]) for e in events] == [(False, guard)] * times
    assert world.balance(world.bounty, odd) == 11 * MILLION


def test_a_token_is_given_enough_gas_to_work(world: World, odd: Contract) -> None:
    contest = scored(world, odd)
    world.at(contest.challenge_ends)
    refusal = world.refusal(world.call("settle", contest.number), world.stranger, gas=300_000)
    assert refusal.error == "InsufficientGas"
    assert refusal.arguments["required"] > 300_000
