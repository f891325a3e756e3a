"""Whether all entries can be scored in time: what organizer, evaluator and participant ask alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.capacity import capacity_refusal, least_score_seconds, training_seconds, wait_seconds
from hyperbounty.bounty.manifest import FutureHoldout, Manifest
from hyperbounty.durations import format_duration
from tests.bounty.test_manifest import manifest

SEALED = manifest(runs=3, run_seconds=200)
FUTURE = manifest(runs=3, run_seconds=200, interval=300, holdout=FutureHoldout(rows=2000, source="CoinPaprika"))


def test_an_entry_takes_all_of_its_runs() -> None:
    assert SEALED.entry_seconds == 600


def test_a_quarter_more_is_kept_in_reserve() -> None:
    assert training_seconds(entries=256, entry_seconds=600, throughput=2000) == 256 * 600 * 5 // 4 // 2


def test_trainings_of_a_sealed_contest_fit_after_the_last_moment_for_the_key() -> None:
    needed = least_score_seconds(SEALED, 256, throughput=2000)
    assert needed - needed // 4 >= 96_000
    assert needed == 128_000


def test_a_future_holdout_must_first_come_to_be() -> None:
    """Row 12 of the audit: 2,000 rows of 5 minutes take 6.9 days, and the default left 3 days for all."""
    assert wait_seconds(SEALED) == 0
    assert wait_seconds(FUTURE) == 2001 * 300
    assert least_score_seconds(FUTURE, 256, throughput=2000) == 2001 * 300 + 96_000
    refused = capacity_refusal(FUTURE, max_submissions=256, score_seconds=3 * 86_400, throughput=10**9)
    assert "the time for scoring is 3d" in str(refused)


@pytest.mark.parametrize("found", [SEALED, FUTURE], ids=["sealed", "future"])
def test_a_second_less_is_refused_and_the_refusal_says_what_would_do(found: Manifest) -> None:
    needed = least_score_seconds(found, 256, throughput=2000)
    asked = {"max_submissions": 256, "throughput": 2000}
    assert capacity_refusal(found, score_seconds=needed, **asked) is None
    refused = capacity_refusal(found, score_seconds=needed - 1, **asked)
    assert f"score time {format_duration(needed)}" in str(refused)
    assert "2.0 reference cores" in str(refused)


@given(
    entries=st.integers(1, 1024),
    throughput=st.integers(1, 10**6),
    run_seconds=st.integers(1, 10**6),
)
def test_more_work_or_fewer_cores_never_take_less(entries: int, throughput: int, run_seconds: int) -> None:
    found = manifest(run_seconds=run_seconds)
    needed = least_score_seconds(found, entries, throughput)
    assert least_score_seconds(found, entries + 1, throughput) >= needed
    assert least_score_seconds(found, entries, throughput + 1) <= needed
    assert least_score_seconds(manifest(run_seconds=run_seconds + 1), entries, throughput) >= needed
