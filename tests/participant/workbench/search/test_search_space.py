"""Every proposal is a spec of the space, and every spec of the space is a proposal."""

from __future__ import annotations

from typing import Any

import optuna
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.spec.ranges import Names, Numbers, Range, Ranges, allowed
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA, refusal
from participant.workbench.search.space import Space
from tests.spec.test_suggestions import limit_words


@st.composite
def spaces(draw: st.DrawFn) -> tuple[Space, Ranges, bytes]:
    """Any narrowing of any limits."""
    limits = draw(limit_words())
    ranges = {name: draw(narrowed(each)) for name, each in allowed(limits).items()}
    return Space(ranges, limits), ranges, limits


@st.composite
def narrowed(draw: st.DrawFn, whole: Range) -> Range:
    if isinstance(whole, Names):
        chosen = draw(st.sets(st.sampled_from(whole.options), min_size=1))
        return Names(tuple(option for option in whole.options if option in chosen))
    ends = sorted(draw(st.tuples(*[st.integers(whole.lowest, whole.highest)] * 2)))
    return Numbers(ends[0], ends[1], whole.per_one)


def drawn(space: Space, seed: int) -> dict[str, Any]:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    return study.ask(space.distributions).params


@given(spaces(), st.integers(0, 2**31))
def test_what_is_drawn_is_a_spec_within_limits_and_ranges(made: tuple[Space, Ranges, bytes], seed: int) -> None:
    space, ranges, limits = made
    spec = space.spec(drawn(space, seed))
    assert refusal(spec.word, limits) is None
    for name in ("cell", "activation", "loss", "optimizer", "normalization", "bidirectional"):
        names = ranges[name]
        assert isinstance(names, Names)
        assert getattr(spec, name) in names.options
    for name in ("learning_rate", "batch_size", "epochs", "dropout", "gradient_clip", "weight_decay"):
        numbers = ranges[name]
        assert isinstance(numbers, Numbers)
        assert numbers.lowest <= round(getattr(spec, name) * numbers.per_one) <= numbers.highest


@given(spaces(), st.integers(0, 2**31))
def test_a_spec_of_the_space_has_parameters_that_stand_for_it(made: tuple[Space, Ranges, bytes], seed: int) -> None:
    space, _, _ = made
    spec = space.spec(drawn(space, seed))
    again = space.parameters(spec)
    assert again is not None
    assert set(again) == set(space.distributions)
    assert space.spec(again) == spec
    # Optuna takes them.
    optuna.trial.create_trial(params=again, distributions=space.distributions, value=0.5)


def test_what_is_outside_has_no_parameters() -> None:
    space = Space({**allowed(SPEC_MAXIMA), "epochs": Numbers(2, 30), "cell": Names(("LSTM", "GRU"))}, SPEC_MAXIMA)
    assert space.parameters(Spec(epochs=30)) is not None
    assert space.parameters(Spec(epochs=31)) is None
    assert space.parameters(Spec(cell="SimpleRNN")) is None
    assert space.parameters(Spec(recurrent_units=(32, 16))) is None, "layers share their units"


def test_the_end_of_a_scale_stands_for_off() -> None:
    space = Space({"weight_decay": Numbers(0, 10_000, 1_000_000), "gradient_clip": Numbers(0, 500, 100)}, SPEC_MAXIMA)
    assert space.parameters(Spec()) == {"weight_decay": 1e-6, "gradient_clip": 5.0}
    assert space.spec({"weight_decay": 1e-6, "gradient_clip": 5.0}) == Spec()
    assert space.spec({"weight_decay": 1e-3, "gradient_clip": 1.0}) == Spec(weight_decay=0.001, gradient_clip=1.0)
