"""What every call costs: whole transactions in the native coin, against the budgets and the last committed numbers.

`snapshot.py` says how the committed numbers are rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pytest

from participant.bounty.entries import COPY_BYTES
from tests.contracts.chain_world import ETHER, GAS_LIMIT, NATIVE, Mood
from tests.contracts.contract_world import KEY, THROUGHPUT, Round, Verdict, World
from tests.contracts.gas.snapshot import committed, hold
from tests.contracts.panel_world import (
    MEMBER_BOND,
    SECONDS,
    challenge,
    open_scores,
    panel_of,
    resolve,
    seal_scores,
)

CONTRACT: Final = "HyperparameterBounty"
BUDGETS: Final = {
    "open, the first": 250_000,
    "open": 235_000,
    "open in future mode": 235_000,
    "open with 8 prizes": 260_000,
    "accept": 60_000,
    "submit, the first": 57_000,
    "submit": 57_000,
    "submit, with a copy of what opens it": 58_500,
    "reveal, the first": 78_000,
    "reveal": 78_000,
    "recordScores, 100 specs ascending, 1 prize": 155_000,
    "recordScores, 100 specs descending, 1 prize": 150_000,
    "recordScores, 100 specs ascending, 8 prizes": 525_000,
    "settle, 1 winner": 82_000,
}
HUNDRED: Final = 100
FEE: Final = ETHER // 50


@pytest.fixture(scope="module")
def gas() -> dict[str, int]:
    """Every measure, on a chain of its own, so that no other test changes a byte of it."""
    world = World()
    measured: dict[str, int] = {}
    for measure in (offers, second_half, hundred_specs, endings, void_contests, worst_ranking, disputes, worst_dispute):
        with world.reverted():
            measured |= measure(world)
    return measured


def used(world: World, sender: str, name: str, *arguments: object, value: int = 0, appended: bytes = b"") -> int:
    return int(world.send(world.call(name, *arguments), sender, value, appended=appended)["gasUsed"])


def offers(world: World) -> dict[str, int]:
    def opening(**changes: Any) -> int:
        terms = world.terms(evaluatorFee=FEE, **changes)
        value = terms["reward"] + terms["bond"] + terms["evaluatorFee"]
        return used(world, world.organizer, "open", tuple(terms.values()), value=value)

    def accepting(contest: Round) -> int:
        bond = contest.terms["evaluatorBond"]
        return used(world, world.evaluator, "accept", contest.number, THROUGHPUT, value=bond)

    gas = {
        "open, the first": opening(),
        "open": opening(),
        "open with 8 prizes": opening(shares=[1_250] * 8),
        "open in future mode": opening(holdoutCommitment=bytes(32)),
        "open with a panel of 3": opening(panel=panel_of(world, 3)),
        "cancel, an offer": used(world, world.organizer, "cancel", 1),
    }
    plain = world.offer()
    gas["accept"] = accepting(plain)
    paneled = world.offer(panel=panel_of(world, 3))
    for seat, member in enumerate(paneled.members):
        cost = used(world, member, "acceptSeat", paneled.number, seat, value=MEMBER_BOND)
        gas["acceptSeat, the first" if seat == 0 else "acceptSeat"] = cost
    with world.reverted():
        world.at(int(paneled.terms["acceptEnds"]))
        gas["settle, a lapsed offer"] = used(world, world.stranger, "settle", paneled.number)
    gas["accept, with a panel"] = accepting(paneled)
    gas["sponsor, the first"] = used(world, world.alice, "sponsor", plain.number, 7, value=7)
    gas["sponsor"] = used(world, world.bob, "sponsor", plain.number, 7, value=7)
    gas["extend"] = used(world, world.organizer, "extend", plain.number, 600)
    gas["cancel"] = used(world, world.organizer, "cancel", plain.number)
    gas["reclaim"] = used(world, world.stranger, "reclaim", plain.number, world.alice)
    return gas


def second_half(world: World) -> dict[str, int]:
    """What an entry costs that pays a surcharge; exactly, and with more coins than that."""
    contest = world.open(maxSubmissions=8, maxPerAddress=8)
    for entry in range(4):
        world.submit(contest, world.alice, entry, entry)
    gas = {}
    for name, more in (("submit, with a surcharge", 0), ("submit, with a surcharge and change", 1)):
        sealed = world.seal(world.alice, 4 + more, 4 + more)
        commitment = world.commitment(contest.number, sealed)
        value = world.price(contest) + more
        gas[name] = used(world, world.alice, "submit", contest.number, sealed.entry, commitment, value=value)
    return gas


def hundred_specs(world: World) -> dict[str, int]:
    """Two contests with 100 specs each, of nine addresses; the scores have as few zero bytes as scores can."""
    gas: dict[str, int] = {}
    # Every transaction is a block, and a second.
    one, eight = world.open(), world.open(shares=[1_250] * 8)
    for contest in (one, eight):
        for i in range(HUNDRED):
            sealed = world.seal(someone(world, i), i, i)
            commitment = world.commitment(contest.number, sealed)
            value = contest.terms["entryFee"]
            cost = used(world, someone(world, i), "submit", contest.number, i, commitment, value=value)
            gas["submit, the first" if i == 0 else "submit"] = max(cost, gas.get("submit", 0) if i else 0)
            contest.sealed.append(sealed)
    with world.reverted():
        value, copy = one.terms["entryFee"], b"\xc0" * COPY_BYTES
        gas["submit, with a copy of what opens it"] = used(
            world, someone(world, 1), "submit", one.number, HUNDRED, b"c" * 32, value=value, appended=copy
        )
    with world.reverted():
        gas["submit, replacing"] = used(world, someone(world, 1), "submit", one.number, 1, b"c" * 32)
        gas["withdrawSubmission"] = used(world, someone(world, 1), "withdrawSubmission", one.number, 1)
        world.send(world.call("extend", one.number, 600), world.organizer)
        gas["withdrawSubmission, extended"] = used(world, someone(world, 2), "withdrawSubmission", one.number, 2)
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
    with world.reverted():
        gas["recordScores, none"] = int(world.record(eight, [])["gasUsed"])
    return gas


def someone(world: World, number: int) -> str:
    """One of nine addresses, one more than there are prizes at most."""
    return world.people[number % len(world.people)]


def scored(world: World, count: int, scores: list[int] | None, **changes: Any) -> Round:
    contest = world.open(holdoutCommitment=bytes(32), evaluatorFee=FEE, **changes)
    world.play(contest, [(someone(world, 2 + i), i, i) for i in range(count)])
    if scores is not None:
        world.record(contest, scores)
    return contest


def endings(world: World) -> dict[str, int]:
    def settling(contest: Round) -> int:
        return int(world.settle(contest)["gasUsed"])

    gas = {
        "settle, 1 winner": settling(scored(world, 2, [600_000, 700_000])),
        "settle, 8 winners": settling(scored(world, 8, [600_000 + i for i in range(8)], shares=[1_250] * 8)),
        "settle, nobody reached the minimum": settling(scored(world, 1, [0])),
        "settle, no submissions": settling(scored(world, 0, None)),
        "settle, the evaluator says that it cannot be scored": settling(scored(world, 2, [])),
    }
    contest = world.open(holdoutCommitment=bytes(32), evaluatorFee=FEE)
    sealed = [world.submit(contest, someone(world, i), 0, i) for i in range(2)]
    world.at(contest.submit_ends)
    world.reveal(contest, sealed[0])
    world.at(contest.reveal_ends)
    world.record(contest, [700_000])
    gas["settle, 1 winner, one entry not revealed"] = settling(contest)
    wallet = world.deploy("Wallet")
    contest = world.open(wallet)
    world.send(wallet.functions.behave(Mood.REJECT), world.stranger)
    world.send(world.call("cancel", contest.number), wallet)
    receipt = world.send(world.call("withdraw", NATIVE, world.bob), wallet)
    return gas | {"withdraw, by a contract": int(receipt["gasUsed"])}


def void_contests(world: World) -> dict[str, int]:
    gas = {}
    contest = scored(world, 51, None)
    gas["settle, void"] = int(world.settle(contest)["gasUsed"])
    gas["claim, 1 spec"] = used(world, world.stranger, "claim", contest.number, [0])
    gas["claim, 50 specs"] = used(world, world.stranger, "claim", contest.number, list(range(1, 51)))
    contest = world.open(evaluatorFee=FEE)
    sealed = world.submit(contest, world.alice, 0, 0)
    world.at(contest.submit_ends)
    world.reveal(contest, sealed)
    gas["settle, the key was withheld"] = int(world.settle(contest)["gasUsed"])
    return gas


def reveal_in_reverse(world: World, contest: Round, counts: Iterable[int] = (32, 64)) -> Iterator[int]:
    """Submit specs and reveal them in reverse; stops after each of `counts`, and what is done there is undone."""
    last = max(counts)
    sealed = [world.submit(contest, someone(world, i), i, i % 1_000) for i in range(last)]
    world.at(contest.submit_ends)
    for count, one in enumerate(reversed(sealed), 1):
        world.reveal(contest, one)
        if count in counts:
            with world.reverted():
                yield count


def worst_ranking(world: World) -> dict[str, int]:
    """What one more spec costs `recordScores`: equal scores, submitted in the reverse order of reveal, 8 prizes, nine
    addresses in turns."""
    costs: dict[int, int] = {}
    contest = world.open(shares=[1_250] * 8, holdoutCommitment=bytes(32))
    for count in reveal_in_reverse(world, contest):
        world.at(contest.reveal_ends)
        costs[count] = int(world.record(contest, [700_001] * count)["gasUsed"])
    return {"recordScores, one more spec at worst": (costs[64] - costs[32]) // 32}


def disputes(world: World) -> dict[str, int]:
    """A hundred specs and a panel of three, who all open; scores have as few zero bytes as scores can."""
    true, false = [700_001 - i for i in range(HUNDRED)], [900_001 - i for i in reversed(range(HUNDRED))]
    # No tolerance: the first of the one array is the last of the other.
    panel = panel_of(world, 3)
    strict = (*panel[:4], 0, *panel[5:])
    gas: dict[str, int] = {}
    contest = world.open(holdoutCommitment=bytes(32), evaluatorFee=FEE, panel=strict)
    world.play(contest, [(someone(world, i), i, i) for i in range(HUNDRED)])
    world.record(contest, true)
    with world.reverted():
        world.at(contest.challenge_ends)
        gas["settle, 1 winner, with a panel"] = used(world, world.stranger, "settle", contest.number)
    gas["challenge"] = int(challenge(world, contest)["gasUsed"])
    with world.reverted():
        world.at(contest.challenge_ends)
        gas["sealScores"] = int(seal_scores(world, contest, 0, true)["gasUsed"])
        gas["sealScores, again"] = int(seal_scores(world, contest, 0, true)["gasUsed"])
        seal_scores(world, contest, 1, [])
        world.at(contest.challenge_ends + SECONDS)
        gas["openScores, 100 specs"] = int(open_scores(world, contest, 0, true)["gasUsed"])
        gas["openScores, none"] = int(open_scores(world, contest, 1, [])["gasUsed"])
    other = [false[1], *false[2:], false[0]]
    found: dict[str, list[list[int]]] = {
        "upheld": [true] * 3,
        "overturned": [false] * 3,
        "overturned, unscorable": [[]] * 3,
    }
    found["undecided"] = [true, false, other]
    for verdict, arrays in found.items():
        with world.reverted():
            gas[f"resolve, 100 specs, 3 openings, {verdict}"] = int(resolve(world, contest, arrays)["gasUsed"])
            gas[f"settle, {verdict}"] = used(world, world.stranger, "settle", contest.number)
    world.at(contest.challenge_ends + 2 * SECONDS)
    gas["settle, the panel was silent"] = used(world, world.stranger, "settle", contest.number)
    return gas


def resolve_at_worst(world: World, counts: Iterable[int]) -> dict[int, int]:
    """What `resolve` costs by the number of specs, seven openings and 8 prizes, where every step takes its longest.

    All scores of a member are equal and tie in the reverse order of submission, nine addresses take turns and there is
    no tolerance, so all eight places are looked through for each spec; the arrays ascend from seat to seat, so every
    score is a candidate for the median; and the evaluator's payments fail at one of the last specs only, which four
    members find better.
    """
    costs: dict[int, int] = {}
    windows: dict[str, Any] = {"submitSeconds": 2_000, "revealSeconds": 2_000}
    shares = [3_000] + [1_000] * 7
    panel = panel_of(world, 7)
    strict = (*panel[:4], 0, *panel[5:])
    contest = world.open(shares=shares, holdoutCommitment=bytes(32), panel=strict, **windows)
    for count in reveal_in_reverse(world, contest, counts):
        world.at(contest.reveal_ends)
        world.record(contest, [700_001] * count)
        challenge(world, contest)
        arrays = [[700_001 + seat] * count for seat in range(7)]
        for array in arrays[3:]:
            array[count - 12] = 800_001
        receipt = resolve(world, contest, arrays)
        assert world.events(receipt, "Resolved")[0]["verdict"] == Verdict.OVERTURNED
        costs[count] = int(receipt["gasUsed"])
    return costs


def worst_dispute(world: World) -> dict[str, int]:
    costs = resolve_at_worst(world, (32, 64))
    return {"resolve, one more spec at worst, 7 openings": (costs[64] - costs[32]) // 32}


def test_costs_are_those_of_the_snapshot(gas: dict[str, int]) -> None:
    hold(CONTRACT, gas)


# What follows looks at the snapshot, which was just held against the measures: they are made once, by one process.


@pytest.mark.parametrize("call", list(BUDGETS))
def test_no_call_exceeds_its_budget(call: str) -> None:
    assert committed(CONTRACT)[call] <= BUDGETS[call]


def test_the_cap_on_submissions_keeps_the_worst_ranking_inside_a_transaction() -> None:
    """`RankingLib.MAX_ENTRIES` rests on this; memory and the transaction itself come on top."""
    assert 1_024 * committed(CONTRACT)["recordScores, one more spec at worst"] + 200_000 < 0.7 * GAS_LIMIT


def test_the_cap_on_submissions_keeps_the_worst_dispute_below_ten_million() -> None:
    """So chains with a lower cap on a transaction resolve it too; memory and the transaction itself come on top.

    `resolve_at_worst(World(), (1_024,))` plays it in full, which takes minutes: 9,518,030 gas.
    """
    assert 1_024 * committed(CONTRACT)["resolve, one more spec at worst, 7 openings"] + 200_000 < 10_000_000
