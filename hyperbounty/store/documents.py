"""Canonical JSON documents: what the manifest and the report have in common.

Both are RFC 8785 bytes, pinned as one raw block, so the SHA-256 that stands on chain is the CID. Reading demands the
canonical form back: a document with a changed byte, another order of keys or a stray space is refused.

A document is written by somebody whom its readers have no reason to trust. So its texts are plain, its integers are
those that JSON carries exactly, and no reader takes more bytes of it than it can need (`read_document`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final, Self, TypeVar

import rfc8785
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from hyperbounty.errors import ContentTooLarge, ManifestError
from hyperbounty.faults import faults_of, together
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import ContentStore
from hyperbounty.texts import escaped, first_hidden

# RFC 8785 builds on I-JSON (RFC 7493, section 2.2), where a larger integer may be read as another one.
_LARGEST: Final = 2**53 - 1
_SHOWN: Final = 200


class Document(BaseModel):
    """A frozen pydantic model that is written and read as canonical JSON.

    >>> class Greeting(Document):
    ...     word: str
    >>> Greeting(word="hello").canonical()
    b'{"word":"hello"}'
    >>> Greeting.parse(b'{"word":"hello"}')
    Greeting(word='hello')
    >>> Greeting.parse(b'{ "word": "hello" }')
    Traceback (most recent call last):
        ...
    hyperbounty.errors.ManifestError: the greeting is not in canonical form (RFC 8785); ask who published it
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _is_harmless(cls, value: object) -> object:
        _check(value)
        return value

    def canonical(self) -> bytes:
        """The RFC 8785 bytes."""
        return rfc8785.dumps(self.model_dump(mode="json"))

    def digest(self) -> bytes:
        """SHA-256 of the canonical bytes: the number that goes on chain."""
        return hashlib.sha256(self.canonical()).digest()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The document in `data`.

        Raises:
            ManifestError: not JSON, a field missing, unknown or out of range, a text with characters that are not
                plain (`hyperbounty.texts`), or not in canonical form.
        """
        name = _name(cls)
        try:
            # pydantic's own parser bounds the nesting; the standard one can be made to overflow the stack.
            document = cls.model_validate_json(data)
        except ValidationError as error:
            raise ManifestError(
                f"the {name} is invalid: {together(faults_of(error))}", "ask who published it"
            ) from error
        if document.canonical() != data:
            raise ManifestError(f"the {name} is not in canonical form (RFC 8785)", "ask who published it")
        return document


_Read = TypeVar("_Read", bound=Document)


def read_document(kind: type[_Read], store: ContentStore, cid: Cid, max_bytes: int) -> _Read:
    """The document of this kind under `cid`.

    Args:
        kind: its class.
        store: where it is read.
        cid: of its bytes.
        max_bytes: more are not taken, and not fetched where the first block tells.

    Raises:
        ContentNotFound: nobody has it.
        ManifestError: it is larger, or no such document.
    """
    try:
        data = store.get(cid, max_bytes=max_bytes)
    except ContentTooLarge as error:
        raise ManifestError(
            f"the {_name(kind)} {cid} is larger than the {max_bytes:,} bytes that it can need", "ask who published it"
        ) from error
    return kind.parse(data)


def _name(kind: type[Document]) -> str:
    """How people read the name of its class: `SpecDetails` is `spec details`."""
    return re.sub("(?<!^)([A-Z])", r" \1", kind.__name__).lower()


def _check(value: object) -> None:
    """Refuse texts that are not plain, and integers that not every reader reads alike, in a field's value.

    Documents in it have been checked already.

    Raises:
        ValueError: names the character, or the size of the integer.
    """
    match value:
        case str():
            hidden = first_hidden(value)
            if hidden is not None:
                raise ValueError(f"{escaped(value, _SHOWN)!r} has {hidden}, which a published text may not hold")
        case int():
            if abs(value) > _LARGEST:
                raise ValueError(f"an integer of {value.bit_length()} bits is more than the 53 that JSON carries")
        case Mapping():
            for key, each in value.items():
                _check(key)
                _check(each)
        case Sequence():
            for each in value:
                _check(each)
