"""The manifest of a model: one form, one digest, and hostile content is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hyperbounty.errors import ManifestError
from hyperbounty.models.encoders import HashedWords, NoEncoder, Scale, Vocabulary
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.manifest import (
    MAX_BYTES,
    Baseline,
    ModelManifest,
    fetch_manifest,
    manifest_of,
    pin_manifest,
)
from hyperbounty.store import Cid, EmbeddedStore

SHAPE = Shape(Kind.NAIVE_BAYES, features=1_000, alpha=16)
FIELDS: dict[str, object] = {
    "name": "Spam",
    "about": "Is a mail wanted?",
    "classes": ("ham", "spam"),
    "encoder": HashedWords(seed=0, modulus=1_000),
    "baseline": Baseline(accuracy_ppm=912_000, samples=1_046, source="mails of 2002"),
}


def manifest(**changes: object) -> ModelManifest:
    return manifest_of({**FIELDS, **changes})


@pytest.mark.parametrize(
    "encoder",
    [
        NoEncoder(),
        Scale(offsets=(0.1, -2.5e-7), factors=(1e20,)),
        Vocabulary(words=("free", "ärger", "日本語")),
        HashedWords(seed=2**32 - 1, modulus=65_536),
        {
            **{"kind": "onnx", "file": str(Cid.raw(b"file")), "input": "x", "input_shape": (1, 3), "output": "y"},
            "factors": (1.0,),
        },
    ],
)
def test_a_manifest_survives_its_bytes_and_the_store(encoder: object, tmp_path: Path) -> None:
    made = manifest(encoder=encoder)
    assert ModelManifest.parse(made.canonical()) == made
    store = EmbeddedStore(tmp_path)
    cid = pin_manifest(store, made)
    assert cid.digest == made.digest()
    assert fetch_manifest(store, made.digest()) == made


def test_what_is_not_the_canonical_form_is_refused() -> None:
    written = manifest().canonical()
    with pytest.raises(ManifestError, match="not in canonical form"):
        ModelManifest.parse(json.dumps(json.loads(written), indent=1).encode())
    with pytest.raises(ManifestError, match="invalid"):
        ModelManifest.parse(written[:-1])
    assert manifest(name="Other").digest() != manifest().digest()


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": " Spam"},
        {"name": "Spam\u202e"},
        {"name": "a\nb"},
        {"name": "x" * 201},
        {"about": "see \x1b[2J"},
        {"about": "x" * 2_001},
        {"classes": ()},
        {"classes": ("ham", "ham")},
        {"classes": ("ham", "sp\u200bam")},
        {"classes": tuple(map(str, range(9)))},
        {"classes": ("ham", "x" * 61)},
        {"feature_names": ("a", "a")},
        {"encoder": {"kind": "python", "code": "import os"}},
        {"encoder": {"kind": "murmur3-words", "seed": -1, "modulus": 10}},
        {"encoder": {"kind": "murmur3-words", "seed": 0, "modulus": 65_537}},
        {"encoder": {"kind": "vocabulary", "words": ["<script>"]}},
        {"encoder": {"kind": "scale", "offsets": [], "factors": [1.0]}},
        {"encoder": {"kind": "onnx", "file": "../../etc/passwd", "input": "x", "output": "y", "factors": [1.0]}},
        {"baseline": {"accuracy_ppm": 1_000_001, "samples": 1, "source": "mine"}},
        {"owner": "me"},
        {"format": "hyperbounty/model/2"},
    ],
)
def test_hostile_content_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ManifestError) as refusal:
        manifest(**change)
    assert refusal.value.what.isprintable()
    assert refusal.value.next_step


def test_a_manifest_that_is_no_single_block_is_refused_by_who_writes_it() -> None:
    words = tuple(f"{number:018}" for number in range(60_000))
    with pytest.raises(ManifestError, match=f"can have {MAX_BYTES:,}"):
        manifest(encoder=Vocabulary(words=words))


def test_another_document_under_the_digest_is_refused(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    for data in (b"{}", b"", b"[" * 100_000, b"\xff" * MAX_BYTES):
        with pytest.raises(ManifestError):
            fetch_manifest(store, store.add_block(data).digest)


def test_a_manifest_belongs_to_a_model() -> None:
    manifest().check(SHAPE, 2)
    manifest(feature_names=tuple(f"word {number}" for number in range(1_000))).check(SHAPE, 2)
    with pytest.raises(ManifestError, match="names 2 classes, and the model began with 3"):
        manifest().check(SHAPE, 3)
    with pytest.raises(ManifestError, match="1 features of 1,000"):
        manifest(feature_names=("one",)).check(SHAPE, 2)
    with pytest.raises(ManifestError, match="modulus is 10"):
        manifest(encoder=HashedWords(seed=0, modulus=10)).check(SHAPE, 2)


def test_the_encoder_of_a_manifest_makes_samples(tmp_path: Path) -> None:
    encode = manifest().encode(SHAPE, EmbeddedStore(tmp_path))
    assert SHAPE.encode(encode("Free money"))
    with pytest.raises(ManifestError, match="modulus is 10"):
        manifest(encoder=HashedWords(seed=0, modulus=10)).encode(SHAPE, EmbeddedStore(tmp_path))
