"""The watches of organizer, evaluator and members of a panel, on the embedded chain."""

from __future__ import annotations

import shutil
from pathlib import Path

from hyperbounty.bounty.holdout import commitment
from hyperbounty.bounty.types import Outcome, Panel, Phase, RecordedScores, SeatState, Verdict
from hyperbounty.watching.duties import Say
from hyperbounty.watching.events import Kind
from organizer.bounty.keys import KeyFolder, new_key
from tests.bounty.usual_terms import usual_terms
from tests.watching.played import MONEY, REPORT, Ears, World, scores


def test_a_whole_contest_runs_by_three_watches_alone(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, tom, contest = world.account(3), world.account(4), world.open()
    world.enter(ben, contest)
    world.enter(tom, contest)
    watches = [
        world.organizers(ears),
        world.evaluators(ears, world.evaluator),
        world.participants(ears, ben),
        world.participants(ears, tom),
    ]
    for moment in (contest.submit_ends, contest.reveal_ends, contest.challenge_ends):
        for watch in watches:
            watch.once()
        world.move(moment)
        for watch in watches:
            watch.once()
    assert world.now(contest).outcome is Outcome.WON
    assert ears.of(Kind.FAILED, Kind.MISSED, Kind.WAITING) == []
    done = ears.of(Kind.DONE)
    assert "the holdout's key is published" in done
    assert "the scores are recorded" in done
    assert done.count("it is settled, and everybody is paid") == 1


def test_an_empty_contest_is_cancelled_and_everything_comes_back(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    contest = world.open()
    watch = world.organizers(ears)
    watch.once()
    assert world.now(contest).outcome is Outcome.PENDING
    world.move(contest.submit_ends)
    before = world.chain.balance(world.organizer.address)
    watch.once()
    assert world.now(contest).outcome is Outcome.CANCELLED
    assert world.chain.balance(world.organizer.address) > before + contest.reward


def test_an_offer_that_lapsed_is_settled(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    terms = usual_terms(world.chain.timestamp(), world.evaluator.address, **MONEY)
    number, _ = world.contract.open(world.organizer, terms)
    world.move(terms.accept_ends)
    world.organizers(ears).once()
    assert world.contract.contest(number).phase is Phase.CANCELLED


def test_a_key_that_is_not_here_is_told_while_there_is_time(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    world.open()
    shutil.rmtree(world.home(world.organizer))
    watch = world.organizers(ears)
    watch.once()
    watch.once()
    [told] = ears.of(Kind.TOLD)
    assert told.startswith("WARNING: the key")
    assert "1.1 ETH are lost" in told


def test_an_offer_is_told_and_not_accepted(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    terms = usual_terms(world.chain.timestamp(), world.evaluator.address, **MONEY)
    number, _ = world.contract.open(world.organizer, terms)
    watch = world.evaluators(ears, world.evaluator)
    watch.once()
    watch.once()
    [told] = ears.of(Kind.TOLD)
    assert told.startswith("it is offered to you, as its evaluator")
    assert not world.contract.contest(number).evaluator_accepted


def test_work_that_fails_is_said_and_tried_again(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    tries = 0

    def score(number: int, member: str | None, say: Say) -> RecordedScores:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError(28, "No space left on device")
        return scores(world.contract)(number, member, say)

    watch = world.evaluators(ears, world.evaluator, score)
    world.move(contest.submit_ends)
    world.participants(ears, ben).once()
    world.move(contest.reveal_ends)
    world.organizers(ears).once()
    assert watch.once().failed
    assert ears.of(Kind.FAILED) == ["train, and record the scores: No space left on device"]
    world.move(world.chain.timestamp() + 30)
    assert not watch.once().failed
    assert world.now(contest).report == REPORT


def test_members_of_a_panel_train_seal_and_open_in_time(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, tom = world.account(3), world.account(4)
    members = sorted((world.account(number) for number in (5, 6, 7)), key=lambda each: each.address.lower())
    panel = Panel(tuple(each.address for each in members), 10**16, 10**17, 10**15, 1000, 600, 600)
    contest = world.open(members, panel=panel, challenge_seconds=600)
    number = contest.number
    world.enter(ben, contest)
    world.enter(tom, contest)

    def lie(number: int, _: str | None, say: Say) -> RecordedScores:
        return RecordedScores(b"l" * 32, (600_000, 800_000))

    watches = [
        world.organizers(ears),
        world.participants(ears, ben),
        world.participants(ears, tom),
        world.evaluators(ears, world.evaluator, lie),
        *(world.evaluators(ears, member) for member in members),
    ]

    def all_at(moment: int | None) -> None:
        world.move(moment)
        for watch in watches:
            watch.once()

    all_at(contest.submit_ends)
    all_at(contest.reveal_ends)
    all_at(contest.score_ends)
    world.contract.challenge(ben, world.now(contest))
    dispute = world.contract.dispute(number)
    all_at(contest.challenge_ends)
    assert set(world.contract.dispute(number).seats) == {SeatState.SEALED}
    all_at(dispute.seal_ends)
    assert set(world.contract.dispute(number).seats) == {SeatState.OPENED}
    all_at(dispute.open_ends)
    assert world.contract.dispute(number).verdict is Verdict.OVERTURNED
    assert world.now(contest).outcome is Outcome.WON
    assert ears.of(Kind.FAILED, Kind.MISSED) == []


def test_an_evaluator_waits_for_the_key_and_is_told_where_it_does_not_come(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    watch = world.evaluators(ears, world.evaluator)
    world.move(contest.submit_ends)
    world.participants(ears, ben).once()
    watch.once()
    world.move(contest.reveal_ends)
    assert watch.once().next_at == contest.key_ends
    world.move(contest.key_ends)
    watch.once()
    assert ears.of(Kind.ELSEWHERE, Kind.FAILED) == []
    assert ears.of(Kind.TOLD) == ["the holdout's key did not come in time, so nothing can be recorded: it ends void"]


def test_a_key_that_was_not_published_in_time_is_missed(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    ben, contest = world.account(3), world.open()
    world.enter(ben, contest)
    world.move(contest.submit_ends)
    world.participants(ears, ben).once()
    shutil.rmtree(world.home(world.organizer))
    watch = world.organizers(ears)
    world.move(contest.reveal_ends)
    assert watch.once().failed
    world.move(contest.key_ends)
    assert not watch.once().failed
    [missed] = ears.of(Kind.MISSED)
    assert missed == "publish the holdout's key: its time has passed, and with it reward and bond, 1.1 ETH"


def test_a_home_that_is_lost_loses_no_key(tmp_path: Path) -> None:
    world, ears = World(tmp_path), Ears()
    key = new_key(world.contract, world.organizer, KeyFolder(world.home(world.organizer) / "keys"))
    ben, contest = world.account(3), world.open(holdout_commitment=commitment(key))
    world.enter(ben, contest)
    shutil.rmtree(world.home(world.organizer))
    watch = world.organizers(ears)
    watch.once()
    world.move(contest.submit_ends)
    world.participants(ears, ben).once()
    world.move(contest.reveal_ends)
    watch.once()
    assert world.contract.holdout_key(world.now(contest)) == key.secret
    assert ears.of(Kind.TOLD) == []
