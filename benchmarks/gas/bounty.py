"""The steps of Hyperbounty: the native coin, a sealed holdout, one prize, a hundred specs."""

from __future__ import annotations

from typing import Final

from benchmarks.gas.steps import Costs
from participant.bounty.entries import COPY_BYTES
from tests.contracts.chain_world import ETHER
from tests.contracts.contract_world import KEY, World

SPECS: Final = 100
COPY: Final = b"\xc0" * COPY_BYTES


def measure(world: World) -> Costs:
    """Play a contest of a hundred specs; the figures of open, submit and reveal are of a second one of each."""
    world.open()
    terms = world.terms(evaluatorFee=ETHER // 50)
    value = terms["reward"] + terms["bond"] + terms["evaluatorFee"]
    opened = world.send(world.call("open", tuple(terms.values())), world.organizer, value)["gasUsed"]
    contest = world.offer(evaluatorFee=ETHER // 50)
    accepted = world.accept(contest)["gasUsed"]
    submits = []
    for i in range(SPECS):
        sealed = world.seal(world.alice, i, i)
        call = world.call("submit", contest.number, i, world.commitment(contest.number, sealed))
        submits.append(world.send(call, world.alice, contest.terms["entryFee"])["gasUsed"])
        contest.sealed.append(sealed)
    with world.reverted():
        call = world.call("submit", contest.number, SPECS, b"c" * 32)
        copied = world.send(call, world.alice, contest.terms["entryFee"], appended=COPY)["gasUsed"]
    world.at(contest.submit_ends)
    reveals = [world.reveal(contest, sealed)["gasUsed"] for sealed in contest.sealed]
    world.at(contest.reveal_ends)
    world.send(world.call("publishHoldoutKey", contest.number, KEY), world.organizer)
    scored = world.record(contest, [600_001 + i * 37 % SPECS for i in range(SPECS)])["gasUsed"]
    settled = world.settle(contest)["gasUsed"]
    gas = {
        "open": opened,
        "accept": accepted,
        "submit": max(submits[1:]),
        "reveal": max(reveals[1:]),
        "score, each": scored // SPECS,
        "settle": settled,
    }
    return Costs(
        "Hyperbounty",
        "measured",
        {step: f"{int(used):,}" for step, used in gas.items()},
        f"scores of {SPECS} specs in one transaction; settle pays winner, evaluator and organizer; submit with the "
        f"client's encrypted copy of spec and salt {copied:,}",
    )
