"""Models, samples and numbers that hypothesis draws, small enough that ties and full counts come often."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from hyperbounty.models.kinds import Kind, Model, Shape, State, restored, uploaded
from hyperbounty.models.kinds.dense_centroid import DenseCentroid
from hyperbounty.models.kinds.dense_perceptron import DensePerceptron
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.sparse_centroid import SparseCentroid
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.kinds.words import pack

INT16 = range(-(2**15), 2**15)
INT32 = range(-(2**31), 2**31)
COUNT = range(2**16)
SAMPLES = st.one_of(st.integers(1, 4), st.integers(1, 2**33), st.just(2**32 - 1))


@st.composite
def numbers(draw: st.DrawFn, allowed: range, count: int) -> list[int]:
    """So many of these numbers: small ones, any, and those at the bounds. One seed draws all, which is fast."""
    source = random.Random(draw(st.integers(0, 2**32)))
    small = [number for number in range(-3, 4) if number in allowed]
    bounds = [allowed[0], allowed[1], allowed[-2], allowed[-1]]
    mixed = (small, small, allowed, bounds)
    kinds = draw(st.sampled_from([(small,), (allowed,), mixed]))
    return [source.choice(source.choice(kinds)) for _ in range(count)]


@st.composite
def shapes(draw: st.DrawFn, kind: Kind | None = None) -> Shape:
    """A shape of few features, of any kind or of this one."""
    chosen = draw(st.sampled_from(Kind)) if kind is None else kind
    features = draw(st.integers(1, 40))
    if chosen in {Kind.SPARSE_PERCEPTRON, Kind.DENSE_PERCEPTRON}:
        step = draw(st.integers(1, 255)) if chosen is Kind.SPARSE_PERCEPTRON else 0
        return Shape(chosen, features, step=step)
    capacity = draw(st.sampled_from([2, 4, 8]))
    alpha = draw(st.one_of(st.integers(1, 32), st.just(65_535))) if chosen is Kind.NAIVE_BAYES else 0
    return Shape(chosen, features, draw(st.integers(1, capacity)), capacity, alpha=alpha)


@st.composite
def models(draw: st.DrawFn, kind: Kind | None = None) -> Model:
    """A model that has learned something, near its bounds or not."""
    shape = draw(shapes(kind))
    features = shape.features
    if shape.facts.two_classes:
        weights = draw(numbers(INT16, features))
        (bias,) = draw(numbers(INT32, 1))
        if shape.kind is Kind.SPARSE_PERCEPTRON:
            return SparsePerceptron(shape, weights, bias)
        return DensePerceptron(shape, weights, bias)
    number = INT32 if shape.kind is Kind.DENSE_CENTROID else COUNT
    stored, samples = [], []
    for _ in range(shape.classes):
        is_empty = draw(st.sampled_from([False, False, False, True]))
        stored.append([0] * features if is_empty else draw(numbers(number, features)))
        samples.append(0 if is_empty else draw(SAMPLES))
    # Two classes alike make ties.
    if shape.classes > 1 and draw(st.booleans()):
        stored[1], samples[1] = list(stored[0]), samples[0]
    if shape.kind is Kind.NAIVE_BAYES:
        return NaiveBayes(shape, stored, samples)
    if shape.kind is Kind.SPARSE_CENTROID:
        return SparseCentroid(shape, stored, samples)
    return DenseCentroid(shape, stored, samples)


def samples(shape: Shape) -> st.SearchStrategy[list[int]]:
    """A sample of a model of this shape."""
    if shape.facts.sparse:
        return st.sets(st.integers(0, shape.features - 1), min_size=1).map(sorted)
    return numbers(INT16, shape.features)


def copy(model: Model) -> Model:
    """Another model of the same state."""
    return restored(model.shape, model.state())


def drawn_state(shape: Shape, source: random.Random) -> State:
    """What a model of this shape may have learned: small numbers, so that samples of a test change decisions."""
    features = shape.features
    if shape.facts.two_classes:
        weights = [source.randint(-9, 9) for _ in range(features)]
        return uploaded(shape, pack(weights, 16), bias=source.randint(-9, 9)).state()
    lowest = -500 if shape.kind is Kind.DENSE_CENTROID else 0
    numbers = [[source.randint(lowest, 500) for _ in range(features)] for _ in range(shape.classes)]
    samples = [source.randint(1, 900) for _ in range(shape.classes)]
    if shape.kind is Kind.NAIVE_BAYES:
        return NaiveBayes(shape, numbers, samples).state()
    if shape.kind is Kind.SPARSE_CENTROID:
        return SparseCentroid(shape, numbers, samples).state()
    return DenseCentroid(shape, numbers, samples).state()
