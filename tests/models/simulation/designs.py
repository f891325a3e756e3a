"""Designs for tests: hand-made samples, and anything that hypothesis thinks of."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from hyperbounty.models.kinds import Kind, Shape, empty
from hyperbounty.models.rules import Terms
from hyperbounty.models.simulation.agents import Agent
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.labelled import Labelled

FEATURES = 6


@st.composite
def shapes(draw: st.DrawFn, kind: Kind | None = None) -> Shape:
    kind = draw(st.sampled_from(Kind)) if kind is None else kind
    capacity = 2 if kind in (Kind.SPARSE_PERCEPTRON, Kind.DENSE_PERCEPTRON) else draw(st.sampled_from([2, 4, 8]))
    return Shape(
        kind,
        FEATURES,
        classes=draw(st.integers(2, capacity)),
        capacity=capacity,
        step=draw(st.integers(1, 255)) if kind is Kind.SPARSE_PERCEPTRON else 0,
        alpha=draw(st.sampled_from([1, 16, 65_535])) if kind is Kind.NAIVE_BAYES else 0,
    )


@st.composite
def labelled(draw: st.DrawFn, shape: Shape, least: int, most: int) -> Labelled:
    """Samples by a seed: drawn one by one they would be few, and much alike."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(least, most))
    if shape.facts.sparse:
        samples = [
            sorted(random.permutation(FEATURES)[: random.integers(1, FEATURES + 1)].tolist()) for _ in range(count)
        ]
    else:
        samples = random.integers(-(2**15), 2**15, (count, FEATURES)).tolist()
    # Some labels can be learned, so that the model agrees with much of what it is told.
    labels = [(sample[0] if random.random() < 0.7 else int(random.integers(8))) % shape.classes for sample in samples]
    return Labelled.of(samples, labels)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    refund, owner, all_ = sorted(draw(st.lists(st.integers(1, 300), min_size=3, max_size=3)))
    if draw(st.integers(0, 4)) == 0:
        return Terms(0, 0, refund, owner, all_, min_interval=draw(st.integers(0, 40)))
    weight = draw(st.integers(1, 1_000))
    return Terms(weight, draw(st.integers(0, weight.bit_length() - 1)), refund, owner, all_)


@st.composite
def agents(draw: st.DrawFn) -> tuple[Agent, ...]:
    count = draw(st.integers(1, 5))
    creator = draw(st.integers(-1, count - 1))
    return tuple(
        Agent(
            f"agent {number}",
            balance=draw(st.sampled_from([0, 100, 20_000])),
            cap_mean=draw(st.sampled_from([20, 300, 5_000])),
            cap_deviation=draw(st.integers(0, 50)),
            wait_mean_s=draw(st.integers(1, 60)),
            wait_deviation_s=draw(st.sampled_from([0.0, 1.0, 20.0])),
            good=draw(st.booleans()),
            mistakes=draw(st.sampled_from([0.0, 0.1, 1.0])),
            willing=draw(st.sampled_from([0.0, 0.15, 1.0])),
            calls=draw(st.integers(0, 8)) == 0,
            pay_to_call=draw(st.integers(0, 100)),
            claims=draw(st.integers(0, 5)) != 0,
            least_report=draw(st.sampled_from([0, 0, 5])),
            watch_s=draw(st.sampled_from([0, 0, 7, 30])),
            creator=number == creator,
        )
        for number in range(count)
    )


@st.composite
def designs(draw: st.DrawFn) -> Design:
    shape = draw(shapes())
    return Design(
        shape,
        empty(shape).state(),
        draw(terms()),
        draw(agents()),
        draw(labelled(shape, 0, 120)),
        draw(labelled(shape, 1, 5)),
        seed=draw(st.integers(0, 2**64 - 1)),
        measure_s=draw(st.integers(20, 500)),
        longest_s=draw(st.sampled_from([100, 10_000])),
    )
