"""The manifest of a model is a stranger's: what is missing, wrong or hostile is said, and readers go on without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.errors import ContentNotFound, ManifestError
from hyperbounty.models.class_names import ClassNames, LabelError, class_names
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.kinds import Kind, Shape, empty
from hyperbounty.models.manifest import fetch_manifest
from hyperbounty.models.published import fetch_published, read_published
from hyperbounty.models.samples import LabelOutOfRange
from hyperbounty.models.show.listing import list_models, read_names
from hyperbounty.models.show.model import look_at
from hyperbounty.models.types import Offer
from hyperbounty.store import EmbeddedStore
from tests.models.models_on_chain import CREATOR, NAMES, SHAPE, TERMS, manifest_of_words, open_model


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "store")


def test_a_model_shows_its_names_or_why_it_has_none(store: EmbeddedStore) -> None:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        contract = ModelsContract.at(chain, deployed.address)
        good = open_model(contract, store)
        missing = open_model(contract, digest=b"\x08" * 32)
        noise = open_model(contract, digest=store.add_block(b"\x1b[2J no manifest").digest)
        other = manifest_of_words(encoder={"kind": "murmur3-words", "seed": 0, "modulus": 5})
        misfit = open_model(contract, store, manifest=other)
        three = open_model(contract, store, manifest=manifest_of_words(classes=("a", "b", "c")))

        facts = [look_at(contract, store, number) for number in range(1, 6)]
        assert [each.name for each in facts] == ["Spam or ham", "", "", "", ""]
        assert facts[0].names.names == NAMES
        assert facts[1].names.shown(1) == "class 1"
        assert [bool(each.published.reason) for each in facts] == [False, True, True, True, True]
        assert all("not known" in " ".join(each.cautions) for each in facts[1:])
        assert facts[3].json()["model_document"] is None
        assert facts[0].price(10) == contract.price(good, 10)

        with pytest.raises(ContentNotFound):
            fetch_published(store, missing)
        for model in (noise, misfit, three):
            with pytest.raises(ManifestError):
                read_published(store, model).required()
        listed = list_models(contract)
        assert [each.model.number for each in listed] == [1, 2, 3, 4, 5]
        assert read_names(lambda: store, [each.model for each in listed])[1] == "Spam or ham"


def test_a_draft_has_no_manifest_yet(store: EmbeddedStore) -> None:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        contract = ModelsContract.at(chain, deployed.address)
        contract.open(CREATOR, Offer(SHAPE, TERMS, empty(SHAPE).state()))
        assert "draft" in look_at(contract, store, 1).published.reason


def test_a_class_that_was_added_later_counts_as_later(store: EmbeddedStore) -> None:
    shape = Shape(Kind.NAIVE_BAYES, 4, 2, 4, alpha=16)
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        contract = ModelsContract.at(chain, deployed.address)
        model = open_model(contract, store, shape=shape)
        contract.add_class(CREATOR, model.number, "a\u202eb\u200b\x1b[2J" + "🚀" * 200)
        facts = look_at(contract, store, model.number)
        assert facts.names.names[:2] == NAMES
        assert facts.names.names[2].isprintable()
        assert facts.names.names[2].startswith("a\\u202eb\\u200b\\x1b[2J")
        assert len(facts.names.names[2]) < 120


def test_a_label_is_a_name_or_a_number_and_never_another_class() -> None:
    names = ClassNames(("ham", "spam", "", "0", "#1", "ham"))
    assert [names.label(text) for text in ("spam", " spam ", "2", "#3", "5", "#1", "#0")] == [1, 1, 2, 3, 5, 1, 0]
    for text in ("ham", "0"):
        with pytest.raises(LabelError, match="more than one"):
            names.label(text)
    with pytest.raises(LabelError, match="no class"):
        names.label("Spam")
    for text in ("6", "#6", "9" * 5_000):
        with pytest.raises(LabelOutOfRange):
            names.label(text)
    digits = ClassNames(("3", "8"))
    assert (digits.label("3"), digits.label("8")) == (0, 1)
    assert digits.label("0") == 0
    with pytest.raises(LabelError, match="no class '٣'"):
        digits.label("٣")


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\x00", "\n"])
def test_a_manifest_with_hidden_characters_is_none(store: EmbeddedStore, hidden: str) -> None:
    data = manifest_of_words().canonical().replace(b"Spam or ham", f"Spam{hidden}ham".encode())
    digest = store.add_block(data).digest
    with pytest.raises(ManifestError):
        fetch_manifest(store, digest)


def test_two_hundred_emoji_are_a_name_and_are_numbered() -> None:
    made = manifest_of_words(classes=("🚀" * 60, "spam"), name="🚀" * 200)
    names = class_names(2, made)
    assert names.numbered(0) == f"{'🚀' * 60} (class 0)"
    assert class_names(3, None, ["one"]).names == ("", "", "one")
