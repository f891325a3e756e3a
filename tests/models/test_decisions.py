"""What each kind decides, against fractions that nothing rounds; and how it learns, against the formulas."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hyperbounty.models.kinds import Kind, Shape, empty
from hyperbounty.models.kinds.dense_centroid import DenseCentroid, SumOutOfRange
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.perceptron import Perceptron
from hyperbounty.models.kinds.sparse_centroid import SparseCentroid
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from tests.models.drawn_models import models, samples


@given(st.data())
def test_naive_bayes_decides_what_exact_rationals_say(data: st.DataObject) -> None:
    model = data.draw(models(Kind.NAIVE_BAYES))
    assert isinstance(model, NaiveBayes)
    sample = data.draw(samples(model.shape))
    alpha = Fraction(model.shape.alpha, 16)
    scores = []
    for label in range(model.shape.classes):
        score = Fraction(model.samples[label])
        below = sum(model.numbers[label]) + alpha * model.shape.features
        for feature in sample:
            score *= (model.numbers[label][feature] + alpha) / below
        scores.append(score)
    assert model.predict(sample) == scores.index(max(scores))


@given(st.data())
def test_a_centroid_decides_for_the_mean_that_is_nearest(data: st.DataObject) -> None:
    model = data.draw(models(data.draw(st.sampled_from([Kind.SPARSE_CENTROID, Kind.DENSE_CENTROID]))))
    assert isinstance(model, SparseCentroid | DenseCentroid)
    sample = data.draw(samples(model.shape))
    point = [int(f in sample) for f in range(model.shape.features)] if model.shape.facts.sparse else sample
    distances = {}
    for label in range(model.shape.classes):
        count = model.samples[label]
        if count:
            mean = [Fraction(number, count) for number in model.numbers[label]]
            distances[label] = sum((m - x) ** 2 for m, x in zip(mean, point, strict=True))
    expected = min(distances, key=lambda label: (distances[label], label)) if distances else 0
    assert model.predict(sample) == expected


@given(st.data())
def test_a_perceptron_decides_by_the_sign_and_moves_only_where_it_was_wrong(data: st.DataObject) -> None:
    model = data.draw(models(data.draw(st.sampled_from([Kind.SPARSE_PERCEPTRON, Kind.DENSE_PERCEPTRON]))))
    assert isinstance(model, Perceptron)
    sample = data.draw(samples(model.shape))
    is_sparse = isinstance(model, SparsePerceptron)
    values = [int(f in sample) for f in range(model.shape.features)] if is_sparse else list(sample)
    margin = model.bias * (1 if is_sparse else 2**15) + sum(
        weight * value for weight, value in zip(model.weights, values, strict=True)
    )
    predicted = model.predict(sample)
    assert predicted == (1 if margin > 0 else 0)
    label = data.draw(st.integers(0, 1))
    weights, bias = list(model.weights), model.bias
    model.learn(sample, label)
    if label == predicted:
        assert (model.weights, model.bias) == (weights, bias)
        return
    sign = 1 if label else -1
    step = model.shape.step if is_sparse else 4_096
    for feature, (before, value) in enumerate(zip(weights, values, strict=True)):
        moved = before + sign * (step * value if is_sparse else value // 8)
        assert model.weights[feature] == (moved if -(2**15) <= moved < 2**15 else before)
    moved = bias + sign * step
    assert model.bias == (moved if -(2**31) <= moved < 2**31 else bias)


@given(st.data())
def test_counts_grow_by_one_up_to_the_most_that_there_can_be(data: st.DataObject) -> None:
    model = data.draw(models(data.draw(st.sampled_from([Kind.NAIVE_BAYES, Kind.SPARSE_CENTROID]))))
    assert isinstance(model, NaiveBayes | SparseCentroid)
    sample = data.draw(samples(model.shape))
    label = data.draw(st.integers(0, model.shape.classes - 1))
    before, count = [list(each) for each in model.numbers], model.samples[label]
    model.learn(sample, label)
    for feature in sample:
        before[label][feature] = min(before[label][feature] + 1, 65_535)
    assert model.numbers == before
    assert model.samples[label] == count + 1
    assert model.totals == [sum(each) for each in before]
    assert model.squares == [sum(n * n for n in each) for each in before]


@given(st.data())
def test_sums_that_fit_are_added_and_others_change_nothing(data: st.DataObject) -> None:
    model = data.draw(models(Kind.DENSE_CENTROID))
    assert isinstance(model, DenseCentroid)
    sample = data.draw(samples(model.shape))
    label = data.draw(st.integers(0, model.shape.classes - 1))
    before = model.state()
    sums = [s + x for s, x in zip(model.numbers[label], sample, strict=True)]
    if all(-(2**31) <= value < 2**31 for value in sums):
        model.learn(sample, label)
        assert model.numbers[label] == sums
    else:
        with pytest.raises(SumOutOfRange) as refusal:
            model.learn(sample, label)
        assert refusal.value.values == (label,)
        assert model.state() == before


@given(st.data())
def test_an_empty_model_says_class_0_and_an_empty_class_is_never_chosen(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([Kind.NAIVE_BAYES, Kind.SPARSE_CENTROID, Kind.DENSE_CENTROID]))
    shape = Shape(kind, 6, 4, 4, alpha=16 if kind is Kind.NAIVE_BAYES else 0)
    model = empty(shape)
    sample = data.draw(samples(shape))
    assert model.predict(sample) == 0
    learned = data.draw(st.integers(0, 3))
    model.learn(data.draw(samples(shape)), learned)
    assert model.predict(sample) == learned


@given(st.data())
def test_of_two_classes_that_are_equally_good_the_lower_one_is_said(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([Kind.NAIVE_BAYES, Kind.SPARSE_CENTROID, Kind.DENSE_CENTROID]))
    model = data.draw(models(kind))
    assert isinstance(model, NaiveBayes | SparseCentroid | DenseCentroid)
    assume(model.shape.classes > 1)
    sample = data.draw(samples(model.shape))
    winner = model.predict(sample)
    for label in range(model.shape.classes):
        twin = type(model)(
            model.shape,
            [model.numbers[winner] if each == label else model.numbers[each] for each in range(model.shape.classes)],
            [model.samples[winner] if each == label else model.samples[each] for each in range(model.shape.classes)],
        )
        if model.samples[winner]:
            assert twin.predict(sample) == min(label, winner)
