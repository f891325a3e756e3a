"""Encoders: the same features on every machine, whatever text comes, and an error for what is no sample."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hyperbounty.errors import ManifestError
from hyperbounty.models.encoders import HashedWords, NoEncoder, Scale, Vocabulary, words_of
from hyperbounty.models.encoders.encoder import Encode, Encoder
from hyperbounty.models.encoders.murmur import murmur3_32
from hyperbounty.models.encoders.words import MAX_TEXT
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.samples import FeatureOutOfRange, NoFeatures, NotIncreasing, SampleError, ValueOutOfRange
from hyperbounty.store import EmbeddedStore
from hyperbounty.texts import first_hidden

# A browser's encoder is held to the same file.
WORDS = json.loads((Path(__file__).parent / "words_of_texts.json").read_text())
SPARSE = Shape(Kind.SPARSE_PERCEPTRON, features=4, step=1)
DENSE = Shape(Kind.DENSE_PERCEPTRON, features=2)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path)


def ready(encoder: Encoder, shape: Shape, store: EmbeddedStore) -> Encode:
    encoder.check(shape)
    return encoder.ready(shape, store)


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_a_text_is_cut_into_its_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_words_of_any_text_are_words_themselves_and_hide_nothing(text: str) -> None:
    for word in words_of(text):
        assert words_of(word) == [word]
        word.encode()  # no surrogates
        assert not any(first_hidden(c) for c in word if c in "\u200b\u202e\u2066\ufeff\u00ad")
    assert words_of(text + "\u202e") == words_of(text)
    assert words_of("\u200b".join(text)) == words_of(text)


def test_each_character_is_treated_alike_in_every_python() -> None:
    digest = hashlib.sha256()
    for start in range(0, 0x110000, 0x10000):
        text = "|".join(map(chr, range(start, start + 0x10000)))
        digest.update(" ".join(words_of(text)).encode())
    assert digest.hexdigest() == "beb3a976b7ed9966c78b92b61503795407f2df3360ee8489110cf6ed277c9c8e"


def test_a_text_that_is_too_long_is_refused() -> None:
    assert words_of("a" * MAX_TEXT) == ["a" * MAX_TEXT]
    with pytest.raises(SampleError, match="1,000,001 characters"):
        words_of("a" * (MAX_TEXT + 1))


# From https://github.com/aappleby/smhasher and its ports.
@pytest.mark.parametrize(
    ("data", "seed", "expected"),
    [
        (b"", 0, 0),
        (b"", 1, 0x514E28B7),
        (b"", 0xFFFFFFFF, 0x81F16F39),
        (b"\xff\xff\xff\xff", 0, 0x76293B50),
        (b"!Ce\x87", 0, 0xF55B516B),
        (b"!Ce\x87", 0x5082EDEE, 0x2362F9DE),
        (b"!Ce", 0, 0x7E4A8634),
        (b"!C", 0, 0xA0F7B07A),
        (b"!", 0, 0x72661CF4),
        (b"\x00\x00\x00\x00", 0, 0x2362F9DE),
        (b"\x00", 0, 0x514E28B7),
        (b"aaaa", 0x9747B28C, 0x5A97808A),
        (b"Hello, world!", 0x9747B28C, 0x24884CBA),
        ("ππππππππ".encode(), 0x9747B28C, 0xD58063C1),
        (b"The quick brown fox jumps over the lazy dog", 0x9747B28C, 0x2FA826CD),
    ],
)
def test_murmurhash3(data: bytes, seed: int, expected: int) -> None:
    assert murmur3_32(data, seed) == expected


def test_a_vocabulary_names_the_words_that_it_has_once_and_in_order(store: EmbeddedStore) -> None:
    encode = ready(Vocabulary(words=("money", "free", "ärger", "meeting")), SPARSE, store)
    assert encode("Free, FREE money \u202efor nothing") == (0, 1)
    assert encode("ÄR\u200bGER") == (2,)
    for text in ("", "nothing of it", "\u202e\u200b"):
        with pytest.raises(NoFeatures, match="no word of the text"):
            encode(text)
    with pytest.raises(SampleError, match="takes a text"):
        encode([1, 2])


@pytest.mark.parametrize("word", ["Free", "two words", "", "a\u200bb", "\u202e", "it'", "it’s", "é\ud800", "x" * 101])
def test_a_vocabulary_has_no_word_that_no_text_has(word: str) -> None:
    with pytest.raises(ValidationError):
        Vocabulary(words=("good", word))
    with pytest.raises(ValidationError, match="twice"):
        Vocabulary(words=("good", "good"))


def test_hashed_words_are_hashes_modulo_the_features(store: EmbeddedStore) -> None:
    shape = Shape(Kind.NAIVE_BAYES, features=1_000, alpha=16)
    encode = ready(HashedWords(seed=7, modulus=1_000), shape, store)
    words = ["spam", "ärger", "日本語"]
    expected = tuple(sorted({murmur3_32(word.encode(), 7) % 1_000 for word in words}))
    assert encode(" ".join(words)) == encode("SPAM Ärger ärger 日本語!") == expected
    with pytest.raises(NoFeatures, match="the text has no words"):
        encode("\u202e!?")


@given(st.text(min_size=1))
def test_any_text_with_a_word_is_a_sample_of_hashed_words(text: str) -> None:
    shape = Shape(Kind.SPARSE_CENTROID, features=10)
    encode = HashedWords(seed=0, modulus=10).ready(shape, None)  # type: ignore[arg-type]  # it needs no store
    if words_of(text):
        shape.encode(encode(text))
    else:
        with pytest.raises(NoFeatures):
            encode(text)


def test_no_encoder_takes_features_that_the_model_takes(store: EmbeddedStore) -> None:
    sparse, dense = ready(NoEncoder(), SPARSE, store), ready(NoEncoder(), DENSE, store)
    assert sparse([0, 3.0]) == (0, 3)
    assert dense([-5, 2**15 - 1]) == (-5, 2**15 - 1)
    with pytest.raises(NotIncreasing):
        sparse([3, 0])
    with pytest.raises(FeatureOutOfRange):
        sparse([4])
    with pytest.raises(ValueOutOfRange):
        dense([0, 2**15])
    for wrong in ([0.5, 1], [float("nan"), 1], [float("inf"), 1]):
        with pytest.raises(SampleError, match="no whole number"):
            dense(wrong)
    with pytest.raises(SampleError, match="value 1 is no number"):
        dense([1, "2"])  # type: ignore[arg-type]
    with pytest.raises(SampleError, match="value 0 is no number"):
        dense([True, 2])
    with pytest.raises(SampleError, match="not a text"):
        dense("1 2")


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), min_size=2, max_size=2),
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
)
def test_scaled_values_are_int16_and_the_nearest_to_what_was_meant(
    values: list[float], offset: float, factor: float
) -> None:
    encode = Scale(offsets=(offset,), factors=(factor, factor)).ready(DENSE, None)  # type: ignore[arg-type]
    try:
        sample = encode(values)
    except SampleError:
        assert any(abs(float(value)) > 1e300 for value in values if abs(value) < 10**400)
        return
    DENSE.encode(sample)
    for value, scaled in zip(values, sample, strict=True):
        meant = (float(value) - offset) * factor
        assert abs(min(max(meant, -(2**15)), 2**15 - 1) - scaled) <= 0.5 + 1e-9


def test_halves_are_rounded_upwards_and_what_is_too_large_is_kept_in_int16(store: EmbeddedStore) -> None:
    encode = ready(Scale(offsets=(0.0, 1.0), factors=(2.0,)), DENSE, store)
    assert encode([0.25, 0.75]) == (1, 0)
    assert encode([-0.25, 0.25]) == (0, -1)
    assert encode([1e9, -1e9]) == (2**15 - 1, -(2**15))
    for value in (float("nan"), float("inf"), 10**400):
        with pytest.raises(SampleError, match="value 1 is not finite"):
            encode([0, value])
    with pytest.raises(SampleError, match="3 values"):
        encode([1, 2, 3])


@pytest.mark.parametrize(
    ("encoder", "shape", "says"),
    [
        (Scale(offsets=(0.0,), factors=(1.0,)), SPARSE, "takes active features"),
        (Scale(offsets=(0.0,) * 3, factors=(1.0,)), DENSE, "3 offsets for 2 features"),
        (Vocabulary(words=("a", "b")), DENSE, "takes values"),
        (Vocabulary(words=("a", "b")), SPARSE, "2 words for 4 features"),
        (HashedWords(seed=0, modulus=2), DENSE, "takes values"),
        (HashedWords(seed=0, modulus=5), SPARSE, "modulus is 5"),
    ],
)
def test_an_encoder_that_does_not_fit_the_model(encoder: Encoder, shape: Shape, says: str) -> None:
    with pytest.raises(ManifestError, match=says):
        encoder.check(shape)


def test_scales_of_two_lengths_are_none() -> None:
    with pytest.raises(ValidationError, match="2 offsets, and 3 factors"):
        Scale(offsets=(0.0, 1.0), factors=(1.0, 2.0, 3.0))
    with pytest.raises(ValidationError):
        Scale(offsets=(float("nan"),), factors=(1.0,))
