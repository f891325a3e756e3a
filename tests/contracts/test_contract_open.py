"""`open`, `extend`, `cancel`: what an organizer can and cannot do."""

from __future__ import annotations

from typing import Any

import pytest

from hyperbounty.spec.table import FIELDS
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack
from tests.contracts.contract_world import ETHER, NATIVE, Outcome, Phase, Refusal, World
from tests.contracts.panel_world import panel_of

YEARS_10 = 3650 * 86_400


def limits(**changes: int) -> bytes:
    return pack(unpack(SPEC_MAXIMA) | changes)


def test_open_escrows_reward_bond_and_fee_and_shows_every_term(world: World) -> None:
    before = world.balance(world.organizer)
    contest = world.open(shares=[6_000, 3_000, 1_000], evaluatorFee=7)
    view = world.contest(contest)
    escrow = contest.terms["reward"] + contest.terms["bond"] + 7

    assert contest.number == 1 == world.view("contestCount")
    assert world.balance(world.bounty) == escrow
    assert before - world.balance(world.organizer) > escrow
    kept = {k: v for k, v in contest.terms.items() if not k.endswith("Seconds") and k != "panel"}
    assert {k: view[k] for k in kept} == kept
    assert (view["revealEnds"], view["scoreEnds"], view["challengeEnds"]) == (
        contest.reveal_ends,
        contest.score_ends,
        contest.challenge_ends,
    )
    assert view["organizer"] == world.organizer
    assert view["openedAtBlock"] == world.w3.eth.block_number
    assert (view["phase"], view["outcome"]) == (Phase.SUBMIT, Outcome.PENDING)
    assert (view["standing"], view["revealed"], view["keyPublished"], view["winners"]) == (0, 0, False, [])


def test_open_emits_every_term(world: World) -> None:
    panel = panel_of(world, 3)
    terms = world.terms(shares=[9_999, 1], evaluatorFee=7, panel=panel)
    value = terms["reward"] + terms["bond"] + terms["evaluatorFee"]
    receipt = world.send(world.call("open", tuple(terms.values())), world.organizer, value)
    (event,) = world.events(receipt, "Opened")
    assert (event["contest"], event["organizer"], event["evaluator"]) == (1, world.organizer, world.evaluator)
    assert {**event["terms"], "panel": tuple(event["terms"]["panel"].values())} == terms | {"panel": panel}


def test_contests_are_numbered_from_one_and_apart(world: World) -> None:
    first, second = world.open(), world.open(reward=2 * ETHER)
    assert (first.number, second.number) == (1, 2)
    assert world.contest(first)["reward"] == ETHER
    assert world.contest(second)["reward"] == 2 * ETHER


def test_a_number_without_a_contest_is_all_zero(world: World) -> None:
    world.open()
    for number in (0, 2):
        assert world.view("phaseOf", number) == Phase.NONE
        assert world.view("outcomeOf", number) == Outcome.PENDING


@pytest.mark.parametrize("difference", [-1, 1, -ETHER])
def test_open_takes_exactly_reward_and_bond(world: World, difference: int) -> None:
    terms = world.terms()
    due = terms["reward"] + terms["bond"]
    refusal = world.refusal(world.call("open", tuple(terms.values())), world.organizer, due + difference)
    assert refusal == Refusal("WrongAmount", {"expected": due, "actual": due + difference})


