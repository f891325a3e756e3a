"""The cost formula agrees with the models that are built, grows with everything it counts, and a budget refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.durations import format_duration
from hyperbounty.spec.cost import PER_SECOND, budget_refusal, parameters, picoseconds, seconds
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import ACTIVATIONS, CELLS, NORMALIZATIONS, OPTIMIZERS

UNITS = st.integers(1, 9)
TASK = TaskShape(features=8, rows=2048, sequence_length=60, holdout=500)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    return Spec(
        cell=draw(st.sampled_from(CELLS)),
        recurrent_units=tuple(draw(st.lists(UNITS, min_size=1, max_size=4))),
        dense_units=tuple(draw(st.lists(UNITS, max_size=4))),
        activation=draw(st.sampled_from(ACTIVATIONS)),
        optimizer=draw(st.sampled_from(OPTIMIZERS)),
        normalization=draw(st.sampled_from(NORMALIZATIONS)),
        bidirectional=draw(st.booleans()),
        dropout=draw(st.sampled_from((0.0, 0.5))),
        batch_size=draw(st.sampled_from((1, 2, 64, 8192))),
        epochs=draw(st.integers(1, 999)),
    )


@pytest.mark.heavy
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_parameters_are_those_that_keras_counts(cell: str, normalization: str, bidirectional: bool) -> None:
    from hyperbounty.training.model import build_model

    spec = Spec(
        cell=cell,
        recurrent_units=(5, 3),
        dense_units=(4, 2),
        normalization=normalization,
        bidirectional=bidirectional,
        dropout=0.5,
    )
    features = 7
    assert parameters(spec, features) == build_model(spec, length=3, features=features, seed=0).count_params()


def test_known_counts() -> None:
    assert parameters(Spec(cell="LSTM", recurrent_units=(32,)), 8) == 4 * 32 * (8 + 32 + 1) + 33
    assert parameters(Spec(cell="GRU", recurrent_units=(1,)), 1) == 3 * 4 + 2
    assert parameters(Spec(cell="SimpleRNN", recurrent_units=(2,), dense_units=(3,)), 1) == 8 + 9 + 4


@given(spec=specs())
def test_more_of_anything_never_takes_less(spec: Spec) -> None:
    needed = picoseconds(spec, TASK)
    more = [
        replace(spec, epochs=spec.epochs + 1),
        replace(spec, recurrent_units=(spec.recurrent_units[0] + 1, *spec.recurrent_units[1:])),
        replace(spec, dense_units=(*spec.dense_units[:-1], 9)),
        replace(spec, bidirectional=True),
        replace(spec, gradient_clip=1.0),
        replace(spec, weight_decay=0.001),
        replace(spec, dropout=0.5),
    ]
    assert all(picoseconds(each, TASK) >= needed for each in more)
    larger = [
        replace(TASK, features=9),
        replace(TASK, rows=2 * TASK.rows),
        replace(TASK, sequence_length=61),
        replace(TASK, holdout=10_000),
    ]
    assert all(picoseconds(spec, each) >= needed for each in larger)


@given(spec=specs(), epochs=st.integers(1, 999))
def test_each_epoch_past_the_first_ones_takes_the_same(spec: Spec, epochs: int) -> None:
    # Of so many rows the first epoch alone has more turns than a short run.
    long = replace(TASK, rows=8192, sequence_length=30_000)
    one, two, some = (picoseconds(replace(spec, epochs=count), long) for count in (1, 2, epochs))
    assert some == one + (epochs - 1) * (two - one)


@given(spec=specs())
def test_a_holdout_as_large_as_the_training_adds_at_most_a_third_of_it(spec: Spec) -> None:
    none, whole = (picoseconds(spec, replace(TASK, holdout=windows)) for windows in (0, TASK.rows))
    assert none < whole <= none + none // 3 + spec.epochs * PER_SECOND // 100


@given(spec=specs())
def test_seconds_are_rounded_up(spec: Spec) -> None:
    assert 0 <= seconds(spec, TASK) * PER_SECOND - picoseconds(spec, TASK) < PER_SECOND


def test_small_steps_are_counted() -> None:
    """For its parameters the first is the dearest: the product of parameters, steps, rows and epochs said 768 s."""
    small = Spec(recurrent_units=(16,) * 4, bidirectional=True, batch_size=1, epochs=1000)
    assert seconds(small, TaskShape(features=8, rows=5000, sequence_length=60, holdout=1250)) > 5000


def test_the_largest_spec_is_counted_exactly() -> None:
    spec = Spec(recurrent_units=(1024,) * 4, dense_units=(1024,) * 4, epochs=1000, bidirectional=True)
    task = TaskShape(features=2000, rows=10**9, sequence_length=10_000, holdout=10**9)
    one, two = (picoseconds(replace(spec, epochs=count), task) for count in (1, 2))
    assert picoseconds(spec, task) == one + 999 * (two - one)


def test_a_spec_at_the_budget_passes_and_one_above_it_is_refused() -> None:
    spec = Spec(epochs=100)
    needed = seconds(spec, TASK)
    assert budget_refusal(spec, TASK, needed) is None
    refused = str(budget_refusal(spec, TASK, needed - 1))
    assert f"takes {format_duration(needed)}" in refused
    assert f"may take {format_duration(needed - 1)}" in refused
    assert "train at most 9" in refused


def test_a_model_too_dear_for_one_epoch_is_told_to_shrink() -> None:
    spec = Spec(recurrent_units=(512, 512), epochs=10)
    refused = budget_refusal(spec, TASK, 2)
    assert refused is not None
    assert refused.next_step == "choose a larger batch, fewer units or fewer layers"


@given(spec=specs(), run_seconds=st.integers(1, 10_000))
def test_the_epochs_it_offers_fit(spec: Spec, run_seconds: int) -> None:
    spec = replace(spec, epochs=1000)
    refused = budget_refusal(spec, TASK, run_seconds)
    if refused is not None and "epochs" in refused.next_step:
        offered = int(refused.next_step.split("at most ")[1].split()[0])
        assert budget_refusal(replace(spec, epochs=offered), TASK, run_seconds) is None
        assert budget_refusal(replace(spec, epochs=offered + 1), TASK, run_seconds) is not None
