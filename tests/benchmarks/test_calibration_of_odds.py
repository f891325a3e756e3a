"""The figures of the benchmark of odds are what they are called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.odds.calibration import (
    BARS_PPM,
    Statement,
    base_brier,
    bins_of_equal_count,
    bins_of_equal_width,
    brier,
    mean_gap,
    of_each,
    of_the_best,
)
from benchmarks.odds.series import SPECS, Played

STATEMENTS = st.lists(st.builds(Statement, st.sampled_from(BARS_PPM), st.floats(0, 1), st.booleans()), min_size=1)


@given(STATEMENTS)
def test_bins_hold_every_statement_once(statements: list[Statement]) -> None:
    for found in (bins_of_equal_count(statements), bins_of_equal_width(statements)):
        assert sum(each.count for each in found) == len(statements)
        assert sum(each.count * each.stated for each in found) == pytest.approx(sum(s.stated for s in statements))
        assert sum(each.count * each.cleared for each in found) == pytest.approx(sum(s.cleared for s in statements))
        assert len(found) <= 5


def test_who_says_what_comes_has_no_gap_and_who_says_the_frequency_has_its_score() -> None:
    rng = np.random.default_rng(1)
    chances = rng.random(20_000)
    honest = [Statement(550_000, float(p), bool(rng.random() < p)) for p in chances]
    assert mean_gap(bins_of_equal_count(honest)) < 0.02
    assert mean_gap(bins_of_equal_width(honest)) < 0.02
    assert brier(honest) < base_brier(honest)
    rate = float(np.mean([each.cleared for each in honest]))
    assert brier([Statement(s.bar_ppm, rate, s.cleared) for s in honest]) == pytest.approx(base_brier(honest))
    bold = [Statement(s.bar_ppm, float(s.stated > 0.5), s.cleared) for s in honest]
    assert mean_gap(bins_of_equal_width(bold)) == pytest.approx(0.25, abs=0.02)


def test_a_series_gives_a_statement_for_each_bar() -> None:
    scores = [[[600_000 - 20_000 * spec] * 2] * 4 for spec in range(len(SPECS))]
    played = Played(0, scores, [[0.03] * 4] * len(SPECS), [[590_000] * 3] * len(SPECS), [(500, 0.5)] * 4, 1_100, 0.5)
    best = list(of_the_best([played]))
    assert [each.bar_ppm for each in best] == list(BARS_PPM)
    assert [each.cleared for each in best] == [bar <= 590_000 for bar in BARS_PPM]
    assert len(list(of_each([played]))) == len(SPECS) * len(BARS_PPM)
