"""Hints from curves: said where the trainings bear them out, and not else."""

from __future__ import annotations

from typing import Final

import numpy as np

from hyperbounty.training.hints import hints
from hyperbounty.training.result import TrainingResult
from tests.training.made_results import made_result

METRIC: Final = "balanced_accuracy"


def said(*results: TrainingResult) -> str:
    return " | ".join(hints(results, METRIC))


def test_a_spec_that_is_best_in_the_middle_is_told_where() -> None:
    runs = [made_result(510_000 + shift, 600_000 + shift, 560_000 + shift) for shift in (0, 3_000, 9_000)]
    assert said(*runs) == "the mean score was best after epoch 2 of 3, 60.4% instead of 56.4%: try fewer epochs"


def test_a_score_that_still_rises_asks_for_more_epochs() -> None:
    runs = [made_result(510_000 + shift, 560_000 + shift, 600_000 + shift) for shift in (0, 3_000, 9_000)]
    assert said(*runs) == "the mean score still rose in the last of 3 epochs: try more"


def test_what_single_trainings_do_is_no_hint() -> None:
    runs = [made_result(510_000, 600_000, 560_000), made_result(510_000, 540_000, 590_000)]
    assert said(*runs) == ""
    assert said(made_result(510_000, 600_000, 500_000)) == "", "one training shows no spread"


def test_divergence_and_one_class_are_counted() -> None:
    fine, diverged = made_result(510_000), made_result(0, diverged_at=4)
    constant = made_result(500_000, rises=())
    assert said(fine, diverged, diverged).startswith("2 of 3 trainings diverged, the first in epoch 4, and score 0")
    assert said(fine, constant).startswith("1 of 2 trainings predict one class only")
    assert said(diverged) != ""


def test_where_all_epochs_are_alike_few_are_named() -> None:
    rng, named = np.random.default_rng(1), 0
    for _ in range(200):
        scores = rng.normal(550_000, 20_000, (8, 10)).astype(int)
        named += bool(hints([made_result(*map(int, row)) for row in scores], METRIC))
    # Each of both hints has a chance of 5 %: more than 35 of 200 are beyond three standard errors of 10 %.
    assert named <= 35
