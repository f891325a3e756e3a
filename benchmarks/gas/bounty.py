"""The steps of Hyperbounty: the native coin, a sealed holdout, one prize, a hundred specs."""

from __future__ import annotations

from typing import Final

from benchmarks.gas.steps import Costs
from tests.contracts.contract_world import KEY, World

SPECS: Final = 100


def measure(world: World) -> Costs:
    """Play a contest of a hundred specs; the figures are of the second of each step, which writes to used slots."""
    terms = world.terms(revealSeconds=1_000)
    value = terms["reward"] + terms["bond"] + terms["evaluatorFee"]
    world.open(revealSeconds=1_000)
    opened = world.send(world.call("open", tuple(terms.values())), world.organizer, value)["gasUsed"]
    contest = world.open(revealSeconds=1_000)
    submits = []
    for i in range(SPECS):
        sealed = world.seal(world.alice, i, i)
        call = world.call("submit", contest.number, i, world.commitment(contest.number, sealed))
        submits.append(world.send(call, world.alice, contest.terms["deposit"])["gasUsed"])
        contest.sealed.append(sealed)
    world.at(contest.submit_ends)
    reveals = [world.reveal(contest, sealed)["gasUsed"] for sealed in contest.sealed]
    world.at(contest.reveal_ends)
    world.send(world.call("publishHoldoutKey", contest.number, KEY), world.organizer)
    scored = world.record(contest, [600_001 + i * 37 % SPECS for i in range(SPECS)])["gasUsed"]
    settled = world.settle(contest)["gasUsed"]
    gas = {
        "open": opened,
        "submit": max(submits[1:]),
        "reveal": max(reveals[1:]),
        "score, each": scored // SPECS,
        "settle": settled,
    }
    return Costs(
        "Hyperbounty",
        "measured",
        {step: f"{int(used):,}" for step, used in gas.items()},
        f"scores of {SPECS} specs in one transaction; reveal returns the deposit; settle pays winner and organizer",
    )
