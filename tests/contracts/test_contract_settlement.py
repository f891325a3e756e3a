"""`settle` and `claim`: each outcome, and where every wei goes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts.contract_world import ETHER, Outcome, Phase, Refusal, Round, World

SHARES = {
    1: [10_000],
    2: [7_000, 3_000],
    3: [6_000, 3_000, 1_000],
    4: [4_000, 3_000, 2_000, 1_000],
    5: [5_000, 2_000, 1_500, 1_000, 500],
    6: [3_333, 2_222, 1_111, 1_111, 1_111, 1_112],
    7: [9_994, 1, 1, 1, 1, 1, 1],
    8: [1_250] * 8,
}


def gains(world: World, contest: Round) -> dict[str, int]:
    """What everyone but the sender of `settle` gains by it; it must be all that the contract held."""
    everyone = world.people
    before = {who: world.balance(who) for who in everyone}
    world.settle(contest)
    after = {who: world.balance(who) - before[who] for who in everyone}
    return {who: gain for who, gain in after.items() if gain}


def player(world: World, number: int) -> str:
    return world.people[2 + number]


@pytest.mark.parametrize("prizes", list(SHARES))
def test_each_winner_gets_its_share_and_the_best_the_remainder(world: World, prizes: int) -> None:
    contest = world.open(shares=SHARES[prizes], reward=ETHER + 7, deposit=13)
    # Seven addresses for up to eight winners: the last is the first again, in another slot.
    world.play(contest, [(player(world, i % 7), i // 7, i) for i in range(8)])
    world.record(contest, [900_000 - i for i in range(8)])
    pool = contest.terms["reward"]
    expected: dict[str, int] = {world.organizer: contest.terms["bond"]}
    amounts = [pool * s // 10_000 for s in SHARES[prizes]]
    amounts[0] = pool - sum(amounts[1:])
    for i, amount in enumerate(amounts):
        expected[player(world, i % 7)] = expected.get(player(world, i % 7), 0) + amount
    assert gains(world, contest) == expected
    assert world.balance(world.bounty) == 0


def test_settle_says_what_happened(world: World) -> None:
    contest = world.play(world.open(), [(world.alice, 0, 0)])
    world.record(contest, [500_000])
    receipt = world.settle(contest)
    assert world.events(receipt, "Settled") == [
        {
            "contest": contest.number,
            "outcome": Outcome.WON,
            "pool": contest.terms["reward"],
            "toOrganizer": contest.terms["bond"],
        }
    ]
    assert [(e["to"], e["amount"]) for e in world.events(receipt, "Paid")] == [
        (world.alice, contest.terms["reward"]),
        (world.organizer, contest.terms["bond"]),
    ]
    view = world.contest(contest)
    assert (view["phase"], view["outcome"], view["winners"]) == (Phase.SETTLED, Outcome.WON, [0])


def test_shares_that_nobody_won_go_to_the_best(world: World) -> None:
    contest = world.open(shares=SHARES[4])
    world.play(contest, [(world.alice, 0, 0), (world.bob, 0, 1), (world.carol, 0, 2)])
    world.record(contest, [499_999, 600_000, 700_000])
    reward = contest.terms["reward"]
    assert gains(world, contest) == {
        world.carol: reward - reward * 3_000 // 10_000,
        world.bob: reward * 3_000 // 10_000,
        world.organizer: contest.terms["bond"],
    }
    assert world.balance(world.bounty) == 0


def unrevealed(world: World, contest: Round, scores: list[int] | None) -> None:
    """Three submissions, one never revealed, and these scores (none if None)."""
    sealed = [world.submit(contest, who, 0, i) for i, who in enumerate((world.alice, world.bob, world.carol))]
    world.at(contest.submit_ends)
    for one in sealed[:2]:
        world.reveal(contest, one)
    world.at(contest.reveal_ends)
    if scores is not None:
        world.record(contest, scores)


def test_a_deposit_never_revealed_goes_to_the_winners(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32), shares=[5_000, 5_000])
    unrevealed(world, contest, [600_000, 700_000])
    pool = contest.terms["reward"] + contest.terms["deposit"]
    assert gains(world, contest) == {
        world.bob: pool - pool // 2,
        world.alice: pool // 2,
        world.organizer: contest.terms["bond"],
    }
    assert world.balance(world.bounty) == 0


def test_where_nobody_reaches_the_minimum_the_organizer_gets_everything_left(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32))
    unrevealed(world, contest, [499_999, 0])
    terms = contest.terms
    assert gains(world, contest) == {world.organizer: terms["reward"] + terms["bond"] + terms["deposit"]}
    assert world.view("outcomeOf", contest.number) == Outcome.REFUNDED
    assert world.balance(world.bounty) == 0


@pytest.mark.parametrize("submissions", [0, 2])
def test_where_nobody_revealed_the_organizer_gets_everything(world: World, submissions: int) -> None:
    contest = world.open()
    for entry in range(submissions):
        world.submit(contest, world.alice, entry, entry)
    terms = contest.terms
    assert gains(world, contest) == {world.organizer: terms["reward"] + terms["bond"] + submissions * terms["deposit"]}
    assert world.view("outcomeOf", contest.number) == Outcome.REFUNDED
    assert world.balance(world.bounty) == 0


def test_without_scores_the_bond_and_the_forfeits_are_claimed_by_those_who_revealed(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32), bond=100, deposit=7)
    unrevealed(world, contest, None)
    assert gains(world, contest) == {world.organizer: contest.terms["reward"]}
    assert world.view("outcomeOf", contest.number) == Outcome.VOID
    assert world.balance(world.bounty) == 107 == world.owed([contest])

    receipts = [world.send(world.call("claim", contest.number, i), world.stranger) for i in (1, 0)]
    assert [world.events(r, "Claimed")[0] for r in receipts] == [
        {"contest": contest.number, "index": 1, "participant": world.bob, "amount": 53},
        {"contest": contest.number, "index": 0, "participant": world.alice, "amount": 54},
    ]
    assert [world.events(r, "Paid")[0]["to"] for r in receipts] == [world.bob, world.alice]
    assert world.balance(world.bounty) == 0


def test_without_the_key_the_contest_is_void_too(world: World) -> None:
    contest = world.open()
    unrevealed(world, contest, None)
    world.settle(contest)
    assert world.view("outcomeOf", contest.number) == Outcome.VOID


def test_a_claim_is_paid_once_and_only_for_what_was_revealed(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32))
    unrevealed(world, contest, None)
    world.settle(contest)
    call = world.call("claim", contest.number, 0)
    world.send(call, world.stranger)
    assert world.refusal(call, world.alice) == Refusal("AlreadyClaimed", {"contest": contest.number, "index": 0})
    assert world.refusal(world.call("claim", contest.number, 2), world.alice) == Refusal(
        "NoSuchReveal", {"index": 2, "revealed": 2}
    )


def test_a_share_of_nothing_cannot_be_claimed(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32), bond=1, deposit=0)
    unrevealed(world, contest, None)
    world.settle(contest)
    assert world.refusal(world.call("claim", contest.number, 1), world.bob) == Refusal(
        "NothingToClaim", {"contest": contest.number, "index": 1}
    )
    world.send(world.call("claim", contest.number, 0), world.stranger)
    assert world.balance(world.bounty) == 0


def test_nothing_is_claimed_before_settling_nor_after_another_outcome(world: World) -> None:
    contest = world.play(world.open(), [(world.alice, 0, 0)])
    call = world.call("claim", contest.number, 0)
    pending = {"contest": contest.number, "expected": Outcome.VOID, "actual": Outcome.PENDING}
    assert world.refusal(call, world.alice) == Refusal("WrongOutcome", pending)
    world.record(contest, [600_000])
    world.settle(contest)
    assert world.refusal(call, world.alice) == Refusal("WrongOutcome", pending | {"actual": Outcome.WON})


def test_one_contest_never_pays_with_the_money_of_another(world: World) -> None:
    other = world.open(reward=5 * ETHER, submitEnds=world.now() + 10_000)
    world.submit(other, world.alice, 0, 0)
    contest = world.play(world.open(), [(world.alice, 0, 0)])
    world.record(contest, [600_000])
    world.settle(contest)
    assert world.balance(world.bounty) == world.owed([contest, other]) == 5 * ETHER + ETHER // 10 + ETHER // 100


def test_plain_transfers_and_unknown_selectors_are_refused(world: World) -> None:
    for data, value in ((b"", 1), (b"", 0), (b"\xde\xad\xbe\xef", 0), (b"\xde\xad\xbe\xef", 1)):
        transaction: Any = {
            "from": world.alice,
            "to": world.bounty.address,
            "data": data,
            "value": value,
            "gas": 100_000,
        }
        receipt = world.w3.eth.get_transaction_receipt(world.w3.eth.send_transaction(transaction))
        assert receipt["status"] == 0
    assert world.balance(world.bounty) == 0


@pytest.mark.parametrize("name", ["extend", "cancel", "settle", "claim", "withdrawSubmission", "recordScores"])
def test_calls_that_take_no_money_refuse_it(world: World, name: str) -> None:
    (abi,) = (f for f in world.bounty.abi if f.get("name") == name and f["type"] == "function")
    assert abi["stateMutability"] == "nonpayable"


plans = st.fixed_dictionaries(
    {
        "reward": st.integers(1, 10**19),
        "bond": st.integers(0, 10**18),
        "deposit": st.integers(0, 10**17),
        "shares": st.sampled_from(list(SHARES.values())),
        "minimumScore": st.sampled_from([0, 500_000, 1_000_000]),
    }
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=plans,
    submitted=st.integers(0, 6),
    revealed=st.sets(st.integers(0, 5)),
    scores=st.none() | st.lists(st.sampled_from([0, 500_000, 750_000, 1_000_000]), min_size=6, max_size=6),
)
def test_the_contract_holds_what_it_owes_at_every_step_and_nothing_at_the_end(
    world: World, plan: dict[str, Any], submitted: int, revealed: set[int], scores: list[int] | None
) -> None:
    with world.reverted():
        hold_and_settle(world, plan, submitted, revealed, scores)


def hold_and_settle(
    world: World, plan: dict[str, Any], submitted: int, revealed: set[int], scores: list[int] | None
) -> None:
    contest = world.open(holdoutCommitment=bytes(32), **plan)

    def solvent() -> None:
        assert world.balance(world.bounty) == world.owed([contest])

    sealed = [world.submit(contest, player(world, i % 3), i, i % 4) for i in range(submitted)]
    solvent()
    world.at(contest.submit_ends)
    shown = [one for i, one in enumerate(sealed) if i in revealed]
    for one in shown:
        world.reveal(contest, one)
    solvent()
    world.at(contest.reveal_ends)
    if scores is not None and shown:
        world.record(contest, scores[: len(shown)])
    world.settle(contest)
    solvent()
    if world.view("outcomeOf", contest.number) == Outcome.VOID:
        pot = plan["bond"] + plan["deposit"] * (submitted - len(shown))
        for i in range(min(len(shown), pot)):
            world.send(world.call("claim", contest.number, i), world.stranger)
            solvent()
    assert world.balance(world.bounty) == 0
