"""The contest of `up` that waits for visitors: when the cast enters it, and when the clock hurries."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.types import Phase
from hyperbounty.web.up.cast import EVALUATOR, GUEST, RIVAL
from hyperbounty.web.up.visitors import LINGER_S, VisitorsContest
from tests.bounty.usual_terms import usual_terms
from tests.web.scene import HOUR, SPECS, Scene, new_scene


class Stopped(Exception):
    """It came to what the test asks about."""


class Audience:
    """What the test sees of it.

    Attributes:
        ran: commands, each of which ends the test's look.
        told: lines.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.ran: list[Sequence[str]] = []
        self.told: list[str] = []
        self._left = 0
        prices = scene.folder / "prices"
        self._contest = VisitorsContest(
            scene.contract, prices, self._command, self.told.append, threading.Event(), self._pause
        )

    def look(self, pauses: int = 0) -> None:
        """Until a command is run, or so many pauses were made."""
        self._left = pauses
        with pytest.raises(Stopped):
            self._contest.run()

    def _command(self, arguments: Sequence[str]) -> None:
        self.ran.append(arguments)
        raise Stopped

    def _pause(self, _: float) -> None:
        self._left -= 1
        if self._left < 0:
            raise Stopped


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return new_scene(tmp_path)


def waiting(scene: Scene) -> int:
    """One that takes entries; its number."""
    evaluator = devnet_account(EVALUATOR, scene.chain)
    seconds = {"submit_seconds": VisitorsContest.submit_seconds, "reveal_seconds": HOUR, "score_seconds": HOUR}
    number, _ = scene.contract.open(
        scene.accounts[0], usual_terms(scene.chain.timestamp(), evaluator.address, **seconds)
    )
    contest = scene.contract.contest(number)
    scene.contract.accept(evaluator, contest, contest.needed_throughput)
    return number


def submit(scene: Scene, number: int, account: str) -> None:
    scene.contract.submit(devnet_account(account, scene.chain), scene.contract.contest(number), 0, SPECS[0].word)


def test_one_is_offered_and_one_that_is_over_is_followed_by_the_next(scene: Scene) -> None:
    audience = Audience(scene)
    audience.look()
    assert audience.ran[0][:2] == ("organizer", "fetch")
    number = waiting(scene)
    audience.look(pauses=2)
    assert len(audience.ran) == 1
    scene.chain.advance_to(scene.contract.contest(number).submit_ends or 0)
    scene.contract.cancel(scene.accounts[0], number)
    (scene.folder / "prices" / f"prices-{number + 1}").mkdir()
    audience.look()
    assert audience.ran[-1][:2] == ("organizer", "open")


def test_it_waits_for_a_visitor_then_the_rival_enters_and_only_after_a_while_the_clock_hurries(scene: Scene) -> None:
    number, audience = waiting(scene), Audience(scene)
    before = scene.chain.timestamp()
    audience.look(pauses=5)
    assert audience.ran == []
    assert scene.chain.timestamp() - before < LINGER_S

    submit(scene, number, GUEST)
    audience.look()
    assert audience.ran[-1][:3] == ("participant", "submit", str(number))
    assert RIVAL.account in audience.ran[-1]
    submit(scene, number, RIVAL.account)
    audience.look(pauses=5)
    assert scene.chain.timestamp() - before < LINGER_S
    scene.chain.advance_to(scene.chain.timestamp() + LINGER_S)
    audience.look(pauses=13)
    assert scene.contract.contest(number).phase is Phase.REVEAL


def test_while_a_visitor_has_to_reveal_the_clock_runs_as_it_does(scene: Scene) -> None:
    number = waiting(scene)
    submit(scene, number, GUEST)
    scene.chain.advance_to(scene.contract.contest(number).submit_ends or 0)
    before = scene.chain.timestamp()
    Audience(scene).look(pauses=5)
    assert scene.chain.timestamp() - before < LINGER_S


def test_the_clock_does_not_hurry_past_a_deadline_of_somebody_elses_contest(scene: Scene) -> None:
    number, audience = waiting(scene), Audience(scene)
    offered = usual_terms(
        scene.chain.timestamp(), scene.evaluator.address, accept_ends=scene.chain.timestamp() + 2 * HOUR
    )
    scene.contract.open(scene.accounts[8], offered)
    for account in (GUEST, RIVAL.account):
        submit(scene, number, account)
    audience.look(pauses=2)
    scene.chain.advance_to(scene.chain.timestamp() + LINGER_S)
    before = scene.chain.timestamp()
    audience.look(pauses=5)
    assert scene.chain.timestamp() - before < 60
    assert any("deadline soon" in line for line in audience.told)
    scene.contract.cancel(scene.accounts[8], number + 1)
    audience.look(pauses=13)
    assert scene.contract.contest(number).phase is Phase.REVEAL
