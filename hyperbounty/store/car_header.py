"""The header of a CAR file, version 1: DAG-CBOR, of which only the one map that it may be is written and read.

    {"roots": [link, …], "version": 1}      a link is tag 42 around a byte string: a zero byte, then the binary CID

https://ipld.io/specs/transport/car/carv1/, https://ipld.io/specs/codecs/dag-cbor/spec/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hyperbounty.errors import InvalidInput, StoreError
from hyperbounty.store.cid import Cid

_UNSIGNED: Final = 0
_BYTES: Final = 2
_TEXT: Final = 3
_ARRAY: Final = 4
_MAP: Final = 5
_TAG: Final = 6
_LINK: Final = 42
# How many bytes follow the first one, by its lower five bits; a smaller number stands there itself.
_FOLLOWING: Final = {24: 1, 25: 2, 26: 4, 27: 8}


def encode_header(roots: Sequence[Cid]) -> bytes:
    """The header of a file with these roots, without its length."""
    links = b"".join(_head(_TAG, _LINK) + _text(_BYTES, b"\0" + root.binary) for root in roots)
    # Keys are sorted, shorter ones first.
    return (
        _head(_MAP, 2)
        + (_text(_TEXT, b"roots") + _head(_ARRAY, len(roots)) + links)
        + (_text(_TEXT, b"version") + _head(_UNSIGNED, 1))
    )


def decode_header(header: bytes) -> tuple[Cid, ...]:
    """The roots that `header` names, each once.

    Raises:
        StoreError: no header of a CAR file, another version, no root, or a root of a kind not used here.
    """
    reader = _Reader(header)
    roots: list[Cid] | None = None
    version: int | None = None
    for _ in range(reader.head(_MAP)):
        match reader.text(_TEXT):
            case b"roots" if roots is None:
                roots = [reader.link() for _ in range(reader.head(_ARRAY))]
            case b"version" if version is None:
                version = reader.head(_UNSIGNED)
            case _:
                raise not_a_car("its header has other fields than roots and version")
    if version != 1:
        raise not_a_car(f"its header names version {version}", "export it again as version 1")
    if reader.left:
        raise not_a_car("its header is longer than what it holds")
    if not roots:
        raise not_a_car("its header names no root")
    return tuple(dict.fromkeys(roots))


def not_a_car(why: str, next_step: str = "export it again, or get another copy") -> StoreError:
    """The error for a file that cannot be read; `why` completes "this is no CAR file: …"."""
    return StoreError(f"this is no CAR file that can be read: {why}", next_step)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def head(self, expected: int) -> int:
        """The number that begins an item of kind `expected`."""
        first = self._take(1)[0]
        kind = first >> 5
        number = first & 31
        if kind != expected or (number > 23 and number not in _FOLLOWING):
            raise not_a_car("its header is not what the format has")
        return int.from_bytes(self._take(_FOLLOWING[number]), "big") if number > 23 else number

    def text(self, kind: int) -> bytes:
        return self._take(self.head(kind))

    def link(self) -> Cid:
        if self.head(_TAG) != _LINK or (written := self.text(_BYTES))[:1] != b"\0":
            raise not_a_car("its header names a root that is no link")
        try:
            return Cid.from_bytes(written[1:])
        except InvalidInput as error:
            raise not_a_car(f"a root is no CID used here ({error.what})") from error

    def _take(self, count: int) -> bytes:
        if count > self.left:
            raise not_a_car("its header is cut off")
        self._at += count
        return self._data[self._at - count : self._at]


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    code = next(code for code, count in _FOLLOWING.items() if number < 1 << 8 * count)
    return bytes([kind << 5 | code]) + number.to_bytes(_FOLLOWING[code], "big")


def _text(kind: int, value: bytes) -> bytes:
    return _head(kind, len(value)) + value
