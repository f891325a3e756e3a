"""Content identifiers: the name of a block is a hash of its bytes.

One form is used everywhere: CIDv1 with a SHA-256 multihash, written in lower-case base32 (`bafy…`, `bafk…`). A raw
block's CID and the SHA-256 digest that stands on chain are the same number, so each is computed from the other.
Formats: https://github.com/multiformats/cid, https://github.com/multiformats/multibase.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final, Self

from hyperbounty.errors import InvalidInput

RAW: Final = 0x55
DAG_PB: Final = 0x70

DIGEST_BYTES: Final = 32
_VERSION = b"\x01"
_SHA2_256 = b"\x12\x20"
_CODECS: Final = {RAW: "raw", DAG_PB: "dag-pb"}
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The longest form a node answers with has 60 characters; the cap keeps base58, quadratic in its length, cheap.
_LONGEST_TEXT: Final = 100
_NEXT_STEP: Final = "give a CIDv1 with a SHA-256 hash, such as bafy… or bafk…"


@dataclass(frozen=True, slots=True, order=True)
class Cid:
    """The name of one block.

    Attributes:
        codec: how the block is to be read, `RAW` or `DAG_PB`.
        digest: SHA-256 of the block, 32 bytes.

    >>> cid = Cid.raw(b"hello")
    >>> print(cid)
    bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq
    >>> Cid.parse(str(cid)) == Cid.from_digest(cid.digest) == Cid.from_bytes(cid.binary) == cid
    True
    >>> cid.matches(b"hello"), cid.matches(b"Hello")
    (True, False)
    """

    codec: int
    digest: bytes

    def __post_init__(self) -> None:
        if self.codec not in _CODECS:
            raise InvalidInput(f"a CID has codec {self.codec:#x}", "only raw (0x55) and dag-pb (0x70) are used here")
        if len(self.digest) != DIGEST_BYTES:
            raise InvalidInput(f"a SHA-256 digest has {DIGEST_BYTES} bytes, not {len(self.digest)}", _NEXT_STEP)

    @classmethod
    def of(cls, codec: int, block: bytes) -> Self:
        """The CID of `block` read as `codec`."""
        return cls(codec, hashlib.sha256(block).digest())

    @classmethod
    def raw(cls, data: bytes) -> Self:
        """The CID of `data` as one raw block."""
        return cls.of(RAW, data)

    @classmethod
    def from_digest(cls, digest: bytes) -> Self:
        """The CID of the raw block whose SHA-256 is `digest`, such as a manifest's on chain."""
        return cls(RAW, digest)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The CID in its binary form (36 bytes), or in that of CIDv0 (34 bytes), whose blocks are dag-pb.

        Raises:
            InvalidInput: another version, codec or hash function, or a wrong length.
        """
        if len(data) == 34 and data.startswith(_SHA2_256):
            return cls(DAG_PB, data[2:])
        if len(data) != 36 or data[:1] != _VERSION or data[2:4] != _SHA2_256:
            raise InvalidInput(f"the bytes {data[:40].hex()} are no CID used here", _NEXT_STEP)
        return cls(data[1], data[4:])

    @classmethod
    def parse(cls, text: str) -> Self:
        """The CID that `text` names: base32 (`b…`), base58btc as some nodes answer (`z…`), or CIDv0 (`Qm…`).

        A CIDv0 names the same dag-pb block as its CIDv1, so it is read as that one.

        Raises:
            InvalidInput: not a CID, not in canonical form, or with a codec or hash function not used here.
        """
        shown = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
        try:
            if len(text) > _LONGEST_TEXT:
                raise ValueError("too long")
            data = _decode(text)
            cid = cls.from_bytes(data)
        except ValueError as error:
            raise InvalidInput(f"{shown!r} is no CID used here", _NEXT_STEP) from error
        if (len(data) == 34) != text.startswith("Qm"):
            raise InvalidInput(f"{shown!r} is no CID used here", _NEXT_STEP)
        return cid

    @property
    def binary(self) -> bytes:
        """The 36 bytes of the binary form: version, codec, hash function, digest length, digest."""
        return _VERSION + bytes([self.codec]) + _SHA2_256 + self.digest

    def matches(self, block: bytes) -> bool:
        """Whether `block` is what this CID names."""
        return hashlib.sha256(block).digest() == self.digest

    def __str__(self) -> str:
        return "b" + base64.b32encode(self.binary).decode("ascii").rstrip("=").lower()

    def __repr__(self) -> str:
        return f"Cid({self})"


def _decode(text: str) -> bytes:
    if text.startswith("b"):
        return _decode_base32(text[1:])
    if text.startswith("z"):
        return _decode_base58(text[1:])
    if text.startswith("Qm"):
        return _decode_base58(text)
    raise ValueError("unknown multibase prefix")


def _decode_base32(text: str) -> bytes:
    if text != text.lower() or "=" in text:
        raise ValueError("not lower-case base32 without padding")
    try:
        data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    # The last character can carry bits that decoding drops; only one text may stand for a CID.
    if base64.b32encode(data).decode("ascii").rstrip("=").lower() != text:
        raise ValueError("trailing bits are set")
    return data


def _decode_base58(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    zeros = len(text) - len(text.lstrip(_BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
