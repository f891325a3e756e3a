"""Suggested specs are accepted, whatever a contest allows, and as large as they can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import SpecError
from hyperbounty.spec.judge import judge
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.suggestions import suggest
from hyperbounty.spec.table import FIELDS
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack

SHAPE = TaskShape(features=8, rows=4_800, sequence_length=60, holdout=1_200)
SHAPES = st.builds(
    TaskShape, st.integers(1, 64), st.integers(1, 50_000), st.integers(2, 500), holdout=st.integers(1, 9_000)
)


@st.composite
def limit_words(draw: st.DrawFn) -> bytes:
    """Limits that the contract takes: within the table, with room for one unit."""
    highest = {
        field.name: draw(st.sampled_from([field.lowest, field.highest]) | st.integers(field.lowest, field.highest))
        for field in FIELDS
    }
    highest["recurrent_units_1"] = max(1, highest["recurrent_units_1"])
    return pack(highest)


@given(limit_words(), SHAPES, st.integers(1, 7_200))
def test_every_suggestion_is_accepted_and_none_is_made_only_where_nothing_is(
    limits: bytes, shape: TaskShape, run_seconds: int
) -> None:
    try:
        found = suggest(limits, shape, run_seconds)
    except SpecError:
        top = unpack(limits)
        least = Spec(
            cell="SimpleRNN",
            recurrent_units=(1,),
            optimizer="sgd",
            learning_rate=1e-6,
            batch_size=min(128, top["batch_size"]),
            epochs=1,
        )
        refused = judge(least.word, limits, shape, run_seconds).refusal
        # Another cell is a little dearer than the cheapest, and an optimizer too.
        assert refused is not None or judge(least.word, limits, shape, max(1, run_seconds * 2 // 3)).refusal is not None
        return
    assert list(found) == ["small", "middle", "large"]
    for judged in found.values():
        again = judge(judged.spec.word, limits, shape, run_seconds)
        assert again.refusal is None
        assert again == judged
    sizes = [judged.parameters for judged in found.values()]
    assert sizes == sorted(sizes)


def test_without_limits_they_differ_and_the_large_one_spends_the_budget() -> None:
    found = suggest(SPEC_MAXIMA, SHAPE, run_seconds=60)
    seconds = [judged.seconds for judged in found.values()]
    assert seconds[0] <= 60 / 16
    assert seconds[1] <= 60 / 4
    assert 30 <= seconds[2] <= 60
    assert len({judged.spec for judged in found.values()}) == 3


def test_limits_are_kept() -> None:
    highest = {**unpack(SPEC_MAXIMA), "cell": 0, "recurrent_layers": 1, "recurrent_units_1": 5, "epochs": 3}
    highest |= {"learning_rate": 500, "batch_size": 32, "optimizer": 1, "dropout": 0}
    found = suggest(pack(highest), SHAPE, run_seconds=600)
    for judged in found.values():
        assert judged.spec.cell == "SimpleRNN"
        assert judged.spec.recurrent_units == (5,)
        assert judged.spec.epochs == 3
        assert judged.spec.batch_size == 32
        assert judged.spec.optimizer == "momentum"
    assert [judged.spec.learning_rate for judged in found.values()] == [0.0005, 0.00025, 0.000125]


def test_a_budget_that_pays_for_nothing_is_said() -> None:
    shape = TaskShape(features=8, rows=200_000, sequence_length=500, holdout=10_000)
    with pytest.raises(SpecError, match="may take 1s of the reference core, which pays for no spec"):
        suggest(SPEC_MAXIMA, shape, run_seconds=1)
