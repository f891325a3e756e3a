"""The play of `up`: what it does next follows from the chain alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.types import Phase
from hyperbounty.web.up.cast import EVALUATOR, PARTICIPANTS
from hyperbounty.web.up.play import Play
from tests.bounty.usual_terms import usual_terms
from tests.web.scene import Scene, new_scene


class Stopped(Exception):
    """The play came to what the test asks about."""


@pytest.fixture
def stage(tmp_path: Path) -> Scene:
    return new_scene(tmp_path)


def played(stage: Scene, ran: list[Sequence[str]], pauses: int = 0) -> None:
    """Play until a command is run, or so many pauses were made."""
    waited: list[float] = []

    def command(arguments: Sequence[str]) -> None:
        ran.append(arguments)
        raise Stopped

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) > pauses:
            raise Stopped

    said: list[str] = []
    play = Play(stage.contract, stage.folder / "prices", command, said.append, threading.Event(), pause)
    with pytest.raises(Stopped):
        play.run()


def offer(stage: Scene) -> int:
    evaluator = devnet_account(EVALUATOR, stage.chain)
    terms = usual_terms(stage.chain.timestamp(), evaluator.address, submit_seconds=600, reveal_seconds=600)
    number, _ = stage.contract.open(stage.accounts[0], terms)
    return number


def test_without_a_contest_one_is_offered_on_new_prices(stage: Scene) -> None:
    ran: list[Sequence[str]] = []
    played(stage, ran)
    assert ran[0][:2] == ("organizer", "fetch")
    assert (stage.folder / "prices" / "raw-1").is_dir()
    (stage.folder / "prices" / "prices-1").mkdir()
    played(stage, ran)
    assert ran[1][:2] == ("organizer", "open")


def test_one_that_is_offered_is_accepted_then_everybody_enters_once_and_the_clock_hurries(stage: Scene) -> None:
    number = offer(stage)
    ran: list[Sequence[str]] = []
    played(stage, ran)
    assert ran[-1][:3] == ("evaluator", "accept", str(number))
    contest = stage.contract.contest(number)
    stage.contract.accept(devnet_account(EVALUATOR, stage.chain), contest, contest.needed_throughput)
    for participant in PARTICIPANTS:
        played(stage, ran)
        assert ran[-1][:3] == ("participant", "submit", str(number))
        assert participant.account in ran[-1]
        account = devnet_account(participant.account, stage.chain)
        stage.contract.submit(account, stage.contract.contest(number), 0, participant.spec.word)
    before, count = stage.chain.timestamp(), len(ran)
    played(stage, ran, pauses=2)
    contest = stage.contract.contest(number)
    assert len(ran) == count
    assert contest.phase is Phase.SUBMIT
    assert contest.submit_ends is not None
    assert before + 100 < stage.chain.timestamp() < contest.submit_ends


def test_while_somebody_has_to_reveal_the_clock_runs_as_it_does(stage: Scene) -> None:
    number = offer(stage)
    contest = stage.contract.contest(number)
    stage.contract.accept(devnet_account(EVALUATOR, stage.chain), contest, contest.needed_throughput)
    for participant in PARTICIPANTS:
        account = devnet_account(participant.account, stage.chain)
        stage.contract.submit(account, stage.contract.contest(number), 0, participant.spec.word)
    ends = stage.contract.contest(number).submit_ends
    assert ends is not None
    stage.chain.advance_to(ends)
    before = stage.chain.timestamp()
    played(stage, [], pauses=5)
    assert stage.chain.timestamp() - before < 60
    assert stage.contract.contest(number).phase is Phase.REVEAL
