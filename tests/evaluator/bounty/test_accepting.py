"""An offer is accepted only on a machine that can make its scores."""

from __future__ import annotations

import platform

import pytest

from evaluator.bounty.accepting import Proposal, check_arithmetic, check_capacity
from hyperbounty.compute.choice import ExecutorChoice, ExecutorName
from hyperbounty.errors import InvalidInput, TrainingError
from tests.bounty.shown_contest import CONTEST, DISPUTE, MANIFEST


@pytest.fixture(autouse=True)
def _on_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")


@pytest.mark.parametrize("executor", ["in-process", "local"])
def test_a_machine_that_lacks_the_instructions_of_the_scores_accepts_no_offer(executor: ExecutorName) -> None:
    with pytest.raises(TrainingError, match="scores are made with AVX2 with FMA, and this machine"):
        check_arithmetic(MANIFEST, ExecutorChoice(executor))


def test_where_others_train_they_say_themselves_what_they_lack() -> None:
    check_arithmetic(MANIFEST, ExecutorChoice("ray"))


@pytest.mark.parametrize(
    ("seat", "entry_seconds", "window"),
    # Two runs of a minute each; a member trains one more.
    [(None, 120, "the time for scoring"), (1, 180, "the time to seal")],
)
def test_a_machine_that_is_too_slow_is_told_by_how_much(seat: int | None, entry_seconds: int, window: str) -> None:
    asked = Proposal(CONTEST, DISPUTE, seat)
    available = CONTEST.score_seconds * 3 // 4 if seat is None else DISPUTE.panel.seal_seconds
    enough = -(-CONTEST.max_submissions * entry_seconds * 1_000 * 5 // (4 * available))
    check_capacity(asked, MANIFEST, enough)
    with pytest.raises(InvalidInput, match=f"256 entries of .* each take .* reference cores, and {window} is"):
        check_capacity(asked, MANIFEST, enough - 1)
