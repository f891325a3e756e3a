"""The models as arrays decide and learn as the reference models do, with numba and without."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape, empty
from hyperbounty.models.kinds.dense_centroid import DenseCentroid
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.simulation import loops, vectors
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.learner import count_right, learn, of_model, predict, state_of
from tests.models.simulation.designs import FEATURES, shapes

EDGES = st.sampled_from([-(2**15), -(2**15) + 1, -1, 0, 1, 2**15 - 1])
VALUES = st.lists(st.integers(-(2**15), 2**15 - 1) | EDGES, min_size=FEATURES, max_size=FEATURES)
INDICES = st.sets(st.integers(0, FEATURES - 1), min_size=1).map(sorted)


@st.composite
def lessons(draw: st.DrawFn) -> tuple[Shape, Labelled]:
    shape = draw(shapes())
    samples = draw(st.lists(INDICES if shape.facts.sparse else VALUES, min_size=1, max_size=40))
    labels = [draw(st.integers(0, shape.classes - 1)) for _ in samples]
    return shape, Labelled.of(samples, labels)


@given(lessons())
def test_it_learns_and_decides_as_the_reference_does(lesson: tuple[Shape, Labelled]) -> None:
    shape, samples = lesson
    reference = empty(shape)
    learner = of_model(shape, reference.state(), samples)
    for place in range(len(samples)):
        row = samples.features[samples.starts[place] : samples.starts[place + 1]]
        assert [predict(learner, row)] == [reference.predict(samples.sample(place))]
        learn(learner, row, int(samples.labels[place]))
        reference.learn(samples.sample(place), int(samples.labels[place]))
    assert state_of(shape, learner) == reference.state()
    # Sums and squares that grew along with the counts are those that follow from them.
    assert np.array_equal(learner.totals, of_model(shape, reference.state()).totals)
    right = sum(reference.predict(samples.sample(place)) == samples.labels[place] for place in range(len(samples)))
    assert count_right(learner, samples.starts, samples.features, samples.labels) == right


@given(st.lists(st.integers(-(2**15), 2**15 - 1) | EDGES, min_size=FEATURES, max_size=FEATURES), INDICES, st.booleans())
def test_weights_and_bias_stay_within_their_bits(weights: list[int], sample: list[int], label: bool) -> None:
    for bias in (0, 2**31 - 1, -(2**31)):
        reference = SparsePerceptron(Shape(Kind.SPARSE_PERCEPTRON, FEATURES, step=255), weights, bias)
        learner = of_model(reference.shape, reference.state())
        learn(learner, np.array(sample, np.int32), int(label))
        reference.learn(sample, int(label))
        assert state_of(reference.shape, learner) == reference.state()


@given(st.data())
def test_counts_at_their_end_stay(data: st.DataObject) -> None:
    shape = data.draw(shapes(Kind.NAIVE_BAYES))
    counts = st.lists(st.sampled_from([0, 1, 65_534, 65_535]), min_size=FEATURES, max_size=FEATURES)
    numbers = [data.draw(counts) for _ in range(shape.classes)]
    reference = NaiveBayes(shape, numbers, [data.draw(st.integers(1, 3)) for _ in numbers])
    learner = of_model(shape, reference.state())
    for _ in range(3):
        sample, label = data.draw(INDICES), data.draw(st.integers(0, shape.classes - 1))
        assert predict(learner, np.array(sample, np.int32)) == reference.predict(sample)
        learn(learner, np.array(sample, np.int32), label)
        reference.learn(sample, label)
    assert state_of(shape, learner) == reference.state()


def test_equal_classes_are_told_apart_exactly() -> None:
    """ln 2 + ln 3 and ln 6 differ as floats; the fractions do not, and the lower class is chosen."""
    shape = Shape(Kind.NAIVE_BAYES, features=2, alpha=16)
    reference = NaiveBayes(shape, [[1, 2], [0, 5]], [1, 1])
    sample = np.array([0, 1], np.int32)
    swapped = NaiveBayes(shape, [[0, 5], [1, 2]], [1, 1])
    for model in (reference, swapped):
        assert predict(of_model(shape, model.state()), sample) == model.predict([0, 1])


BIG = st.integers(-(2**62), 2**62)
COUNT = st.integers(1, 2**31 - 1)


@given(BIG, COUNT, BIG, COUNT)
def test_quotients_are_compared_to_the_last_bit(distance: int, samples: int, other: int, other_samples: int) -> None:
    exact = distance * other_samples**2 < other * samples**2
    assert bool(loops.nearer(distance, samples, other, other_samples)) is exact
    assert bool(vectors.nearer(distance, samples, other, other_samples)) is exact


@given(
    st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 65_535)), min_size=1, max_size=30),
    st.integers(1, 65_535),
    COUNT,
    COUNT,
    st.integers(1, 2**37),
    st.integers(1, 2**37),
    st.booleans(),
)
def test_products_are_compared_to_the_last_bit(
    counts: list[tuple[int, int]], alpha: int, samples: int, others: int, below: int, other_below: int, tie: bool
) -> None:
    if tie:
        counts, others, other_below = [(one, one) for one, _ in counts], samples, below
    numbers, row = np.array(counts, np.int32).reshape(-1), np.arange(len(counts), dtype=np.int32)
    ours, theirs = samples * other_below ** len(counts), others * below ** len(counts)
    for one, other in counts:
        ours, theirs = ours * (16 * one + alpha), theirs * (16 * other + alpha)
    for module in (loops, vectors):
        said = module.more_likely(numbers, row, 2, alpha, 0, samples, below, 1, others, other_below)
        assert bool(said) is (ours > theirs)


@settings(max_examples=50)
@given(st.data())
def test_loops_and_vectors_do_the_same(data: st.DataObject) -> None:
    lanes = data.draw(st.sampled_from([1, 2, 8]))
    label = data.draw(st.integers(0, lanes - 1))
    size = FEATURES * lanes
    drawn = data.draw(st.lists(st.integers(0, 65_535) | st.just(65_535), min_size=size, max_size=size))
    counts = np.array(drawn, np.int32)
    sparse, dense = np.array(data.draw(INDICES), np.int32), np.array(data.draw(VALUES), np.int32)
    assert loops.added_up(counts, sparse, lanes, label) == vectors.added_up(counts, sparse, lanes, label)
    assert loops.multiplied(counts, dense, lanes, label) == vectors.multiplied(counts, dense, lanes, label)
    assert loops.logarithms(counts, sparse, lanes, label, 16) == pytest.approx(
        vectors.logarithms(counts, sparse, lanes, label, 16)
    )
    one, other = counts.copy(), counts.copy()
    assert loops.counted(one, sparse, lanes, label) == vectors.counted(other, sparse, lanes, label)
    assert loops.summed(one, dense, lanes, label) == vectors.summed(other, dense, lanes, label)
    one, other = one % 2**15, other % 2**15
    loops.moved(one, sparse, 200)
    vectors.moved(other, sparse, 200)
    loops.moved_by_values(one[:FEATURES], dense, -1)
    vectors.moved_by_values(other[:FEATURES], dense, -1)
    assert np.array_equal(one, other)


def test_what_could_leave_its_bits_is_refused() -> None:
    shape = Shape(Kind.DENSE_CENTROID, features=1)
    many = Labelled.of([[2**15 - 1]] * 70_000, [0] * 70_000)
    with pytest.raises(InvalidInput, match="32 bits"):
        of_model(shape, empty(shape).state(), many)
    full = DenseCentroid(Shape(Kind.DENSE_CENTROID, features=2), [[2**31 - 1, 2**31 - 1]], [1])
    with pytest.raises(InvalidInput, match="64 bits"):
        of_model(full.shape, full.state(), Labelled.of([[0, 0]], [0]))


def test_samples_that_the_model_does_not_take_are_refused_by_their_place() -> None:
    shape = Shape(Kind.SPARSE_PERCEPTRON, features=3, step=1)
    with pytest.raises(InvalidInput, match="sample 1: there is no feature 3"):
        Labelled.of([[0], [3]], [0, 1]).check(shape)
    with pytest.raises(InvalidInput, match="sample 0: there is no class 2"):
        Labelled.of([[0]], [2]).check(shape)
