"""An offer is accepted only on a machine that can make its scores."""

from __future__ import annotations

import platform

import pytest

from evaluator.bounty.accepting import check_arithmetic
from hyperbounty.compute.choice import ExecutorChoice, ExecutorName
from hyperbounty.errors import TrainingError
from tests.bounty.shown_contest import MANIFEST


@pytest.fixture(autouse=True)
def _on_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")


@pytest.mark.parametrize("executor", ["in-process", "local"])
def test_a_machine_that_lacks_the_instructions_of_the_scores_accepts_no_offer(executor: ExecutorName) -> None:
    with pytest.raises(TrainingError, match="scores are made with AVX2 with FMA, and this machine"):
        check_arithmetic(MANIFEST, ExecutorChoice(executor))


def test_where_others_train_they_say_themselves_what_they_lack() -> None:
    check_arithmetic(MANIFEST, ExecutorChoice("ray"))
