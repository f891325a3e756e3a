"""Canonical JSON documents: what the manifest and the report have in common.

Both are RFC 8785 bytes, pinned as one raw block, so the SHA-256 that stands on chain is the CID. Reading demands the
canonical form back: a document with a changed byte, another order of keys or a stray space is refused.
"""

from __future__ import annotations

import hashlib
from typing import Self

import rfc8785
from pydantic import BaseModel, ConfigDict, ValidationError

from hyperbounty.errors import ManifestError


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
            ManifestError: not JSON, a field missing, unknown or out of range, or not in canonical form.
        """
        name = cls.__name__.lower()
        try:
            # pydantic's own parser bounds the nesting; the standard one can be made to overflow the stack.
            document = cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the document"
            raise ManifestError(f"the {name} is invalid at {where}: {first['msg']}", "ask who published it") from error
        if document.canonical() != data:
            raise ManifestError(f"the {name} is not in canonical form (RFC 8785)", "ask who published it")
        return document
