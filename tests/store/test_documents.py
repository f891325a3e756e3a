"""Documents: texts that are plain, integers that every reader reads alike, and no more bytes than they can need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from hyperbounty.errors import ContentNotFound, ManifestError
from hyperbounty.store import Cid, EmbeddedStore
from hyperbounty.store.documents import Document, read_document
from hyperbounty.texts import first_hidden


class Part(Document):
    name: str


class Letter(Document):
    text: str = ""
    lines: tuple[str, ...] = ()
    versions: dict[str, str] = Field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    number: int = 0
    numbers: tuple[int | None, ...] = ()


HIDDEN = st.characters(codec=None).filter(lambda c: first_hidden(c) is not None)
WHERE = ["text", "lines", "key", "value", "part"]


def letter(where: str, text: str) -> dict[str, object]:
    return {
        "text": text if where == "text" else "",
        "lines": ["", text] if where == "lines" else [],
        "versions": {"numpy": text} if where == "value" else {text: "1"} if where == "key" else {},
        "parts": [{"name": text}] if where == "part" else [],
        "number": 0,
        "numbers": [],
    }


@pytest.mark.parametrize("where", WHERE)
@given(character=HIDDEN.filter(lambda c: not "\ud800" <= c <= "\udfff"))
def test_a_character_that_is_not_plain_is_refused_wherever_it_stands(where: str, character: str) -> None:
    fields = letter(where, f"a{character}")
    with pytest.raises(ManifestError, match=rf"U\+{ord(character):04X}.* at character 2") as caught:
        Letter.parse(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode())
    field = {"key": "versions", "value": "versions", "part": "parts.0.name"}.get(where, where)
    assert f"invalid: {field}: " in caught.value.what
    assert first_hidden(caught.value.what) is None
    with pytest.raises(ValidationError, match=f"{ord(character):04X}"):
        Letter.model_validate(fields)


def test_a_lone_surrogate_is_refused_too() -> None:
    with pytest.raises(ManifestError):
        Letter.parse(rb'{"lines":[],"number":0,"numbers":[],"parts":[],"text":"\ud800","versions":{}}')
    with pytest.raises(ValidationError):
        Letter(text="\ud800")


@given(st.text(st.characters(codec=None).filter(lambda c: first_hidden(c) is None)))
def test_plain_texts_are_read_as_they_were_written(text: str) -> None:
    written = Letter(text=text, lines=(text,), versions={text: text}, parts=(Part(name=text),))
    assert Letter.parse(written.canonical()) == written


@pytest.mark.parametrize("number", [10**20, -(10**20), 2**53, 10**4_000])
@pytest.mark.parametrize("field", ["number", "numbers"])
def test_an_integer_that_not_every_reader_reads_alike_is_refused(field: str, number: int) -> None:
    fields = letter("", "") | {field: number if field == "number" else [number]}
    with pytest.raises(ManifestError, match=r"bits is more than the 53|invalid at"):
        Letter.parse(json.dumps(fields, separators=(",", ":"), sort_keys=True).encode())


def test_an_unknown_field_with_a_hostile_name_is_named_escaped() -> None:
    with pytest.raises(ManifestError) as caught:
        Letter.parse(b'{"\\u001b[2J\\n":1}')
    assert r"\x1b[2J\n" in caught.value.what


def test_a_document_is_read_up_to_the_bytes_that_it_can_need(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    written = Letter(text="a" * 1_000)
    cid = store.add_block(written.canonical())
    assert read_document(Letter, store, cid, 2_000) == written
    with pytest.raises(ManifestError, match=r"the letter .* is larger than the 1,000 bytes"):
        read_document(Letter, store, cid, 1_000)
    with pytest.raises(ContentNotFound):
        read_document(Letter, store, Cid.raw(b"elsewhere"), 1_000)
