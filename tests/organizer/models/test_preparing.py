"""From what a creator says to a model that can be opened: each way to begin, and what is refused with its reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import InvalidInput, ManifestError
from hyperbounty.models.datasets import mail, tic_tac_toe
from hyperbounty.models.encoders import HashedWords, NoEncoder, Scale, Vocabulary
from hyperbounty.models.exported import ExportedModel
from hyperbounty.models.kinds import Kind, Shape, empty, restored
from hyperbounty.models.rules import DAY, TermsError
from hyperbounty.store import EmbeddedStore
from organizer.models.preparing import Prepared, prepare
from organizer.models.settings import ModelSettings, Pricing

PRICING = Pricing(weight=10**15)
TEXTS = "text,label\nfree money,spam\nthe meeting,ham\nfree lunch money,spam\nmeeting report,ham\nmoney,spam\n"


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "store")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "texts.csv"
    path.write_text(TEXTS)
    return path


def prepared(store: EmbeddedStore, **given: Any) -> Prepared:
    return prepare(ModelSettings(**{"name": "Mine", **given}), PRICING, store)


def refusal(store: EmbeddedStore, **given: Any) -> str:
    with pytest.raises((InvalidInput, ManifestError)) as refused:
        prepared(store, **given)
    return str(refused.value)


def test_mails_are_learned_but_for_a_fifth_that_it_is_measured_on(store: EmbeddedStore) -> None:
    made = prepared(store, kind="naive-bayes", data="mail", features=200)
    mails = mail()
    baseline = made.manifest.baseline
    assert baseline is not None
    assert made.learned + baseline.samples <= len(mails)
    assert baseline.samples == pytest.approx(len(mails) / 5, rel=0.02)
    assert (baseline.accuracy_ppm > 880_000, baseline.source) == (True, mails.source)
    assert made.offer.shape == Shape(Kind.NAIVE_BAYES, 200, 2, 2, alpha=16)
    assert isinstance(made.manifest.encoder, Vocabulary)
    # What the manifest says, its reader finds: the words come from what was learned, not from what it was measured on.
    encode = made.manifest.encode(made.offer.shape, store)
    model = restored(made.offer.shape, made.offer.state)
    samples, labels = mails.part(len(mails) - len(mails) // 5, len(mails)).encoded(encode)
    right = sum(model.predict(sample) == label for sample, label in zip(samples, labels, strict=True))
    assert right * 1_000_000 // len(samples) == baseline.accuracy_ppm


def test_the_same_settings_come_to_the_same_model(store: EmbeddedStore, table: Path) -> None:
    given: dict[str, Any] = {"kind": "sparse-perceptron", "samples": table}
    assert prepared(store, **given) == prepared(store, **given)


@pytest.mark.parametrize("kind", ["dense-perceptron", "dense-centroid"])
def test_numbers_are_scaled_by_what_was_learned(store: EmbeddedStore, kind: str) -> None:
    made = prepared(store, kind=kind, data="tic-tac-toe")
    assert isinstance(made.manifest.encoder, Scale)
    assert (made.offer.shape.features, made.manifest.classes) == (9, tic_tac_toe().classes)
    assert len(made.manifest.encoder.factors) == (1 if kind == "dense-centroid" else 9)
    assert made.manifest.baseline is not None
    assert made.manifest.baseline.accuracy_ppm > 500_000


def test_of_numbers_a_sparse_model_takes_those_that_are_not_zero(store: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("fever,cough,label\n1,0,ill\n0,1,well\n1,1,ill\n0,2,well\n1,0,ill\n")
    made = prepared(store, kind="naive-bayes", samples=path, test=1, pretrain=4)
    assert (made.manifest.feature_names, made.manifest.encoder) == (("fever", "cough"), NoEncoder())
    model = restored(made.offer.shape, made.offer.state)
    assert [made.manifest.classes[model.predict([place])] for place in (0, 1)] == ["ill", "well"]


def test_a_table_of_texts_names_its_classes_in_the_order_of_the_alphabet_or_as_they_are_given(
    store: EmbeddedStore, table: Path
) -> None:
    assert prepared(store, kind="naive-bayes", samples=table).manifest.classes == ("ham", "spam")
    given = ("spam", "ham", "other")
    made = prepared(store, kind="naive-bayes", samples=table, classes=given)
    assert (made.manifest.classes, made.offer.shape.classes, made.offer.shape.capacity) == (given, 3, 4)
    assert "which is none of spam" in refusal(store, kind="naive-bayes", samples=table, classes=("spam",))


def test_a_model_that_knows_nothing(store: EmbeddedStore) -> None:
    made = prepared(
        store, kind="naive-bayes", classes=("no", "yes"), capacity=4, encoder="murmur3-words", features=64, seed=7
    )
    assert made.manifest.encoder == HashedWords(seed=7, modulus=64)
    assert made.offer.state == empty(made.offer.shape).state()
    assert made.manifest.baseline is None
    assert made.offer.shape.capacity == 4
    dense = prepared(store, kind="dense-perceptron", classes=("no", "yes"), features=3)
    assert dense.manifest.encoder == NoEncoder()


def test_an_encoder_is_given_whole(store: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "encoder.json"
    path.write_text(json.dumps({"kind": "vocabulary", "words": ["free", "money"]}))
    made = prepared(store, kind="naive-bayes", classes=("ham", "spam"), encoder_file=path)
    assert (made.offer.shape.features, made.manifest.encoder) == (2, Vocabulary(words=("free", "money")))
    path.write_text('{"kind": "vocabulary", "words": []}')
    assert "encoder.json is no encoder" in refusal(
        store, kind="naive-bayes", classes=("ham", "spam"), encoder_file=path
    )
    assert "cannot be read" in refusal(store, kind="naive-bayes", classes=("a", "b"), encoder_file=tmp_path / "none")


def test_a_model_that_was_exported_begins_with_what_it_was(store: EmbeddedStore, table: Path, tmp_path: Path) -> None:
    first = prepared(store, kind="sparse-perceptron", samples=table, step=9)
    offer = first.offer
    path = tmp_path / "exported.json"
    path.write_bytes(ExportedModel.of(offer.shape, offer.state, first.manifest.classes, first.manifest).canonical())
    again = prepared(store, state=path)
    assert (again.offer.shape, again.offer.state) == (offer.shape, offer.state)
    assert again.manifest.encoder == first.manifest.encoder
    assert prepared(store, state=path, step=3).offer.shape.step == 3
    assert "beside state, kind says nothing" in refusal(store, state=path, kind="naive-bayes")
    path.write_bytes(path.read_bytes().replace(b"0x", b"0y", 1))
    assert "exported.json" in refusal(store, state=path)


def test_what_cannot_be_is_said_with_what_to_do(store: EmbeddedStore, table: Path) -> None:
    wrongs: list[tuple[str, dict[str, Any]]] = [
        ("what kind of model", {}),
        ("which classes", {"kind": "naive-bayes"}),
        ("how many features", {"kind": "naive-bayes", "classes": ("a", "b")}),
        ("texts, which no dense-perceptron takes", {"kind": "dense-perceptron", "samples": table}),
        ("does not go with texts", {"kind": "naive-bayes", "samples": table, "encoder": "none"}),
        ("not enough to learn from", {"kind": "naive-bayes", "samples": table, "pretrain": 5}),
        ("without an example to learn from", {"kind": "naive-bayes", "samples": table, "pretrain": 0}),
        (
            "nothing says what the encoder scale",
            {"kind": "dense-perceptron", "classes": ("a", "b"), "encoder": "scale"},
        ),
        ("step is 5", {"kind": "naive-bayes", "classes": ("a", "b"), "features": 3, "step": 5}),
        ("room for 2, 4 or 8", {"kind": "naive-bayes", "classes": ("a", "b"), "features": 3, "capacity": 5}),
        ("two classes have the same name", {"kind": "naive-bayes", "classes": ("a", "a"), "features": 3}),
        ("has 2 classes, and 1 are named", {"kind": "naive-bayes", "data": "mail", "classes": ("a",)}),
        ("beside samples, data says nothing", {"kind": "naive-bayes", "data": "mail", "samples": table}),
    ]
    for said, given in wrongs:
        assert said in refusal(store, **given), given


def test_waits_are_checked_before_anything_is_read(store: EmbeddedStore, tmp_path: Path) -> None:
    pricing = replace(PRICING, refund_wait=10 * DAY)
    with pytest.raises(TermsError, match="owner wait"):
        prepare(ModelSettings(name="Mine", estimator=tmp_path / "none"), pricing, store)
    assert PRICING.terms().any_wait == 9 * DAY
    points = Pricing(weight=0, min_interval=60)
    assert (points.terms().in_points, points.terms().floor_shift) == (True, 0)


def test_nobody_reads_a_program_unasked(store: EmbeddedStore, tmp_path: Path) -> None:
    asked = []

    def refuse(path: Path) -> None:
        asked.append(path)
        raise InvalidInput("no")

    (tmp_path / "model.joblib").write_bytes(b"program")
    settings = ModelSettings(name="Mine", estimator=tmp_path / "model.joblib")
    with pytest.raises(InvalidInput, match="no"):
        prepare(settings, PRICING, store, on_estimator=refuse)
    assert asked == [tmp_path / "model.joblib"]


@pytest.mark.sklearn
class TestWithScikitLearn:
    @pytest.fixture(autouse=True)
    def _needs_it(self) -> None:
        pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install hyperbounty[sklearn]")

    def written(self, estimator: Any, tmp_path: Path) -> Path:
        import joblib

        joblib.dump(estimator, tmp_path / "model.joblib")
        return tmp_path / "model.joblib"

    def test_the_loss_of_rounding_is_shown_and_stands_in_the_manifest(
        self, store: EmbeddedStore, tmp_path: Path
    ) -> None:
        import numpy as np
        from sklearn.linear_model import Perceptron

        from hyperbounty.models.datasets import breast_cancer

        data = breast_cancer()
        path = self.written(Perceptron(random_state=0).fit(np.asarray(data.raws), data.labels), tmp_path)
        made = prepared(store, estimator=path, data="breast-cancer", test=100)
        assert made.rounding is not None
        assert (made.rounding.samples, made.offer.shape.kind) == (100, Kind.DENSE_PERCEPTRON)
        assert made.manifest.baseline is not None
        assert made.manifest.baseline.accuracy_ppm == made.rounding.after_ppm
        assert made.manifest.classes == data.classes
        # Without examples there is nothing to scale by, and it is taken for a sparse one.
        assert prepared(store, estimator=path).offer.shape.kind is Kind.SPARSE_PERCEPTRON
        assert "not a naive-bayes" in refusal(store, estimator=path, kind="naive-bayes")

    def test_texts_need_the_encoder_that_it_learned_with(
        self, store: EmbeddedStore, table: Path, tmp_path: Path
    ) -> None:
        import numpy as np
        from sklearn.naive_bayes import MultinomialNB

        estimator = MultinomialNB().fit(np.eye(2), ["ham", "spam"])
        path = self.written(estimator, tmp_path)
        assert "which words" in refusal(store, estimator=path, samples=table)
        encoder = tmp_path / "encoder.json"
        encoder.write_text(json.dumps({"kind": "vocabulary", "words": ["meeting", "money"]}))
        made = prepared(store, estimator=path, samples=table, encoder_file=encoder)
        assert made.rounding is not None
        assert (made.rounding.after_ppm, made.rounding.samples) == (1_000_000, 5)
        strange = self.written(MultinomialNB().fit(np.eye(2), ["x", "y"]), tmp_path)
        assert "the estimator knows the classes x, y" in refusal(
            store, estimator=strange, samples=table, encoder_file=encoder
        )
