"""A sample is random, the same for the same seed, and never empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.statistics.spot_checks import SpotCheck


@given(said=st.sampled_from(["10%", "0.1%", "100%", "1", "7", "1000"]), count=st.integers(1, 60), seed=st.integers(0))
def test_a_sample_is_a_part_in_order_and_the_same_for_the_same_seed(said: str, count: int, seed: int) -> None:
    drawn = SpotCheck.parse(said).draw(range(count), seed)
    assert drawn == SpotCheck.parse(said).draw(range(count), seed)
    assert drawn == sorted(set(drawn))
    assert set(drawn) <= set(range(count))
    assert 1 <= len(drawn) <= count


def test_a_share_is_rounded_up_and_a_number_is_taken_at_its_word() -> None:
    assert len(SpotCheck.parse("10%").draw(range(24), 1)) == 3
    assert len(SpotCheck.parse("50%").draw(range(24), 1)) == 12
    assert len(SpotCheck.parse("5").draw(range(24), 1)) == 5
    assert SpotCheck.parse("100%").draw(range(24), 1) == list(range(24))


def test_every_spec_may_be_drawn() -> None:
    assert {SpotCheck.parse("1").draw(range(5), seed)[0] for seed in range(200)} == set(range(5))


@pytest.mark.parametrize("said", ["", "0", "-3", "0%", "101%", "nan%", "ten", "1.5", "%"])
def test_other_samples_are_refused(said: str) -> None:
    with pytest.raises(InvalidInput, match="the sample is"):
        SpotCheck.parse(said)
