"""The cost formula agrees with the models that are built, and a budget refuses what is above it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.spec.cost import budget_refusal, cost, parameters
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import CELLS, NORMALIZATIONS

UNITS = st.integers(1, 9)
TASK = TaskShape(features=8, rows=2048, sequence_length=60)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    return Spec(
        cell=draw(st.sampled_from(CELLS)),
        recurrent_units=tuple(draw(st.lists(UNITS, min_size=1, max_size=4))),
        dense_units=tuple(draw(st.lists(UNITS, max_size=4))),
        normalization=draw(st.sampled_from(NORMALIZATIONS)),
        bidirectional=draw(st.booleans()),
        dropout=draw(st.sampled_from((0.0, 0.5))),
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


def test_cost_is_the_product() -> None:
    spec = Spec(recurrent_units=(32,), epochs=7)
    assert cost(spec, TASK) == parameters(spec, 8) * 60 * 2048 * 7


def test_the_largest_spec_is_counted_exactly() -> None:
    spec = Spec(recurrent_units=(1024,) * 4, dense_units=(1024,) * 4, epochs=1000, bidirectional=True)
    task = TaskShape(features=2000, rows=10**9, sequence_length=10_000)
    assert cost(spec, task) == parameters(spec, 2000) * 10**16


def test_a_spec_at_the_budget_passes_and_one_above_it_is_refused() -> None:
    spec = Spec(epochs=10)
    needed = cost(spec, TASK)
    assert budget_refusal(spec, TASK, needed) is None
    refused = str(budget_refusal(spec, TASK, needed - 1))
    assert "at most 9 epochs" in refused
    assert f"{needed:,}" in refused
    assert f"{needed - 1:,}" in refused


def test_a_model_too_large_for_one_epoch_is_told_to_shrink() -> None:
    spec = Spec(epochs=10)
    refused = budget_refusal(spec, TASK, cost(spec, TASK) // 10 - 1)
    assert refused is not None
    assert refused.next_step == "choose fewer units or layers"


@given(spec=specs(), budget=st.integers(1, 10**12))
def test_the_epochs_it_offers_fit(spec: Spec, budget: int) -> None:
    spec = replace(spec, epochs=1000)
    refused = budget_refusal(spec, TASK, budget)
    if refused is not None and "epochs" in refused.next_step:
        offered = int(refused.next_step.split("at most ")[1].split()[0])
        assert budget_refusal(replace(spec, epochs=offered), TASK, budget) is None
        assert budget_refusal(replace(spec, epochs=offered + 1), TASK, budget) is not None
