"""Protobuf as dag-pb and UnixFS use it: varints, fixed numbers and length-delimited fields, by hand.

https://protobuf.dev/programming-guides/encoding/. A protobuf library would not do: the order of the fields is part of
a block's hash, and a stranger's block must be refused with a reason, not repaired.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hyperbounty.errors import StoreError

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5
_FIXED_WIDTH: Final = {_FIXED64: 8, _FIXED32: 4}


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of `message` in their order: number and value.

    Raises:
        StoreError: not protobuf.

    >>> list(fields(number_field(3, 300) + bytes_field(1, b"a")))
    [(3, 300), (1, b'a')]
    """
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        wire = key & 7
        if wire == _VARINT:
            value, at = _read_varint(message, at)
            yield key >> 3, value
            continue
        if wire == _BYTES:
            length, at = _read_varint(message, at)
        elif wire in _FIXED_WIDTH:
            length = _FIXED_WIDTH[wire]
        else:
            raise malformed("is not protobuf")
        if at + length > len(message):
            raise malformed("ends inside a field")
        yield key >> 3, message[at : at + length]
        at += length


def packed(message: bytes) -> Iterator[int]:
    """The numbers of a repeated field in packed form.

    Raises:
        StoreError: a number is cut off or has more than 64 bits.
    """
    at = 0
    while at < len(message):
        value, at = _read_varint(message, at)
        yield value


def varint(value: int) -> bytes:
    """`value` in seven bits a byte, the lowest first.

    >>> varint(1).hex(), varint(300).hex()
    ('01', 'ac02')
    """
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number_field(number: int, value: int) -> bytes:
    """A field that holds a number."""
    return varint(number << 3 | _VARINT) + varint(value)


def bytes_field(number: int, value: bytes) -> bytes:
    """A field that holds bytes: a string, or another message."""
    return varint(number << 3 | _BYTES) + varint(len(value)) + value


def malformed(how: str) -> StoreError:
    """The error for a block that cannot be read; `how` continues "a block of the content …"."""
    return StoreError(f"a block of the content {how}", "ask its publisher to add it again")


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80 and value < 1 << 64:
            return value, at
    raise malformed("has a number that is cut off or too large")
