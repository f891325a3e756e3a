"""What every call costs: whole transactions in the native coin, against the budgets and the last committed numbers.

`snapshot.py` says how the committed numbers are rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.contracts.contract_world import ETHER, GAS_LIMIT, KEY, NATIVE, Mood, Round, World
from tests.contracts.gas.snapshot import committed, hold
from tests.contracts.panel_world import SECONDS, challenge, open_scores, panel_of, resolve, seal_scores

CONTRACT: Final = "HyperparameterBounty"
BUDGETS: Final = {
    "open, the first": 250_000,
    "open": 250_000,
    "open with 8 prizes": 250_000,
    "open in future mode": 250_000,
    "submit, the first": 60_000,
    "submit": 60_000,
    "reveal, the first": 80_000,
    "reveal": 80_000,
    "recordScores, 100 specs ascending, 1 prize": 150_000,
    "recordScores, 100 specs descending, 1 prize": 150_000,
    "recordScores, 100 specs ascending, 8 prizes": 150_000,
    "settle, 1 winner": 80_000,
}
HUNDRED: Final = 100


@pytest.fixture(scope="module")
def gas() -> dict[str, int]:
    """Every measure, on a chain of its own, so that no other test changes a byte of it."""
    world = World()
    measured: dict[str, int] = {}
    for measure in (organizer_calls, hundred_specs, endings, worst_ranking, disputes, worst_dispute):
        with world.reverted():
            measured |= measure(world)
    return measured


def used(world: World, sender: str, name: str, *arguments: object, value: int = 0) -> int:
    return int(world.send(world.call(name, *arguments), sender, value)["gasUsed"])


def organizer_calls(world: World) -> dict[str, int]:
    def opening(**changes: Any) -> int:
        terms = world.terms(**changes)
        value = terms["reward"] + terms["bond"] + terms["evaluatorFee"]
        return used(world, world.organizer, "open", tuple(terms.values()), value=value)

    return {
        "open, the first": opening(),
        "open": opening(),
        "open with 8 prizes": opening(shares=[1_250] * 8),
        "open in future mode": opening(holdoutCommitment=bytes(32)),
        "open with a panel of 3": opening(panel=panel_of(world, 3), evaluatorFee=ETHER // 50),
        "extend": used(world, world.organizer, "extend", 1, 3_600),
        "cancel": used(world, world.organizer, "cancel", 1),
    }


def hundred_specs(world: World) -> dict[str, int]:
    """Two contests with 100 specs each in one address; the scores have as few zero bytes as scores can."""
    gas: dict[str, int] = {}
    # Every transaction is a block, and a second.
    one, eight = world.open(revealSeconds=1_000), world.open(revealSeconds=1_000, shares=[1_250] * 8)
    for contest in (one, eight):
        for i in range(HUNDRED):
            sealed = world.seal(world.alice, i, i)
            commitment = world.commitment(contest.number, sealed)
            cost = used(world, world.alice, "submit", contest.number, i, commitment, value=contest.terms["deposit"])
            gas["submit, the first" if i == 0 else "submit"] = max(cost, gas.get("submit", 0) if i else 0)
            contest.sealed.append(sealed)
    with world.reverted():
        gas["submit, replacing"] = used(world, world.alice, "submit", one.number, 1, b"c" * 32)
        gas["withdrawSubmission"] = used(world, world.alice, "withdrawSubmission", one.number, 1)
    world.at(max(one.submit_ends, eight.submit_ends))
    for contest in (one, eight):
        for i, sealed in enumerate(contest.sealed):
            cost = int(world.reveal(contest, sealed)["gasUsed"])
            gas["reveal, the first" if i == 0 else "reveal"] = max(cost, gas.get("reveal", 0) if i else 0)
    world.at(max(one.reveal_ends, eight.reveal_ends))
    for contest in (one, eight):
        gas["publishHoldoutKey"] = used(world, world.organizer, "publishHoldoutKey", contest.number, KEY)
    orders = {
        "ascending": [600_001 + i for i in range(HUNDRED)],
        "descending": [700_001 - i for i in range(HUNDRED)],
        "mixed": [600_001 + i * 37 % HUNDRED for i in range(HUNDRED)],
        "all equal": [700_001] * HUNDRED,
    }
    for prizes, contest in (("1 prize", one), ("8 prizes", eight)):
        for order, scores in orders.items():
            with world.reverted():
                gas[f"recordScores, 100 specs {order}, {prizes}"] = int(world.record(contest, scores)["gasUsed"])
    world.record(one, orders["descending"])
    gas["recordScores, 100 specs ascending, 1 prize, again"] = int(world.record(one, orders["ascending"])["gasUsed"])
    return gas


def endings(world: World) -> dict[str, int]:
    def scored(count: int, scores: list[int] | None, **changes: Any) -> Round:
        contest = world.open(holdoutCommitment=bytes(32), **changes)
        world.play(contest, [(world.people[2 + i % 7], i // 7, i) for i in range(count)])
        if scores is not None:
            world.record(contest, scores)
        return contest

    def settling(contest: Round) -> int:
        return int(world.settle(contest)["gasUsed"])

    gas = {
        "settle, 1 winner": settling(scored(2, [600_000, 700_000])),
        "settle, 8 winners": settling(scored(8, [600_000 + i for i in range(8)], shares=[1_250] * 8)),
        "settle, nobody reached the minimum": settling(scored(1, [0])),
        "settle, no submissions": settling(scored(0, None)),
        "settle, void": settling(void := scored(2, None)),
        "claim": used(world, world.stranger, "claim", void.number, 1),
    }
    wallet = world.deploy("Wallet")
    contest = world.open(wallet)
    world.send(wallet.functions.behave(Mood.REJECT), world.stranger)
    world.send(world.call("cancel", contest.number), wallet)
    receipt = world.send(world.call("withdraw", NATIVE, world.bob), wallet)
    return gas | {"withdraw, by a contract": int(receipt["gasUsed"])}


def reveal_in_reverse(world: World, contest: Round, distinct: int = 1_000) -> Iterator[int]:
    """Submit 64 specs and reveal them in reverse; stops after 32 and after 64, and what is done there is undone."""
    sealed = [world.submit(contest, world.alice, i, i % distinct) for i in range(64)]
    world.at(contest.submit_ends)
    for count, one in enumerate(reversed(sealed), 1):
        world.reveal(contest, one)
        if count in (32, 64):
            with world.reverted():
                yield count


def worst_ranking(world: World) -> dict[str, int]:
    """Equal scores, submitted in the reverse order of reveal, 8 prizes: what one more spec costs `recordScores`."""
    costs: dict[tuple[str, int], int] = {}
    for kind, distinct in (("all specs different", 1_000), ("eight specs over and over", 8)):
        with world.reverted():
            contest = world.open(shares=[1_250] * 8, holdoutCommitment=bytes(32))
            for count in reveal_in_reverse(world, contest, distinct):
                world.at(contest.reveal_ends)
                costs[kind, count] = int(world.record(contest, [700_001] * count)["gasUsed"])
    return {
        f"recordScores, one more spec at worst, {kind}": (costs[kind, 64] - costs[kind, 32]) // 32
        for kind in ("all specs different", "eight specs over and over")
    }


def disputes(world: World) -> dict[str, int]:
    """A hundred specs and a panel of three, who all open; scores have as few zero bytes as scores can."""
    true, false = [700_001 - i for i in range(HUNDRED)], [700_001 + i for i in range(HUNDRED)]
    gas: dict[str, int] = {}
    terms: dict[str, Any] = {"holdoutCommitment": bytes(32), "evaluatorFee": ETHER // 50, "panel": panel_of(world, 3)}
    contest = world.open(revealSeconds=1_000, **terms)
    world.play(contest, [(world.alice, i, i) for i in range(HUNDRED)])
    gas["recordScores, 100 specs descending, with a panel"] = int(world.record(contest, true)["gasUsed"])
    with world.reverted():
        world.at(contest.challenge_ends)
        gas["settle, 1 winner, with a panel"] = used(world, world.stranger, "settle", contest.number)
    gas["challenge, 100 specs"] = int(challenge(world, contest, true)["gasUsed"])
    with world.reverted():
        world.at(contest.challenge_ends)
        gas["sealScores"] = int(seal_scores(world, contest, 0, true)["gasUsed"])
        gas["sealScores, again"] = int(seal_scores(world, contest, 0, true)["gasUsed"])
        world.at(contest.challenge_ends + SECONDS)
        gas["openScores, 100 specs"] = int(open_scores(world, contest, 0, true)["gasUsed"])
    for verdict, found in (("upheld", true), ("overturned", false)):
        with world.reverted():
            gas[f"resolve, 100 specs, 3 openings, {verdict}"] = int(resolve(world, contest, [found] * 3)["gasUsed"])
            gas[f"settle, 1 winner, {verdict}"] = used(world, world.stranger, "settle", contest.number)
    world.at(contest.challenge_ends + 2 * SECONDS)
    gas["settle, the panel was silent"] = used(world, world.stranger, "settle", contest.number)
    return gas


def worst_dispute(world: World) -> dict[str, int]:
    """Seven openings that descend from seat to seat, and medians that tie in the reverse order of submission, 8 prizes:
    what one more spec costs `resolve`."""
    costs: dict[int, int] = {}
    contest = world.open(shares=[1_250] * 8, holdoutCommitment=bytes(32), panel=panel_of(world, 7))
    for count in reveal_in_reverse(world, contest):
        world.at(contest.reveal_ends)
        world.record(contest, [700_001] * count)
        challenge(world, contest, [700_001] * count)
        costs[count] = int(resolve(world, contest, [[700_007 - seat] * count for seat in range(7)])["gasUsed"])
    return {"resolve, one more spec at worst, 7 openings": (costs[64] - costs[32]) // 32}


def test_costs_are_those_of_the_snapshot(gas: dict[str, int]) -> None:
    hold(CONTRACT, gas)


# What follows looks at the snapshot, which was just held against the measures: they are made once, by one process.


@pytest.mark.parametrize("call", list(BUDGETS))
def test_no_call_exceeds_its_budget(call: str) -> None:
    assert committed(CONTRACT)[call] <= BUDGETS[call]


def test_the_cap_on_submissions_keeps_the_worst_ranking_inside_a_transaction() -> None:
    """`RankingLib.MAX_ENTRIES` rests on this; memory and the transaction itself come on top."""
    costs = committed(CONTRACT)
    worst = max(cost for name, cost in costs.items() if name.startswith("recordScores, one more spec at worst"))
    assert worst < 11_000
    assert 1_024 * worst + 200_000 < 0.7 * GAS_LIMIT


def test_the_cap_on_submissions_keeps_the_worst_dispute_inside_a_transaction() -> None:
    """`PanelLib.decide` rests on this: a contest that cannot be resolved could never end."""
    assert 1_024 * committed(CONTRACT)["resolve, one more spec at worst, 7 openings"] + 200_000 < 0.85 * GAS_LIMIT
