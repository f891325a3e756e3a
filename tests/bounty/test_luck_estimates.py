"""A participant computes by itself how much luck a contest pays for, and says where the manifest is wrong."""

from __future__ import annotations

import pytest

from hyperbounty.bounty.estimates import differences, own_estimates
from hyperbounty.bounty.manifest import FutureHoldout, SealedHoldout
from tests.evaluator.bounty.small_contest import make_scoring

SCORING = make_scoring()
TRAIN = SCORING.dataset().train


def test_estimates_come_from_the_data_and_from_the_contract() -> None:
    found = own_estimates(SCORING.manifest, SCORING.training, minimum_ppm=700_000, entries=9)
    assert found.training_windows == len(TRAIN) == 400 - 8 - 1
    assert found.rise_rate_ppm == TRAIN.labels.sum() * 10**6 // len(TRAIN)
    assert found.holdout_windows == found.independent_outcomes == 111
    assert found.entries == 9
    assert 0 < found.chance_of_one_ppm <= found.chance_of_any_ppm <= 9 * found.chance_of_one_ppm
    assert found.bar_ppm < 700_000, "so the chance is below 5 %"
    assert found.chance_of_any_ppm < 50_000
    at_bar = own_estimates(SCORING.manifest, SCORING.training, minimum_ppm=found.bar_ppm, entries=9)
    assert 49_990 < at_bar.chance_of_any_ppm <= 50_000


def test_more_entries_have_more_luck() -> None:
    few, many = (own_estimates(SCORING.manifest, SCORING.training, minimum_ppm=700_000, entries=n) for n in (2, 200))
    assert many.chance_of_any_ppm > few.chance_of_any_ppm
    assert many.bar_ppm > few.bar_ppm


def test_a_sealed_holdout_has_no_more_windows_than_its_rows_do() -> None:
    holdout = SCORING.manifest.holdout
    assert isinstance(holdout, SealedHoldout)
    boastful = SCORING.manifest.model_copy(update={"holdout": holdout.model_copy(update={"windows": 10**6})})
    assert own_estimates(boastful, SCORING.training, minimum_ppm=0, entries=1).holdout_windows == 120 - 8 - 1


@pytest.mark.parametrize(("rows", "windows"), [(2_000, 1_991), (9, 1), (3, 1)])
def test_a_future_holdout_has_the_windows_of_its_rows(rows: int, windows: int) -> None:
    future = SCORING.manifest.model_copy(update={"holdout": FutureHoldout(rows=rows, source="x")})
    assert own_estimates(future, SCORING.training, minimum_ppm=0, entries=1).holdout_windows == windows


def test_what_differs_is_named_and_a_last_digit_does_not() -> None:
    found = own_estimates(SCORING.manifest, SCORING.training, minimum_ppm=700_000, entries=9)
    assert differences(found, found) == {}
    rounded = found.model_copy(update={"chance_of_one_ppm": found.chance_of_one_ppm + 1, "bar_ppm": found.bar_ppm - 1})
    assert differences(rounded, found) == {}
    invented = found.model_copy(update={"holdout_windows": 5_000, "chance_of_any_ppm": 100})
    assert differences(invented, found) == {
        "holdout_windows": (5_000, 111),
        "chance_of_any_ppm": (100, found.chance_of_any_ppm),
    }
