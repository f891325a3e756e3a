"""Samples that the browser makes beside those of the encoders in Python: the bytes that are signed are the same."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, Final

import pytest

from hyperbounty.errors import HyperbountyError
from hyperbounty.models.encoders import AnyEncoder, HashedWords, NoEncoder, Scale, Vocabulary, words_of
from hyperbounty.models.encoders.murmur import murmur3_32
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.store import open_store
from hyperbounty.texts import escaped
from tests.web.wallet.modules import NODE, answers

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(NODE is None, reason="no node on the PATH")]

EXAMPLES: Final = json.loads((Path(__file__).parents[2] / "models" / "words_of_texts.json").read_text())
SPARSE: Final = Shape(Kind.SPARSE_PERCEPTRON, features=500, step=1)
DENSE: Final = Shape(Kind.DENSE_CENTROID, features=3)
# Every character by itself between two letters, and a few together; halves of pairs are no characters.
_LAST: Final = 0x10FFFF
_HALVES: Final = range(0xD800, 0xE000)


def texts(count: int) -> list[str]:
    draw = random.Random(17)
    common = "abcXYZ '’09\u00ad\u200b\u0130\u03a3ßé\u1e9e中あ한\ufeff.,!\n"
    found = []
    for _ in range(count):
        letters = [
            draw.choice(common) if draw.random() < 0.8 else chr(_character(draw)) for _ in range(draw.randint(0, 60))
        ]
        found.append("".join(letters))
    return found


def _character(draw: random.Random) -> int:
    while (code := draw.randint(0, draw.choice((0x5FF, 0x2FFF, 0xFFFF, _LAST)))) in _HALVES:
        pass
    return code


def test_every_character_is_cut_alike(tmp_path: Path) -> None:
    codes = [code for code in range(_LAST + 1) if code not in _HALVES]
    parts = [codes[start : start + 10_000] for start in range(0, len(codes), 10_000)]
    said = ["|".join(f"a{chr(code)}b" for code in part) for part in parts]
    given = answers(tmp_path, [["models/encoding.js", "wordsOf", text] for text in said])
    for text, words in zip(said, given, strict=True):
        assert words == words_of(text)


def test_texts_are_cut_alike(tmp_path: Path) -> None:
    said = (
        [*(example["text"] for example in EXAMPLES["texts"]), *texts(1_000)]
        if isinstance(EXAMPLES, dict)
        else texts(1_000)
    )
    given = answers(tmp_path, [["models/encoding.js", "wordsOf", text] for text in said])
    assert given == [words_of(text) for text in said]


def test_words_have_the_same_hashes(tmp_path: Path) -> None:
    draw = random.Random(3)
    asked = [(text, draw.choice((0, 1, 2**31, 2**32 - 1))) for text in texts(1_000)]
    given = answers(tmp_path, [["models/encoding.js", "murmur", text, seed] for text, seed in asked])
    assert given == [murmur3_32(text.encode(), seed) for text, seed in asked]


def encoders() -> list[tuple[AnyEncoder, Shape]]:
    # A manifest has none that nobody can read.
    found = {word for text in texts(300) for word in words_of(text) if len(word) < 40 and escaped(word) == word}
    words = sorted(found)[:500]
    sparse = Shape(Kind.SPARSE_PERCEPTRON, features=len(words), step=1)
    return [
        (Vocabulary(words=tuple(words)), sparse),
        (HashedWords(seed=9, modulus=500), SPARSE),
        (NoEncoder(), SPARSE),
        (NoEncoder(), DENSE),
        (Scale(offsets=(0.25, -3.0, 1e6), factors=(17.0,)), DENSE),
        (Scale(offsets=(0.0,), factors=(1.5, -0.001, 1e4)), DENSE),
    ]


def raws(encoder: AnyEncoder) -> list[str]:
    if isinstance(encoder, Vocabulary | HashedWords):
        return texts(150)
    draw = random.Random(8)
    found = ["", "1", "3,2", "2,2", "499", "500", "-1,0,1", "1.5,2,3", "x", "1 2 3", "40000,0,0", "0;1;2"]
    for _ in range(150):
        numbers = [draw.choice((draw.randint(-9, 600), draw.uniform(-5e4, 5e4))) for _ in range(draw.choice((1, 3, 3)))]
        found.append(", ".join(map(repr, sorted(numbers) if draw.random() < 0.5 else numbers)))
    return found


@pytest.mark.parametrize("place", range(6))
def test_samples_have_the_same_bytes(tmp_path: Path, place: int) -> None:
    encoder, shape = encoders()[place]
    encode = encoder.ready(shape, open_store(None, tmp_path / "store"))
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "made.js").write_text(
        'import { sampleOf } from "./models/encoding.js";\n'
        'export const made = (...of) => { try { return sampleOf(...of).data; } catch { return ""; } };\n'
    )
    asked = raws(encoder)
    of = [json.loads(encoder.canonical()), shape.features, shape.facts.sparse]
    given = answers(tmp_path / "modules", [["made.js", "made", *of, raw] for raw in asked])
    expected = []
    for raw in asked:
        try:
            expected.append("0x" + shape.encode(encode(_read(encoder, raw))).hex())
        except (HyperbountyError, ValueError):
            expected.append("")
    assert given == expected
    assert any(expected)


def _read(encoder: AnyEncoder, raw: str) -> Any:
    if isinstance(encoder, Vocabulary | HashedWords):
        return raw
    words = raw.replace(";", ",").replace(",", " ").split()
    return [int(word) if word.lstrip("-").isdecimal() else float(word) for word in words]
