"""From scikit-learn to the chain: what was trained there is said there, of texts that strangers give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.datasets import mail
from hyperbounty.models.encoders import vocabulary_of
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.manifest import Baseline, fetch_manifest, manifest_of, pin_manifest
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.scikit_learn import imported, rounding
from hyperbounty.models.types import Offer
from hyperbounty.store import EmbeddedStore

CREATOR, ADA = development_account(0), development_account(1)
WORDS = 200


@pytest.mark.heavy
@pytest.mark.sklearn
@pytest.mark.parametrize("name", ["Perceptron", "MultinomialNB", "NearestCentroid"])
def test_a_model_of_mails_is_opened_and_asked_by_a_stranger(name: str, tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install hyperbounty[sklearn]")
    from sklearn.linear_model import Perceptron
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.neighbors import NearestCentroid

    estimator = {"Perceptron": Perceptron, "MultinomialNB": MultinomialNB, "NearestCentroid": NearestCentroid}[name]()
    mails, asked = mail().part(0, 1_000), mail().part(5_000, 5_060)
    vocabulary = vocabulary_of(map(str, mails.raws), WORDS)
    store = EmbeddedStore(tmp_path)
    encode = vocabulary.ready(Shape(Kind.SPARSE_CENTROID, WORDS), store)
    samples, labels = mails.encoded(encode)
    table = np.zeros((len(samples), WORDS))
    for row, sample in zip(table, samples, strict=True):
        row[list(sample)] = 1
    estimator.fit(table, labels)

    made = imported(estimator)
    shown = rounding(estimator, made, table, labels)
    manifest = manifest_of(
        {
            "name": "Spam",
            "classes": mails.classes,
            "encoder": vocabulary,
            "baseline": Baseline(accuracy_ppm=shown.after_ppm, samples=shown.samples, source=mails.source),
        }
    )
    terms = Terms(weight=10**15, floor_shift=10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        contract = ModelsContract.at(chain, deployed.address)
        state = made.model.state()
        number, _ = contract.open(CREATOR, Offer(made.model.shape, terms, state))
        for first, words in parts(state.words):
            contract.upload(CREATOR, number, first, words)
        contract.publish(CREATOR, number, pin_manifest(store, manifest).digest)

        # A stranger has the number of the model, the chain and the store, and nothing else.
        model = contract.model(number)
        found = fetch_manifest(store, model.manifest)
        found.check(model.shape, model.shape.classes)
        texts, right = asked.encoded(found.encode(model.shape, store))
        said = contract.predict(model, texts)
        assert said == [made.model.predict(sample) for sample in texts]
        assert sum(one == other for one, other in zip(said, right, strict=True)) >= 0.8 * len(right)
