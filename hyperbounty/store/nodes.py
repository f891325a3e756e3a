"""UnixFS: what the dag-pb blocks of files and folders say.

    Data    Type = 1, Data = 2, filesize = 3, blocksizes = 4 (repeated), and fields that don't change the content

https://specs.ipfs.tech/unixfs/. A folder is a basic directory: one block that links its entries by name, sorted by the
names' bytes. Sharded directories (HAMT) are neither written nor read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hyperbounty.errors import StoreError
from hyperbounty.store import dagpb
from hyperbounty.store.cid import Cid
from hyperbounty.store.protobuf import fields, malformed, number_field, packed

# Kubo shards a directory above this size; up to it, every way that Kubo has of measuring gives a basic directory.
MAX_FOLDER_BLOCK_BYTES: Final = 256 * 1024

_TYPE_RAW: Final = 0
_TYPE_DIRECTORY: Final = 1
_TYPE_FILE: Final = 2
_OTHER_TYPES: Final = {3: "metadata", 4: "a symbolic link", 5: "a sharded directory"}


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


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder, as the folder around it sees it.

    Attributes:
        name: without a slash, and not empty, `.` or `..`.
        cid: its root.
        stored: bytes of all its blocks; advisory, and not checked when read.
    """

    name: str
    cid: Cid
    stored: int


@dataclass(frozen=True, slots=True)
class FolderNode:
    """The dag-pb block of a folder; no two entries have the same name."""

    entries: tuple[Entry, ...]


def encode_file(children: list[Child]) -> bytes:
    """The block that joins `children`; the same bytes as Kubo's balanced layout gives."""
    sizes = b"".join(number_field(4, child.size) for child in children)
    unixfs = number_field(1, _TYPE_FILE) + number_field(3, sum(child.size for child in children)) + sizes
    return dagpb.encode((dagpb.Link(child.cid, b"", child.stored) for child in children), unixfs)


def encode_folder(entries: Iterable[Entry]) -> bytes:
    """The block of a folder with these entries, in any order; the same bytes as Kubo's basic directory.

    Raises:
        StoreError: larger than `MAX_FOLDER_BLOCK_BYTES`, where other programs would shard it and give it another CID.
    """
    links = sorted((dagpb.Link(entry.cid, entry.name.encode(), entry.stored) for entry in entries), key=_name)
    block = dagpb.encode(links, number_field(1, _TYPE_DIRECTORY))
    if len(block) > MAX_FOLDER_BLOCK_BYTES:
        raise StoreError(
            f"a folder of {len(links):,} entries takes a block of {len(block):,} bytes, more than the "
            f"{MAX_FOLDER_BLOCK_BYTES:,} up to which a folder is one block",
            "spread its entries over folders inside it",
        )
    return block


def decode(block: bytes) -> FileNode | FolderNode:
    """The file node or the folder in `block`.

    Raises:
        StoreError: not dag-pb, not a UnixFS file or basic directory, sizes that contradict each other, or names that
            no folder can have.

    >>> decode(encode_folder([Entry("a.txt", Cid.raw(b"hello"), 5)])).entries[0].name
    'a.txt'
    """
    node = dagpb.decode(block)
    if node.data is None:
        raise malformed("carries no UnixFS data")
    kind, data, size, sizes = _unixfs(node.data)
    if kind is None:
        raise malformed("has no UnixFS type")
    if kind == _TYPE_DIRECTORY:
        return _folder(node.links)
    if kind in (_TYPE_FILE, _TYPE_RAW):
        return _file(node.links, data, size, sizes)
    raise StoreError(
        f"the content is {_OTHER_TYPES.get(kind, f'of UnixFS type {kind}')}", "ask its publisher for files and folders"
    )


def _file(links: tuple[dagpb.Link, ...], data: bytes, size: int | None, sizes: list[int]) -> FileNode:
    if len(sizes) != len(links):
        raise malformed(f"has {len(links)} links and {len(sizes)} sizes")
    # An empty part can't be in a file; allowing it would let a few blocks stand for endless work.
    if any(part == 0 for part in sizes):
        raise malformed("links an empty part")
    node = FileNode(data, tuple(Child(link.cid, part, link.stored) for link, part in zip(links, sizes, strict=True)))
    if size is not None and size != node.size:
        raise malformed(f"says it holds {size} bytes, but its parts sum to {node.size}")
    return node


def _folder(links: tuple[dagpb.Link, ...]) -> FolderNode:
    entries = []
    for link in links:
        try:
            name = link.name.decode()
        except UnicodeDecodeError as error:
            raise malformed(f"is a folder with a name that is not UTF-8 ({link.name[:20]!r})") from error
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise malformed(f"is a folder with the name {name[:100]!r}")
        entries.append(Entry(name, link.cid, link.stored))
    if len({entry.name for entry in entries}) < len(entries):
        raise malformed("is a folder in which two entries have one name")
    return FolderNode(tuple(entries))


def _unixfs(message: bytes) -> tuple[int | None, bytes, int | None, list[int]]:
    kind: int | None = None
    data = b""
    size: int | None = None
    sizes: list[int] = []
    for number, value in fields(message):
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
                sizes.extend(packed(value))
            case ((1 | 2 | 3 | 4), _):
                raise malformed("is not UnixFS")
            case _:
                # Permissions and times, which don't change the content.
                continue
    return kind, data, size, sizes


def _name(link: dagpb.Link) -> bytes:
    return link.name
