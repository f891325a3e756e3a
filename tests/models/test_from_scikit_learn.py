"""Models trained with scikit-learn: the same decisions in whole numbers but for what rounding costs, which is shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hyperbounty import extras
from hyperbounty.errors import MissingExtra
from hyperbounty.models.datasets import breast_cancer, digits, mail
from hyperbounty.models.encoders import vocabulary_of
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.kinds.dense_centroid import DenseCentroid
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.sparse_centroid import SparseCentroid
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.scikit_learn import Imported, NotImportable, imported, read_estimator, rounding


def test_neither_scikit_learn_nor_onnx_runtime_is_loaded_before_it_is_asked_for() -> None:
    script = (
        "import sys, hyperbounty.models.scikit_learn, hyperbounty.models.datasets, hyperbounty.models.manifest;"
        "print([name for name in ('sklearn', 'joblib', 'onnxruntime', 'numba', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("load", [breast_cancer, digits])
def test_without_scikit_learn_the_extra_is_named(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    for call in (load, lambda: imported(None)):
        with pytest.raises(MissingExtra) as refusal:
            call()
        assert "hyperbounty[sklearn]" in refusal.value.next_step


# It warns of features that are the same in all samples of a class, and of classes with one sample.
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@pytest.mark.sklearn
class TestWithScikitLearn:
    @pytest.fixture(autouse=True)
    def _needs_it(self) -> None:
        pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install hyperbounty[sklearn]")

    @pytest.fixture
    def words(self) -> tuple[Any, list[int], list[tuple[int, ...]]]:
        """2,000 mails as zeros and ones [mails, 300], their labels, and their samples."""
        mails = mail().part(0, 2_000)
        encode = vocabulary_of(mails.raws, 300).ready(Shape(Kind.SPARSE_CENTROID, 300), None)  # type: ignore[arg-type]
        samples, labels = mails.encoded(encode)
        table = np.zeros((len(samples), 300))
        for row, sample in zip(table, samples, strict=True):
            row[list(sample)] = 1
        return table, labels, samples

    def test_naive_bayes_is_exactly_what_it_was(self, words: Any) -> None:
        from sklearn.naive_bayes import MultinomialNB

        table, labels, samples = words
        estimator = MultinomialNB(alpha=0.5).fit(table, labels)
        made = imported(estimator)
        ours = NaiveBayes(Shape(Kind.NAIVE_BAYES, 300, alpha=8))
        for sample, label in zip(samples, labels, strict=True):
            ours.learn(sample, label)
        assert made.model.state() == ours.state()
        assert made.model.shape == ours.shape
        shown = rounding(estimator, made, table, labels)
        assert shown.differing == 0
        assert shown.before_ppm == shown.after_ppm
        assert str(shown).endswith(f"0 of {len(samples):,} samples differ")

    def test_a_sparse_centroid_decides_as_the_nearest_mean(self, words: Any) -> None:
        from sklearn.neighbors import NearestCentroid

        table, labels, samples = words
        estimator = NearestCentroid().fit(table, labels)
        ours = SparseCentroid(Shape(Kind.SPARSE_CENTROID, 300))
        for sample, label in zip(samples, labels, strict=True):
            ours.learn(sample, label)
        assert [ours.predict(sample) for sample in samples] == estimator.predict(table).tolist()
        shown = rounding(estimator, imported(estimator, samples=60_000), table, labels)
        assert shown.differing <= 2

    def test_a_sparse_perceptron_learns_as_scikit_learns_does(self, words: Any) -> None:
        from sklearn.linear_model import Perceptron

        table, labels, samples = words
        estimator = Perceptron(shuffle=False, max_iter=1, tol=None).fit(table, labels)
        ours = SparsePerceptron(Shape(Kind.SPARSE_PERCEPTRON, 300, step=1), [0] * 300)
        for sample, label in zip(samples, labels, strict=True):
            # At a margin of 0 scikit-learn learns from both labels; here it is class 0, and so right for that one.
            if label == 0 and ours.bias + sum(ours.weights[feature] for feature in sample) == 0:
                ours.bias -= 1
                for feature in sample:
                    ours.weights[feature] -= 1
            else:
                ours.learn(sample, label)
        assert ours.weights == estimator.coef_[0].tolist()
        assert ours.bias == estimator.intercept_[0]
        made = imported(estimator)
        shown = rounding(estimator, made, table, labels)
        assert shown.after_ppm > 900_000
        assert abs(shown.after_ppm - shown.before_ppm) < 5_000
        assert 1 <= made.model.shape.step <= 255

    @pytest.mark.parametrize("load", [breast_cancer, digits])
    def test_dense_models_lose_little_by_rounding(self, load: Any) -> None:
        from sklearn.linear_model import Perceptron, SGDClassifier
        from sklearn.neighbors import NearestCentroid

        data = load()
        table = np.asarray(data.raws)
        for estimator in (
            Perceptron(random_state=0),
            SGDClassifier(loss="log_loss", random_state=0),
            NearestCentroid(),
        ):
            estimator.fit(table, data.labels)
            made = imported(estimator, table)
            shown = rounding(estimator, made, table, data.labels)
            assert shown.samples == len(data)
            assert shown.differing <= len(data) // 100, (estimator, shown)
            made.model.shape.encode(made.sample(data.raws[0]))

    def test_a_dense_centroid_of_whole_values_decides_as_scikit_learns_does(self) -> None:
        from sklearn.neighbors import NearestCentroid

        data = digits()
        ours = DenseCentroid(Shape(Kind.DENSE_CENTROID, 64))
        samples = [tuple(map(int, raw)) for raw in data.raws]
        for sample, label in zip(samples, data.labels, strict=True):
            ours.learn(sample, label)
        estimator = NearestCentroid().fit(np.asarray(data.raws), data.labels)
        assert [ours.predict(sample) for sample in samples] == estimator.predict(np.asarray(data.raws)).tolist()

    def test_classes_keep_their_names_and_get_the_room_that_is_asked_for(self) -> None:
        from sklearn.naive_bayes import MultinomialNB

        table = np.eye(3)
        estimator = MultinomialNB(fit_prior=False).fit(table, ["mouse", "cat", "dog"])
        made = imported(estimator)
        assert made.classes == ("cat", "dog", "mouse")
        assert made.model.shape.capacity == 4
        assert imported(estimator, capacity=8).model.shape.capacity == 8
        assert [made.classes[made.model.predict(made.sample(row))] for row in table.tolist()] == ["mouse", "cat", "dog"]

    def test_numbers_that_are_no_counts_are_scaled_together_with_alpha(self) -> None:
        from sklearn.naive_bayes import MultinomialNB

        source = np.random.default_rng(5)
        table, labels = source.random((200, 20)) * (source.random((200, 20)) < 0.4), source.integers(0, 2, 200)
        estimator = MultinomialNB(alpha=0.01).fit(table * 1e6, labels)
        made = imported(estimator)
        ones = (table > 0).astype(float)
        assert rounding(estimator, made, ones, labels.tolist()).differing == 0

    @pytest.mark.parametrize("what", ["a tree", "unfitted", "three", "metric", "alphas", "negative", "values", "shape"])
    def test_what_cannot_be_imported_is_named(self, what: str) -> None:
        from sklearn.linear_model import Perceptron
        from sklearn.naive_bayes import MultinomialNB
        from sklearn.neighbors import NearestCentroid
        from sklearn.tree import DecisionTreeClassifier

        table, labels = np.eye(3), [0, 1, 2]
        values = None
        if what == "a tree":
            estimator, says = DecisionTreeClassifier(), "DecisionTreeClassifier is no kind"
        elif what == "unfitted":
            estimator, says = Perceptron(), "not learned"
        elif what == "three":
            estimator, says = Perceptron().fit(table, labels), "this has 3"
        elif what == "metric":
            estimator, says = NearestCentroid(metric="manhattan").fit(table, labels), "manhattan"
        elif what == "alphas":
            estimator, says = MultinomialNB(alpha=[1, 2, 3]).fit(table, labels), "another alpha"
        elif what == "negative":
            estimator, says = NearestCentroid().fit(-table, labels), "there or not"
        elif what == "values":
            estimator, says, values = MultinomialNB().fit(table, labels), "no scale", table
        else:
            estimator, says, values = NearestCentroid().fit(table, labels), "2 features", table[:, :2]
        with pytest.raises(NotImportable, match=says):
            imported(estimator, values)

    def test_a_model_is_read_from_the_file_that_joblib_wrote(self, tmp_path: Path) -> None:
        import joblib
        from sklearn.naive_bayes import MultinomialNB

        joblib.dump(MultinomialNB().fit(np.eye(2), [0, 1]), tmp_path / "model.joblib")
        assert imported(read_estimator(tmp_path / "model.joblib")).model.shape.features == 2
        for content in (b"", b"no model"):
            (tmp_path / "other").write_bytes(content)
            with pytest.raises(NotImportable):
                read_estimator(tmp_path / "other")
        with pytest.raises(NotImportable, match="no model"):
            read_estimator(tmp_path / "nothing")

    def test_weights_of_any_size_are_brought_to_the_same(self) -> None:
        from sklearn.linear_model import Perceptron

        table = np.eye(2)
        estimator = Perceptron().fit(table, [0, 1])
        usual = imported(estimator).model.state()
        for size in (1e-250, 1e250):
            estimator.coef_ = estimator.coef_ / np.abs(estimator.coef_).max() * size
            estimator.intercept_ = estimator.intercept_ * 0
            assert imported(estimator).model.state().words == usual.words
        estimator.coef_ = estimator.coef_ * 0
        assert imported(estimator).model.predict([0]) == 0
        estimator.coef_ = np.full((1, 2), 1e-310)
        with pytest.raises(NotImportable, match="which is nothing"):
            imported(estimator)

    def test_without_samples_there_is_nothing_to_compare(self) -> None:
        from sklearn.naive_bayes import MultinomialNB

        estimator = MultinomialNB().fit(np.eye(2), [0, 1])
        made: Imported = imported(estimator)
        with pytest.raises(NotImportable, match="no samples"):
            rounding(estimator, made, np.zeros((2, 2)), [0, 1])
