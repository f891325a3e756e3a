"""Every call at the first and last second of its phase, and one second outside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from web3.contract.contract import ContractFunction

from tests.contracts.contract_world import KEY, REPORT, Phase, Refusal, Round, World

Prepared = tuple[ContractFunction, str, int]


def submit(world: World, contest: Round) -> Prepared:
    return world.call("submit", contest.number, 9, b"c" * 32), world.alice, contest.terms["deposit"]


def withdraw_submission(world: World, contest: Round) -> Prepared:
    return world.call("withdrawSubmission", contest.number, 1), world.alice, 0


def extend(world: World, contest: Round) -> Prepared:
    return world.call("extend", contest.number, 1), world.organizer, 0


def reveal(world: World, contest: Round) -> Prepared:
    return world.reveal_call(contest, contest.sealed[1]), world.alice, 0


def publish_key(world: World, contest: Round) -> Prepared:
    return world.call("publishHoldoutKey", contest.number, KEY), world.organizer, 0


def record_scores(world: World, contest: Round) -> Prepared:
    return world.call("recordScores", contest.number, REPORT, [700_000]), world.evaluator, 0


def settle(world: World, contest: Round) -> Prepared:
    return world.call("settle", contest.number), world.stranger, 0


CALLS: dict[Phase, list[Callable[[World, Round], Prepared]]] = {
    Phase.SUBMIT: [submit, withdraw_submission, extend],
    Phase.REVEAL: [reveal],
    Phase.SCORE: [publish_key, record_scores],
    Phase.SETTLE: [settle],
}
EACH = [pytest.param(phase, call, id=call.__name__) for phase, calls in CALLS.items() for call in calls]


def prepared(world: World, phase: Phase, call: Callable[[World, Round], Prepared]) -> tuple[Round, int, int]:
    """A contest with all that the call needs but the time; the first second of its phase and of the next one."""
    contest = world.open(holdoutCommitment=bytes(32)) if call is record_scores else world.open()
    world.submit(contest, world.alice, 0, 0)
    world.submit(contest, world.alice, 1, 1)
    start, end = {
        Phase.SUBMIT: (world.now(), contest.submit_ends),
        Phase.REVEAL: (contest.submit_ends, contest.reveal_ends),
        Phase.SCORE: (contest.reveal_ends, contest.score_ends),
        Phase.SETTLE: (contest.challenge_ends, contest.challenge_ends + 10**9),
    }[phase]
    if phase > Phase.REVEAL:
        world.at(contest.submit_ends)
        world.reveal(contest, contest.sealed[0])
    return contest, start, end


@pytest.mark.parametrize(("phase", "call"), EACH)
def test_a_call_works_in_the_first_second_of_its_phase_and_not_one_before(
    world: World, phase: Phase, call: Callable[[World, Round], Prepared]
) -> None:
    contest, start, _ = prepared(world, phase, call)
    if phase > Phase.SUBMIT:
        world.at(start - 1)
        before = Phase(world.view("phaseOf", contest.number))
        assert before == (Phase.CHALLENGE if phase == Phase.SETTLE else phase - 1)
        assert world.refusal(*call(world, contest)) == Refusal(
            "WrongPhase", {"contest": contest.number, "expected": phase, "actual": before}
        )
        world.at(start)
    assert world.view("phaseOf", contest.number) == phase
    world.send(*call(world, contest))


@pytest.mark.parametrize(("phase", "call"), EACH)
def test_a_call_works_in_the_last_second_of_its_phase_and_not_one_after(
    world: World, phase: Phase, call: Callable[[World, Round], Prepared]
) -> None:
    contest, _, end = prepared(world, phase, call)
    world.at(end - 1)
    with world.reverted():
        world.send(*call(world, contest))
    if phase == Phase.SETTLE:
        return  # it has no end
    world.at(end)
    assert world.refusal(*call(world, contest)) == Refusal(
        "WrongPhase", {"contest": contest.number, "expected": phase, "actual": phase + 1}
    )


@pytest.mark.parametrize(("phase", "call"), EACH)
def test_a_call_is_refused_once_the_contest_is_over(
    world: World, phase: Phase, call: Callable[[World, Round], Prepared]
) -> None:
    contest, _, _ = prepared(world, phase, call)
    world.settle(contest)
    assert world.refusal(*call(world, contest)) == Refusal(
        "WrongPhase", {"contest": contest.number, "expected": phase, "actual": Phase.SETTLED}
    )


@pytest.mark.parametrize(("phase", "call"), EACH)
def test_a_call_is_refused_where_there_is_no_contest(
    world: World, phase: Phase, call: Callable[[World, Round], Prepared]
) -> None:
    contest = world.open()
    contest.sealed = [world.seal(world.alice, 0, 0), world.seal(world.alice, 1, 1)]
    nowhere = Round(contest.number + 1, contest.terms, contest.sealed)
    assert world.refusal(*call(world, nowhere)) == Refusal(
        "WrongPhase", {"contest": nowhere.number, "expected": phase, "actual": Phase.NONE}
    )


def test_without_a_challenge_window_settling_follows_scoring(world: World) -> None:
    contest = world.open(challengeSeconds=0)
    world.at(contest.score_ends - 1)
    assert world.view("phaseOf", contest.number) == Phase.SCORE
    world.at(contest.score_ends)
    assert world.view("phaseOf", contest.number) == Phase.SETTLE


def test_the_phase_follows_the_clock_alone(world: World) -> None:
    contest = world.open()
    seen = []
    for deadline in (contest.submit_ends, contest.reveal_ends, contest.score_ends, contest.challenge_ends):
        world.at(deadline - 1)
        seen.append(Phase(world.view("phaseOf", contest.number)))
        world.at(deadline)
        seen.append(Phase(world.view("phaseOf", contest.number)))
    assert seen == [
        Phase.SUBMIT,
        Phase.REVEAL,
        Phase.REVEAL,
        Phase.SCORE,
        Phase.SCORE,
        Phase.CHALLENGE,
        Phase.CHALLENGE,
        Phase.SETTLE,
    ]
