"""A model as a file predicts what the model predicted, and as one of scikit-learn says the same classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty import extras
from hyperbounty.errors import InvalidInput, ManifestError, MissingExtra
from hyperbounty.models.exported import ExportedModel, read_exported
from hyperbounty.models.kinds import Kind, Shape, empty
from hyperbounty.models.kinds.dense_centroid import SumOutOfRange
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.to_scikit_learn import estimator_of, write_estimator
from tests.models.drawn_models import models, samples

NAMES = tuple("abcdefgh")


@given(st.data())
def test_a_file_holds_the_whole_model(data: st.DataObject) -> None:
    model = data.draw(models())
    shape = model.shape
    file = ExportedModel.of(shape, model.state(), NAMES[: shape.classes])
    found = ExportedModel.parse(file.canonical())
    assert (found.shape, found.state) == (shape, model.state())
    copy = found.model()
    for sample in data.draw(st.lists(samples(shape), max_size=5)):
        assert copy.predict(sample) == model.predict(sample)
        label = data.draw(st.integers(0, shape.classes - 1))
        try:
            model.learn(sample, label)
        except SumOutOfRange:
            with pytest.raises(SumOutOfRange):
                copy.learn(sample, label)
        else:
            copy.learn(sample, label)
    assert copy.state() == model.state()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"features":3', b'"features":30'),
        (b'"features":3', b'"features":0'),
        (b'"capacity":2', b'"capacity":3'),
        (b'"bias":0', b'"bias":1'),
        (b'"words":["0x', b'"words":["0x1'),
        (b'"kind":"naive-bayes"', b'"kind":"oracle"'),
        (b'"kind"', b' "kind"'),
    ],
)
def test_a_file_that_was_changed_is_no_model(tmp_path: Path, was: bytes, becomes: bytes) -> None:
    model = empty(Shape(Kind.NAIVE_BAYES, 3, alpha=16))
    model.learn([0, 2], 1)
    written = ExportedModel.of(model.shape, model.state(), ("a", "b")).canonical()
    path = tmp_path / "model.json"
    path.write_bytes(written)
    assert read_exported(path).model().predict([2]) == 1
    assert was in written
    path.write_bytes(written.replace(was, becomes))
    with pytest.raises(InvalidInput):
        read_exported(path)


def test_a_name_that_hides_something_is_refused() -> None:
    model = empty(Shape(Kind.NAIVE_BAYES, 3, alpha=16))
    with pytest.raises((ManifestError, ValueError), match="may not hold"):
        ExportedModel.of(model.shape, model.state(), ("a", "b\u202e"))


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra):
        estimator_of(empty(Shape(Kind.NAIVE_BAYES, 3, alpha=16)), ("a", "b"))


@pytest.mark.sklearn
class TestWithScikitLearn:
    @pytest.fixture(autouse=True)
    def _needs_it(self) -> None:
        pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install hyperbounty[sklearn]")

    def said(self, estimator: Any, shape: Shape, sample: list[int]) -> str:
        row = np.zeros((1, shape.features))
        if shape.facts.sparse:
            row[0, sample] = 1
        else:
            row[0] = sample
        return str(estimator.predict(row)[0])

    @given(st.data())
    def test_an_estimator_says_the_same_but_for_ties(self, data: st.DataObject) -> None:
        model = data.draw(models().filter(lambda each: any(each.state().totals) or each.shape.facts.two_classes))
        shape = model.shape
        estimator = estimator_of(model, NAMES[: shape.classes])
        for sample in data.draw(st.lists(samples(shape), max_size=5)):
            ours, theirs = model.predict(sample), NAMES.index(self.said(estimator, shape, sample))
            if ours != theirs:
                assert self.is_a_tie(estimator, shape, sample, ours, theirs)

    def is_a_tie(self, estimator: Any, shape: Shape, sample: list[int], ours: int, theirs: int) -> bool:
        """Whether scikit-learn has the two classes for as good as equal."""
        row = np.zeros((1, shape.features))
        row[0, sample if shape.facts.sparse else slice(None)] = 1 if shape.facts.sparse else sample
        if hasattr(estimator, "centroids_"):
            known = [NAMES.index(name) for name in estimator.classes_]
            distances = ((estimator.centroids_ - row) ** 2).sum(axis=1)
            scores = dict(zip(known, distances, strict=True))
            return bool(np.isclose(scores[ours], scores[theirs], rtol=1e-9))
        if hasattr(estimator, "feature_log_prob_"):
            joint = estimator.predict_joint_log_proba(row)[0]
            return bool(np.isclose(joint[ours], joint[theirs], rtol=1e-9))
        return False

    def test_names_that_do_not_tell_classes_apart_become_numbers(self) -> None:
        model = SparsePerceptron(Shape(Kind.SPARSE_PERCEPTRON, 2, step=1), [5, -5])
        assert estimator_of(model, ("same", "same")).predict(np.array([[1, 0]])).tolist() == [1]
        assert estimator_of(model, ("no", "yes")).predict(np.array([[1, 0]])).tolist() == ["yes"]
        with pytest.raises(InvalidInput, match="learned nothing"):
            estimator_of(NaiveBayes(Shape(Kind.NAIVE_BAYES, 2, alpha=16)), ("no", "yes"))

    def test_it_is_written_for_joblib_and_over_nothing(self, tmp_path: Path) -> None:
        import joblib

        model = SparsePerceptron(Shape(Kind.SPARSE_PERCEPTRON, 2, step=1), [5, -5])
        path = tmp_path / "model.joblib"
        write_estimator(estimator_of(model, ("no", "yes")), path)
        assert joblib.load(path).predict(np.array([[0, 1]])).tolist() == ["no"]
        with pytest.raises(FileExistsError):
            write_estimator(estimator_of(model, ("no", "yes")), path)
