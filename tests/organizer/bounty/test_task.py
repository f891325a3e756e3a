"""The bar that an organizer sets: made from the luck it allows, or its own, but not one that luck passes unsaid."""

from __future__ import annotations

import pytest

from hyperbounty.errors import InvalidInput
from hyperbounty.format import percent
from hyperbounty.statistics.luck import Lottery
from organizer.bounty.task import TaskSettings

LOTTERY = Lottery("balanced_accuracy", 1_137, 4_737, 3, rise_rate_ppm=500_000, entries=256)
BAR = LOTTERY.bar_ppm(0.05)


def test_the_bar_is_that_of_five_percent_unless_another_is_chosen() -> None:
    assert TaskSettings(coin="LTC").minimum_for(LOTTERY) == BAR
    assert TaskSettings(coin="LTC", luck_ppm=10_000).minimum_for(LOTTERY) == LOTTERY.bar_ppm(0.01) > BAR
    assert TaskSettings(coin="LTC", minimum_score_ppm=BAR).minimum_for(LOTTERY) == BAR


@pytest.mark.parametrize("settings", [{"minimum_score_ppm": BAR - 1}, {"luck_ppm": 50_100}, {"luck_ppm": 500_000}])
def test_a_bar_that_luck_passes_has_to_be_meant(settings: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match="one of 256 entries without any skill") as refused:
        TaskSettings(coin="LTC", **settings).minimum_for(LOTTERY)  # type: ignore[arg-type]
    assert percent(BAR) in str(refused.value)
    assert TaskSettings(coin="LTC", allow_luck=True, **settings).minimum_for(LOTTERY) <= BAR  # type: ignore[arg-type]


def test_a_holdout_that_is_too_small_has_no_bar() -> None:
    small = Lottery("balanced_accuracy", 12, 4_737, 3, rise_rate_ppm=500_000, entries=256)
    with pytest.raises(InvalidInput, match="no minimum") as refused:
        TaskSettings(coin="LTC").minimum_for(small)
    assert "longer holdout" in str(refused.value)
    assert TaskSettings(coin="LTC", allow_luck=True).minimum_for(small) == 1_000_000
