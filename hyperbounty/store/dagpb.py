"""The dag-pb block of a UnixFS file: its protobuf, written and read by hand.

Two messages, one inside the other (https://ipld.io/specs/codecs/dag-pb/spec/, https://specs.ipfs.tech/unixfs/):

    PBNode  Links = 2 (repeated PBLink), Data = 1      links are written before data
    PBLink  Hash = 1, Name = 2, Tsize = 3
    Data    Type = 1, Data = 2, filesize = 3, blocksizes = 4 (repeated), and fields that don't change the content

The order of the fields is part of the hash, so writing follows it to the byte; reading accepts any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hyperbounty.errors import InvalidInput, StoreError
from hyperbounty.store.cid import Cid

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5
_FIXED_WIDTH: Final = {_FIXED64: 8, _FIXED32: 4}

_TYPE_RAW: Final = 0
_TYPE_FILE: Final = 2
_OTHER_TYPES: Final = {1: "a directory", 3: "metadata", 4: "a symbolic link", 5: "a sharded directory"}


@dataclass(frozen=True, slots=True)
class Child:
    """A part of a file, as its parent sees it.

    Attributes:
        cid: the block at the top of the part.
        size: bytes of the file that the part holds.
        stored: bytes of all its blocks, envelopes included; advisory, and not checked when read.
    """

    cid: Cid
    size: int
    stored: int


@dataclass(frozen=True, slots=True)
class FileNode:
    """One dag-pb block of a file: bytes of its own, followed by those of its children in order."""

    data: bytes
    children: tuple[Child, ...]

    @property
    def size(self) -> int:
        """Bytes of the file below this block."""
        return len(self.data) + sum(child.size for child in self.children)


def encode(children: list[Child]) -> bytes:
    """The block that joins `children`; the same bytes as Kubo's balanced layout gives."""
    links = b"".join(
        _field(2, _field(1, child.cid.binary) + _field(2, b"") + _number(3, child.stored)) for child in children
    )
    size = sum(child.size for child in children)
    unixfs = _number(1, _TYPE_FILE) + _number(3, size) + b"".join(_number(4, child.size) for child in children)
    return links + _field(1, unixfs)


def decode(block: bytes) -> FileNode:
    """The file node in `block`.

    Raises:
        StoreError: not dag-pb, not a UnixFS file, or sizes that contradict each other.
    """
    links: list[tuple[Cid, int]] = []
    unixfs: bytes | None = None
    for number, value in _fields(block):
        if number == 2 and isinstance(value, bytes):
            links.append(_link(value))
        elif number == 1 and isinstance(value, bytes) and unixfs is None:
            unixfs = value
        else:
            raise _malformed("is not dag-pb")
    if unixfs is None:
        raise _malformed("carries no UnixFS data")
    kind, data, size, sizes = _unixfs(unixfs)
    if kind is None:
        raise _malformed("has no UnixFS type")
    if kind not in (_TYPE_FILE, _TYPE_RAW):
        raise StoreError(f"the content is {_OTHER_TYPES.get(kind, f'of UnixFS type {kind}')}", "ask for a file in it")
    if len(sizes) != len(links):
        raise _malformed(f"has {len(links)} links and {len(sizes)} sizes")
    # An empty part can't be in a file; allowing it would let a few blocks stand for endless work.
    if any(part == 0 for part in sizes):
        raise _malformed("links an empty part")
    node = FileNode(data, tuple(Child(cid, part, stored) for (cid, stored), part in zip(links, sizes, strict=True)))
    if size is not None and size != node.size:
        raise _malformed(f"says it holds {size} bytes, but its parts sum to {node.size}")
    return node


def _link(message: bytes) -> tuple[Cid, int]:
    cid, stored = None, 0
    for number, value in _fields(message):
        if number == 1 and isinstance(value, bytes):
            try:
                cid = Cid.from_bytes(value)
            except InvalidInput as error:
                raise _malformed(f"links a block by a hash that is not SHA-256 ({value[:8].hex()}…)") from error
        elif number == 3 and isinstance(value, int):
            stored = value
        elif number != 2 or not isinstance(value, bytes):
            raise _malformed("is not dag-pb")
    if cid is None:
        raise _malformed("has a link without a hash")
    return cid, stored


def _unixfs(message: bytes) -> tuple[int | None, bytes, int | None, list[int]]:
    kind, data, size = None, b"", None
    sizes: list[int] = []
    for number, value in _fields(message):
        match number, value:
            case 1, int():
                kind = value
            case 2, bytes():
                data = value
            case 3, int():
                size = value
            case 4, int():
                sizes.append(value)
            case 4, bytes():
                # The packed form of a repeated field, which other writers choose.
                sizes.extend(_packed(value))
            case ((1 | 2 | 3 | 4), _):
                raise _malformed("is not UnixFS")
            case _:
                # Permissions and times, which don't change the content.
                continue
    return kind, data, size, sizes


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
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
            raise _malformed("is not protobuf")
        if at + length > len(message):
            raise _malformed("ends inside a field")
        yield key >> 3, message[at : at + length]
        at += length


def _packed(message: bytes) -> Iterator[int]:
    at = 0
    while at < len(message):
        value, at = _read_varint(message, at)
        yield value


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
    raise _malformed("has a number that is cut off or too large")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value)


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _malformed(how: str) -> StoreError:
    return StoreError(f"a block of the content {how}", "ask its publisher to add the file again")
