"""`publishHoldoutKey` and `recordScores`: who, what, and how the contract ranks what it is given."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.contracts.contract_world import KEY, REPORT, Refusal, Round, World


def revealed(world: World, count: int = 2, **terms: Any) -> Round:
    """A contest in its `Score` phase with that many revealed specs of one participant each; the key not published."""
    contest = world.open(**terms)
    sealed = [world.submit(contest, who, 0, i) for i, who in enumerate(world.people[2 : 2 + count])]
    world.at(contest.submit_ends)
    for one in sealed:
        world.reveal(contest, one)
    world.at(contest.reveal_ends)
    return contest


@pytest.mark.parametrize("role", ["organizer", "evaluator"])
def test_organizer_or_evaluator_publishes_the_key(world: World, role: str) -> None:
    contest = revealed(world)
    receipt = world.send(world.call("publishHoldoutKey", contest.number, KEY), getattr(world, role))
    assert world.events(receipt, "HoldoutKeyPublished") == [{"contest": contest.number, "key": KEY}]
    assert world.contest(contest)["keyPublished"] is True


def test_nobody_else_publishes_the_key(world: World) -> None:
    contest = revealed(world)
    assert world.refusal(world.call("publishHoldoutKey", contest.number, KEY), world.alice) == Refusal(
        "NotOrganizerOrEvaluator",
        {
            "organizer": world.organizer.lower(),
            "evaluator": world.evaluator.lower(),
            "actual": world.alice.lower(),
        },
    )


def test_another_key_is_refused(world: World) -> None:
    contest = revealed(world)
    call = world.call("publishHoldoutKey", contest.number, bytes(32))
    assert world.refusal(call, world.organizer) == Refusal(
        "KeyMismatch",
        {"expected": hashlib.sha256(KEY).digest(), "actual": hashlib.sha256(bytes(32)).digest()},
    )


def test_the_key_is_published_once(world: World) -> None:
    contest = revealed(world)
    call = world.call("publishHoldoutKey", contest.number, KEY)
    world.send(call, world.organizer)
    assert world.refusal(call, world.evaluator) == Refusal("KeyAlreadyPublished", {"contest": contest.number})


def test_future_mode_has_no_key_and_needs_none(world: World) -> None:
    contest = revealed(world, holdoutCommitment=bytes(32))
    call = world.call("publishHoldoutKey", contest.number, KEY)
    assert world.refusal(call, world.organizer) == Refusal("NoHoldoutKey", {"contest": contest.number})
    world.record(contest, [1, 2])
    assert world.contest(contest)["keyPublished"] is False


def test_scores_need_the_key_of_a_sealed_holdout(world: World) -> None:
    contest = revealed(world)
    call = world.call("recordScores", contest.number, REPORT, [1, 2])
    assert world.refusal(call, world.evaluator) == Refusal("KeyNotPublished", {"contest": contest.number})


def test_only_the_evaluator_records_scores(world: World) -> None:
    contest = revealed(world, holdoutCommitment=bytes(32))
    call = world.call("recordScores", contest.number, REPORT, [1, 2])
    for other in (world.organizer, world.alice):
        assert world.refusal(call, other) == Refusal(
            "NotEvaluator", {"expected": world.evaluator.lower(), "actual": other.lower()}
        )


@pytest.mark.parametrize("count", [0, 1, 3])
def test_scores_are_one_for_each_revealed_spec(world: World, count: int) -> None:
    contest = revealed(world, holdoutCommitment=bytes(32))
    call = world.call("recordScores", contest.number, REPORT, [1] * count)
    assert world.refusal(call, world.evaluator) == Refusal("WrongScoreCount", {"expected": 2, "actual": count})


@pytest.mark.parametrize("scores", [[1_000_001, 0], [0, 1_000_001], [0, 2**24 - 1]])
def test_a_score_above_a_million_is_refused_wherever_it_stands(world: World, scores: list[int]) -> None:
    contest = revealed(world, holdoutCommitment=bytes(32))
    index = 0 if scores[0] > 1_000_000 else 1
    call = world.call("recordScores", contest.number, REPORT, scores)
    assert world.refusal(call, world.evaluator) == Refusal("ScoreOutOfRange", {"index": index, "score": scores[index]})


@pytest.mark.parametrize("score", [2**24, 2**24 + 700_000, 2**255, 2**256 - 1])
def test_a_score_with_dirty_high_bits_is_refused(world: World, score: int) -> None:
    """The contract reads whole words, so it must not take one for its low 24 bits."""
    contest = revealed(world, holdoutCommitment=bytes(32))
    data = bytearray.fromhex(world.call("recordScores", contest.number, REPORT, [1, 2])._encode_transaction_data()[2:])
    data[-32:] = score.to_bytes(32, "big")
    transaction = {"from": world.evaluator, "to": world.bounty.address, "data": bytes(data), "gas": 1_000_000}
    snapshot = world.contest(contest)
    receipt = world.w3.eth.get_transaction_receipt(world.w3.eth.send_transaction(transaction))  # type: ignore[arg-type]
    assert receipt["status"] == 0
    assert world.contest(contest) == snapshot


def test_a_report_digest_of_zero_is_refused(world: World) -> None:
    contest = revealed(world, holdoutCommitment=bytes(32))
    call = world.call("recordScores", contest.number, bytes(32), [1, 2])
    assert world.refusal(call, world.evaluator) == Refusal("ZeroReport", {})


def test_there_is_nothing_to_score_where_nobody_revealed(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32))
    world.submit(contest, world.alice, 0, 0)
    world.at(contest.reveal_ends)
    call = world.call("recordScores", contest.number, REPORT, [])
    assert world.refusal(call, world.evaluator) == Refusal("NothingRevealed", {"contest": contest.number})


def test_recording_emits_exactly_what_was_recorded(world: World) -> None:
    contest = revealed(world, 3, holdoutCommitment=bytes(32), minimumScore=0)
    scores = [0, 1_000_000, 123_456]
    receipt = world.record(contest, scores)
    assert world.events(receipt, "ScoresRecorded") == [{"contest": contest.number, "report": REPORT, "scores": scores}]
    assert len(receipt["logs"]) == 1
    view = world.contest(contest)
    assert (view["report"], view["winners"]) == (REPORT, [1])


def test_scores_are_replaceable_and_nothing_of_the_old_ones_stays(world: World) -> None:
    contest = revealed(world, 3, holdoutCommitment=bytes(32), shares=[5_000, 5_000])
    world.record(contest, [600_000, 700_000, 800_000])
    assert world.contest(contest)["winners"] == [2, 1]
    world.send(world.call("recordScores", contest.number, b"2" * 32, [600_000, 0, 0]), world.evaluator)
    view = world.contest(contest)
    assert (view["report"], view["winners"]) == (b"2" * 32, [0])


def test_ties_go_to_the_earlier_submission_not_to_the_earlier_reveal(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32), shares=[5_000, 3_000, 2_000])
    sealed = [world.submit(contest, who, 0, i) for i, who in enumerate((world.alice, world.bob, world.carol))]
    world.at(contest.submit_ends)
    for one in reversed(sealed):
        world.reveal(contest, one)
    world.at(contest.reveal_ends)
    world.record(contest, [700_000] * 3)
    assert world.contest(contest)["winners"] == [2, 1, 0]


def test_of_equal_specs_with_equal_scores_only_the_earliest_ranks(world: World) -> None:
    contest = world.open(holdoutCommitment=bytes(32), shares=[5_000, 3_000, 2_000])
    world.play(contest, [(world.alice, 0, 1), (world.bob, 0, 2), (world.carol, 0, 1), (world.alice, 1, 2)])
    world.record(contest, [700_000] * 4)
    assert world.contest(contest)["winners"] == [0, 1]


def test_a_score_of_exactly_the_minimum_ranks_and_one_less_does_not(world: World) -> None:
    contest = revealed(world, 3, holdoutCommitment=bytes(32), minimumScore=600_000, shares=[5_000, 5_000])
    world.record(contest, [599_999, 600_000, 0])
    assert world.contest(contest)["winners"] == [1]


def test_a_score_of_zero_ranks_where_the_minimum_is_zero(world: World) -> None:
    contest = revealed(world, 2, holdoutCommitment=bytes(32), minimumScore=0, shares=[5_000, 5_000])
    world.record(contest, [0, 0])
    assert world.contest(contest)["winners"] == [0, 1]
