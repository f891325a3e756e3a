"""The panel of a contest and the steps of a dispute, on the chain of `contract_world`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from tests.contracts.chain_world import ETHER
from tests.contracts.contract_world import REPORT, WINDOW, Round, World

DOMAIN: Final = b"hyperbounty/panel/1".ljust(32, b"\0")
SALT: Final = b"s" * 32
MEMBER_BOND: Final = ETHER // 10
CHALLENGE_BOND: Final = ETHER // 5
FEE: Final = ETHER // 200
TOLERANCE: Final = 10_000
SECONDS: Final = WINDOW  # to seal, and to open

Panel = tuple[list[str], int, int, int, int, int, int]


def panel_of(world: World, count: int) -> Panel:
    """The last `count` of the people, in the order that the contract wants, on terms as `open` takes them."""
    members = sorted(world.people[-count:], key=lambda member: int(member, 16))
    return members, MEMBER_BOND, CHALLENGE_BOND, FEE, TOLERANCE, SECONDS, SECONDS


def seal_of(world: World, contest: Round, member: str, scores: Sequence[int]) -> bytes:
    """What the contract must find, computed without it."""
    words = (
        DOMAIN,
        world.w3.eth.chain_id.to_bytes(32, "big"),
        bytes.fromhex(str(world.bounty.address)[2:]).rjust(32, b"\0"),
        contest.number.to_bytes(32, "big"),
        bytes.fromhex(member[2:]).rjust(32, b"\0"),
        REPORT,
        SALT,
        *(score.to_bytes(32, "big") for score in scores),
    )
    return hashlib.sha256(b"".join(words)).digest()


def challenge(world: World, contest: Round) -> dict[str, Any]:
    """By a stranger, at the first second it can be."""
    world.at(contest.score_ends)
    return world.send(world.call("challenge", contest.number), world.stranger, CHALLENGE_BOND)


def seal_scores(world: World, contest: Round, seat: int, scores: Sequence[int]) -> dict[str, Any]:
    member = contest.members[seat]
    seal = seal_of(world, contest, member, scores)
    return world.send(world.call("sealScores", contest.number, seat, seal), member)


def open_scores(world: World, contest: Round, seat: int, scores: Sequence[int]) -> dict[str, Any]:
    call = world.call("openScores", contest.number, seat, REPORT, SALT, list(scores))
    return world.send(call, contest.members[seat])


def resolve(world: World, contest: Round, found: Sequence[Sequence[int]]) -> dict[str, Any]:
    """All members seal and open what is found for each, and somebody resolves, at the first seconds they can."""
    world.at(contest.challenge_ends)
    for seat, scores in enumerate(found):
        seal_scores(world, contest, seat, scores)
    world.at(contest.challenge_ends + SECONDS)
    for seat, scores in enumerate(found):
        open_scores(world, contest, seat, scores)
    world.at(contest.challenge_ends + 2 * SECONDS)
    return world.send(world.call("resolve", contest.number), world.stranger)
