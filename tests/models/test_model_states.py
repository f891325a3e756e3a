"""State as the contract stores it: nothing is lost on the way, and what is no state is refused."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.models.kinds import KINDS, Kind, Model, Shape, ShapeError, State, StateError, empty, restored
from hyperbounty.models.kinds.dense_centroid import DenseCentroid, SumOutOfRange
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.kinds.words import pack, unpack
from hyperbounty.models.samples import LabelOutOfRange
from tests.models.drawn_models import copy, models, samples

WORD = 2**256


@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1, max_size=70))
def test_numbers_lie_side_by_side_from_the_lowest_bits(numbers: list[int]) -> None:
    words = pack(numbers, 16)
    whole = sum(word << (256 * place) for place, word in enumerate(words))
    assert [(whole >> (16 * place)) % 2**16 for place in range(len(numbers))] == [n % 2**16 for n in numbers]
    assert unpack(words, 16, len(numbers), signed=True) == numbers


@given(st.data())
def test_a_restored_model_goes_on_as_the_one_before(data: st.DataObject) -> None:
    model = data.draw(models())
    again = copy(model)
    assert again.state() == model.state()
    for _ in range(data.draw(st.integers(0, 5))):
        sample = data.draw(samples(model.shape))
        assert again.predict(sample) == model.predict(sample)
        label = data.draw(st.integers(0, model.shape.classes - 1))
        _learn(model, sample, label)
        _learn(again, sample, label)
        assert again.state() == model.state()
        # What is kept along the way is what the state says anew.
        assert copy(model).state() == model.state()


def _learn(model: Model, sample: list[int], label: int) -> None:
    with suppress(SumOutOfRange):
        model.learn(sample, label)


@given(st.data())
def test_a_label_that_is_no_class_changes_nothing(data: st.DataObject) -> None:
    model = data.draw(models())
    before = model.state()
    label = data.draw(st.integers(model.shape.classes, 255))
    with pytest.raises(LabelOutOfRange) as refusal:
        model.learn(data.draw(samples(model.shape)), label)
    assert refusal.value.values == (label, model.shape.classes)
    assert model.state() == before


@pytest.mark.parametrize("kind", [kind for kind in Kind if not KINDS[kind].two_classes])
def test_classes_are_added_up_to_the_room_for_them_and_begin_empty(kind: Kind) -> None:
    shape = Shape(kind, features=2, classes=3, capacity=4, alpha=16 if kind is Kind.NAIVE_BAYES else 0)
    model = empty(shape)
    sample = [0] if shape.facts.sparse else [5, 0]
    model.learn(sample, 2)
    before = model.state()
    model.add_class()
    assert model.shape.classes == 4
    assert model.state() == before
    assert model.predict(sample) == 2
    model.learn([1] if shape.facts.sparse else [0, 5], 3)
    assert model.predict([1] if shape.facts.sparse else [0, 5]) == 3
    with pytest.raises(ShapeError, match="all 4 classes"):
        model.add_class()


def test_a_perceptron_has_two_classes() -> None:
    with pytest.raises(ShapeError, match="two classes"):
        empty(Shape(Kind.DENSE_PERCEPTRON, features=1)).add_class()


def test_where_numbers_of_each_kind_lie() -> None:
    perceptron = SparsePerceptron(Shape(Kind.SPARSE_PERCEPTRON, 17, step=1), [*range(16), -1], bias=-7)
    state = perceptron.state()
    assert state.words == (sum(weight << (16 * weight) for weight in range(16)), 0xFFFF)
    assert state.bias == -7
    counts = NaiveBayes(Shape(Kind.NAIVE_BAYES, 5, 2, 4, alpha=1), [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], [3, 4])
    # Four lanes a feature, so four features a word.
    first = sum((1 + f << (64 * f)) + (6 + f << (64 * f + 16)) for f in range(4))
    assert counts.state().words == (first, 5 + (10 << 16))
    assert counts.state().totals == (3 + (15 << 64) + (55 << 128), 4 + (40 << 64) + (330 << 128), 0, 0)
    sums = DenseCentroid(Shape(Kind.DENSE_CENTROID, 9, 2, 2), [[0] * 8 + [-1], [2] + [0] * 8], [1, 5])
    # Each class begins a word.
    assert sums.state().words == (0, 2**32 - 1, 2, 0)
    assert sums.state().totals == (1 + (1 << 128), 5 + (4 << 128))


@pytest.mark.parametrize(
    ("kind", "change", "says"),
    [
        (Kind.SPARSE_PERCEPTRON, {"words": (0, 0, 0)}, "2 words, not 3"),
        (Kind.SPARSE_PERCEPTRON, {"words": (WORD, 0)}, "no word of 256 bits"),
        (Kind.SPARSE_PERCEPTRON, {"words": (0, 1 << 16)}, "beyond the last"),
        (Kind.SPARSE_PERCEPTRON, {"bias": 2**31}, "no int32"),
        (Kind.DENSE_PERCEPTRON, {"totals": (0, 0)}, "no totals"),
        (Kind.NAIVE_BAYES, {"bias": 1}, "no bias"),
        (Kind.NAIVE_BAYES, {"totals": (0, 0)}, "of as many, not of 2"),
        (Kind.NAIVE_BAYES, {"totals": (1 + (1 << 64), 0, 0, 0)}, "not those of the counts"),
        (Kind.SPARSE_CENTROID, {"words": (1,) + (0,) * 4}, "no samples"),
        (Kind.SPARSE_CENTROID, {"words": (1 << 48,) + (0,) * 4}, "beyond the 3"),
        (Kind.SPARSE_CENTROID, {"totals": (0, 0, 0, 1)}, "beyond the 3"),
        (Kind.DENSE_CENTROID, {"bias": -1}, "no bias"),
        (Kind.DENSE_CENTROID, {"words": (0,) * 9}, "lie in 12 words"),
        (Kind.DENSE_CENTROID, {"words": (0,) * 9 + (1, 0, 0)}, "beyond the 3"),
        (Kind.DENSE_CENTROID, {"totals": (1 << 128 | 1, 0, 0, 0)}, "not those of the sums"),
    ],
)
def test_what_is_no_state_is_refused(kind: Kind, change: dict[str, object], says: str) -> None:
    two = KINDS[kind].two_classes
    shape = Shape(
        kind,
        features=17,
        classes=2 if two else 3,
        capacity=2 if two else 4,
        step=int(kind is Kind.SPARSE_PERCEPTRON),
        alpha=int(kind is Kind.NAIVE_BAYES),
    )
    state: State = empty(shape).state()
    with pytest.raises(StateError, match=says):
        restored(shape, replace(state, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"features": 0}, "features is 0"),
        ({"features": 65_537}, "1 to 65,536"),
        ({"classes": 3}, "classes is 3"),
        ({"classes": 0}, "classes is 0"),
        ({"capacity": 3}, "2, 4 or 8 classes"),
        ({"alpha": 0}, "alpha is 0"),
        ({"alpha": 65_536}, "alpha is 65,536"),
        ({"step": 1}, "step is 1"),
        ({"kind": Kind.SPARSE_PERCEPTRON, "alpha": 0}, "step is 0"),
        ({"kind": Kind.SPARSE_PERCEPTRON, "alpha": 0, "step": 256}, "step is 256"),
        ({"kind": Kind.DENSE_PERCEPTRON, "alpha": 0, "capacity": 4}, "room for 2 classes"),
        ({"kind": Kind.DENSE_PERCEPTRON, "alpha": 0, "classes": 1}, "classes is 1"),
        ({"kind": Kind.SPARSE_CENTROID}, "alpha is 16"),
    ],
)
def test_a_model_that_cannot_be(wrong: dict[str, int], says: str) -> None:
    right = {"kind": Kind.NAIVE_BAYES, "features": 1_000, "classes": 2, "capacity": 2, "alpha": 16}
    Shape(**right)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=says):
        Shape(**{**right, **wrong})  # type: ignore[arg-type]