@pytest.mark.parametrize(
    ("changes", "error", "arguments"),
    [
        ({"reward": 0}, "ZeroReward", {}),
        ({"evaluator": NATIVE}, "ZeroEvaluator", {}),
        ({"manifest": bytes(32)}, "ZeroManifest", {}),
        ({"minimumScore": 1_000_001}, "MinimumScoreOutOfRange", {"maximum": 1_000_000, "actual": 1_000_001}),
        ({"shares": []}, "WrongShareCount", {"maximum": 8, "actual": 0}),
        ({"shares": [1_111] * 8 + [1_112]}, "WrongShareCount", {"maximum": 8, "actual": 9}),
        ({"shares": [10_000, 0]}, "ZeroShare", {"index": 1}),
        ({"shares": [9_999]}, "WrongShareSum", {"expected": 10_000, "actual": 9_999}),
        ({"shares": [5_000, 5_001]}, "WrongShareSum", {"expected": 10_000, "actual": 10_001}),
        ({"shares": [65_535, 10_001]}, "WrongShareSum", {"expected": 10_000, "actual": 75_536}),
        ({"maxSubmissions": 0}, "SubmissionCapOutOfRange", {"maximum": 1_024, "actual": 0}),
        ({"maxSubmissions": 1_025}, "SubmissionCapOutOfRange", {"maximum": 1_024, "actual": 1_025}),
        ({"maxPerAddress": 0}, "PerAddressCapOutOfRange", {"maximum": 1_024, "actual": 0}),
        ({"maxSubmissions": 3, "maxPerAddress": 4}, "PerAddressCapOutOfRange", {"maximum": 3, "actual": 4}),
        ({"revealSeconds": 0}, "EmptyWindow", {"revealSeconds": 0, "scoreSeconds": 80}),
        ({"scoreSeconds": 0}, "EmptyWindow", {"revealSeconds": 100, "scoreSeconds": 0}),
        ({"asset": "0x" + "11" * 20}, "NotAToken", {"asset": "0x" + "11" * 20}),
        (
            {"limits": SPEC_MAXIMA[:-1] + b"\1"},
            "SpecUnusedBits",
            {"spec": SPEC_MAXIMA[:-1] + b"\1"},
        ),
        (
            {"limits": limits(epochs=1001)},
            "SpecFieldOutOfRange",
            {"field": [f.name for f in FIELDS].index("epochs"), "value": 1001, "lowest": 1, "highest": 1000},
        ),
        (
            {"limits": limits(version=2)},
            "SpecFieldOutOfRange",
            {"field": 0, "value": 2, "lowest": 1, "highest": 1},
        ),
        (
            {"limits": limits(batch_size=0)},
            "SpecFieldOutOfRange",
            {"field": [f.name for f in FIELDS].index("batch_size"), "value": 0, "lowest": 1, "highest": 8192},
        ),
        (
            {"limits": limits(recurrent_units_1=0)},
            "SpecFieldOutOfRange",
            {"field": 3, "value": 0, "lowest": 1, "highest": 1024},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_open_refuses_terms_no_contest_can_be_held_on(
    world: World, changes: dict[str, Any], error: str, arguments: dict[str, Any]
) -> None:
    terms = world.terms(**changes)
    value = terms["reward"] + terms["bond"]
    assert world.refusal(world.call("open", tuple(terms.values())), world.organizer, value) == Refusal(error, arguments)


def test_open_needs_submit_ends_in_the_future(world: World) -> None:
    now = world.now()
    terms = world.terms(submitEnds=now)
    refusal = world.refusal(world.call("open", tuple(terms.values())), world.organizer, terms["reward"] + terms["bond"])
    assert refusal == Refusal("SubmitEndsPassed", {"submitEnds": now, "blockTime": now})
    assert world.open(submitEnds=world.now() + 1).number == 1


def test_open_refuses_a_last_deadline_beyond_ten_years(world: World) -> None:
    # A minute's grace: blocks move the clock by a second each.
    latest = world.now() + YEARS_10 - 240
    terms = world.terms(submitEnds=latest + 1)
    refusal = world.refusal(world.call("open", tuple(terms.values())), world.organizer, terms["reward"] + terms["bond"])
    assert refusal.error == "DeadlineTooFar"
    assert refusal.arguments["actual"] == refusal.arguments["latest"] + 1
    assert world.open(submitEnds=latest).challenge_ends == latest + 240


@pytest.mark.parametrize("name", ["submitEnds", "revealSeconds", "scoreSeconds", "challengeSeconds"])
def test_the_largest_numbers_are_refused_not_wrapped(world: World, name: str) -> None:
    terms = world.terms(**{name: 2 ** (40 if name == "submitEnds" else 32) - 1})
    refusal = world.refusal(world.call("open", tuple(terms.values())), world.organizer, terms["reward"] + terms["bond"])
    assert refusal.error == "DeadlineTooFar"


def test_a_contest_may_do_without_bond_deposit_and_challenge(world: World) -> None:
    contest = world.open(bond=0, deposit=0, challengeSeconds=0)
    world.play(contest, [(world.alice, 0, 0)])
    world.record(contest, [600_000])
    before = world.balance(world.alice)
    world.settle(contest)
    assert world.balance(world.alice) - before == contest.terms["reward"]
    assert world.balance(world.bounty) == 0


def test_extend_moves_every_deadline_and_keeps_the_windows(world: World) -> None:
    contest = world.open()
    world.at(contest.submit_ends - 1)
    receipt = world.send(world.call("extend", contest.number, 500), world.organizer)
    view = world.contest(contest)
    assert world.events(receipt, "Extended") == [
        {"contest": contest.number, "secs": 500, "submitEnds": contest.submit_ends + 500}
    ]
    assert [view[k] for k in ("submitEnds", "revealEnds", "scoreEnds", "challengeEnds")] == [
        d + 500 for d in (contest.submit_ends, contest.reveal_ends, contest.score_ends, contest.challenge_ends)
    ]
    world.at(contest.submit_ends + 499)
    assert world.view("phaseOf", contest.number) == Phase.SUBMIT
    world.at(contest.submit_ends + 500)
    assert world.view("phaseOf", contest.number) == Phase.REVEAL


def test_extend_is_for_the_organizer_by_something_and_not_for_ever(world: World) -> None:
    contest = world.open()
    assert world.refusal(world.call("extend", contest.number, 1), world.evaluator) == Refusal(
        "NotOrganizer", {"expected": world.organizer.lower(), "actual": world.evaluator.lower()}
    )
    assert world.refusal(world.call("extend", contest.number, 0), world.organizer).error == "ZeroExtension"
    refusal = world.refusal(world.call("extend", contest.number, YEARS_10), world.organizer)
    assert refusal.error == "DeadlineTooFar"
    assert refusal.arguments["actual"] == contest.challenge_ends + YEARS_10


def test_cancel_returns_everything_and_ends_the_contest(world: World) -> None:
    contest = world.open()
    receipt = world.send(world.call("cancel", contest.number), world.organizer)
    assert world.events(receipt, "Cancelled") == [{"contest": contest.number}]
    assert world.events(receipt, "Paid") == [
        {"contest": contest.number, "to": world.organizer, "amount": contest.terms["reward"] + contest.terms["bond"]}
    ]
    assert world.balance(world.bounty) == 0
    view = world.contest(contest)
    assert (view["phase"], view["outcome"]) == (Phase.CANCELLED, Outcome.CANCELLED)
    assert world.refusal(world.call("cancel", contest.number), world.organizer) == Refusal(
        "NotOpen", {"contest": contest.number, "actual": Phase.CANCELLED}
    )


def test_cancel_is_for_the_organizer_alone(world: World) -> None:
    contest = world.open()
    assert world.refusal(world.call("cancel", contest.number), world.alice).error == "NotOrganizer"


def test_cancel_waits_until_no_submission_stands(world: World) -> None:
    contest = world.open()
    world.submit(contest, world.alice, 0, 0)
    world.submit(contest, world.bob, 0, 1)
    assert world.refusal(world.call("cancel", contest.number), world.organizer) == Refusal(
        "SubmissionsStand", {"count": 2}
    )
    world.send(world.call("withdrawSubmission", contest.number, 0), world.alice)
    world.send(world.call("withdrawSubmission", contest.number, 0), world.bob)
    world.send(world.call("cancel", contest.number), world.organizer)
    assert world.balance(world.bounty) == 0


@pytest.mark.parametrize("deadline", ["submit_ends", "reveal_ends", "score_ends", "challenge_ends"])
def test_cancel_is_possible_in_every_phase_while_nothing_stands(world: World, deadline: str) -> None:
    contest = world.open()
    world.at(getattr(contest, deadline))
    world.send(world.call("cancel", contest.number), world.organizer)
    assert world.view("outcomeOf", contest.number) == Outcome.CANCELLED


def test_cancel_is_refused_once_settled_or_where_there_is_no_contest(world: World) -> None:
    contest = world.open()
    world.settle(contest)
    assert world.refusal(world.call("cancel", contest.number), world.organizer) == Refusal(
        "NotOpen", {"contest": contest.number, "actual": Phase.SETTLED}
    )
    assert world.refusal(world.call("cancel", 7), world.organizer) == Refusal(
        "NotOpen", {"contest": 7, "actual": Phase.NONE}
    )
