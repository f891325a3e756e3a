"""What is wrong with a document of somebody else, in words that need no knowledge of a library."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.errors import ManifestError
from hyperbounty.store.documents import Document
from tests.bounty.shown_contest import MANIFEST

# Words of pydantic.
JARGON = ("Input should", "Field required", "Extra inputs", "validation error", "valid integer", "JSON object", "ctx")


class Letter(Document):
    kind: Literal["open", "sealed"]
    pages: int
    texts: tuple[str, ...] = ()


def said(kind: type[Document], content: object) -> str:
    with pytest.raises(ManifestError) as refused:
        kind.parse(json.dumps(content).encode() if not isinstance(content, bytes) else content)
    return refused.value.what


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"knid": "open", "pages": 1}, "the letter is invalid: knid is no field of it, did you mean kind?"),
        ({"kind": "opne", "pages": 1}, "the letter is invalid: kind must be 'open' or 'sealed', not 'opne'"),
        ({"kind": "open", "pages": "x"}, "the letter is invalid: pages must be a whole number, not 'x'"),
        ({"kind": "open", "pages": 1, "texts": [1]}, "the letter is invalid: texts.0 must be a text, not 1"),
        (
            {"texts": 5},
            "the letter is invalid: 3 faults: (1) kind is missing, (2) pages is missing, "
            "(3) texts must be a list, not 5",
        ),
        (b'{"kind": "open",\n"pages" 1}', "the letter is invalid: it is not JSON at line 2, column 9"),
        ([], "the letter is invalid: it must be an object, not []"),
    ],
)
def test_faults_are_told_in_plain_words(content: object, what: str) -> None:
    assert said(Letter, content) == what


@given(
    st.dictionaries(
        st.sampled_from(sorted(Manifest.model_fields)),
        st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=3), st.lists(st.none())),
        min_size=1,
        max_size=4,
    )
)
def test_no_fault_of_a_manifest_is_told_in_words_of_a_library(changes: dict[str, Any]) -> None:
    content = json.dumps({**MANIFEST.model_dump(mode="json"), **changes}).encode()
    try:
        Manifest.parse(content)
    except ManifestError as refused:
        what = refused.what
        assert not any(word in what for word in JARGON)
