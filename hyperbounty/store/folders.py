"""Files and folders of this machine as content, and folders of the store as lists.

A folder has the CID that `ipfs add --recursive --hidden --cid-version=1 --raw-leaves` gives it: hidden files belong to
it, permissions and times don't.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hyperbounty.errors import ContentNotFound, InvalidInput, StoreError
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.store import nodes, unixfs
from hyperbounty.store.ahead import in_order
from hyperbounty.store.cid import DAG_PB, RAW, Cid
from hyperbounty.store.content import Bundle, ContentStore

# What `fetch` takes is what can be added; deeper ones meet the limits of paths on some systems.
MAX_FOLDER_DEPTH: Final = 64


@dataclass(frozen=True)
class Listed:
    """An entry of a folder.

    Attributes:
        name: without a slash.
        cid: its root.
        is_folder: whether it is one.
        size: bytes of a file, or of all blocks of a folder. For a folder, and for a file of one block, the folder
            around it says the size; it is not checked, because that would mean fetching the content.
    """

    name: str
    cid: Cid
    is_folder: bool
    size: int


def add_path(store: ContentStore, path: Path) -> Cid:
    """Store and pin the file or the folder at `path`.

    A folder is read twice, since its CID is needed before its first block can be sent; the memory taken is flat.

    Raises:
        InvalidInput: nothing is there, or it holds something that is neither file nor folder, or a name that is not
            UTF-8.
        StoreError: it changed meanwhile, it has too many entries, or the store failed.

    >>> from hyperbounty.store.embedded import EmbeddedStore
    >>> folder = tmp_path / "prices"
    >>> folder.mkdir()
    >>> _ = (folder / "LTC-USD.csv").write_bytes(b"time,close,volume")
    >>> print(add_path(EmbeddedStore(tmp_path / "store"), folder))
    bafybeido4xp7slovg4lvp6jrwgj52evs3ak35pgjto5jrlve3c6mq5vln4
    """
    try:
        if path.is_dir():
            bundle = _bundle(path)
            store.add_bundle(bundle)
            return bundle.roots[0]
        _check_file(path)
        with path.open("rb") as file:
            return store.add_file(file)
    except StoreError:
        raise
    except OSError as error:
        raise InvalidInput(
            f"cannot read {error.filename or path}: {error.strerror or error}", "check the path and its permissions"
        ) from error


def list_folder(store: ContentStore, cid: Cid) -> list[Listed]:
    """The entries of the folder that `cid` names.

    Raises:
        ContentNotFound: its block, or that of an entry, is nowhere to be had.
        StoreError: not a folder, a sharded one, or malformed.

    >>> from hyperbounty.store.embedded import EmbeddedStore
    >>> store = EmbeddedStore(tmp_path / "store")
    >>> (tmp_path / "in").mkdir()
    >>> _ = (tmp_path / "in" / "a.txt").write_bytes(b"hello")
    >>> [(entry.name, entry.size) for entry in list_folder(store, add_path(store, tmp_path / "in"))]
    [('a.txt', 5)]
    """

    def opens(entry: nodes.Entry, block: bytes) -> tuple[nodes.FileNode | nodes.FolderNode, tuple[nodes.Entry, ...]]:
        return nodes.decode(unixfs.check_block(entry.cid, block)), ()

    listed = []
    entries = in_order(
        _folder(store, cid).entries, opens, store.block, ahead=store.ahead, there=lambda entry: entry.cid.codec == RAW
    )
    with closing(entries):
        for entry, node in entries:
            size = node.size if isinstance(node, nodes.FileNode) else entry.stored
            listed.append(Listed(entry.name, entry.cid, isinstance(node, nodes.FolderNode), size))
    return listed


def resolve(store: ContentStore, text: str) -> Cid:
    """The CID that `text` leads to: a CID, or a path below one such as `bafy…/prices/LTC-USD.csv`.

    Raises:
        InvalidInput: it does not begin with a CID.
        ContentNotFound: a folder on the way has no such entry.

    >>> from hyperbounty.store.embedded import EmbeddedStore
    >>> store = EmbeddedStore(tmp_path / "store")
    >>> (tmp_path / "in").mkdir()
    >>> _ = (tmp_path / "in" / "a.txt").write_bytes(b"hello")
    >>> resolve(store, f"{add_path(store, tmp_path / 'in')}/a.txt") == Cid.raw(b"hello")
    True
    """
    first, *names = text.removeprefix("/ipfs/").rstrip("/").split("/")
    cid = Cid.parse(first)
    for name in names:
        found = next((entry.cid for entry in _folder(store, cid).entries if entry.name == name), None)
        if found is None:
            raise ContentNotFound(
                f"{cid} has no entry {name!r}", NextStep("{} shows what it has", Action("store.ls", (str(cid),)))
            )
        cid = found
    return cid


def _folder(store: ContentStore, cid: Cid) -> nodes.FolderNode:
    node = None if cid.codec == RAW else unixfs.node_at(cid, store.block)
    if not isinstance(node, nodes.FolderNode):
        raise StoreError(f"{cid} is a file, not a folder", "get it instead")
    return node


def _bundle(path: Path) -> Bundle:
    root = Cid.raw(b"")
    size = 0
    for cid, block in _blocks(path):
        root = cid
        size += len(block)

    def blocks() -> Iterator[tuple[Cid, bytes]]:
        last = root
        for cid, block in _blocks(path):
            last = cid
            yield cid, block
        if last != root:
            raise StoreError(f"{path} changed while it was added", "add it again once nothing writes to it")

    return Bundle((root,), size, blocks)


def _blocks(path: Path) -> Iterator[tuple[Cid, bytes]]:
    """The blocks of the folder at `path`, children before their parent and the root last."""
    yield from _entry(path, "", 0)


def _entry(path: Path, name: str, depth: int) -> Generator[tuple[Cid, bytes], None, nodes.Entry]:
    if depth > MAX_FOLDER_DEPTH:
        raise InvalidInput(f"{path} lies more than {MAX_FOLDER_DEPTH} folders deep", "flatten the folder")
    stored = 0
    if path.is_dir() and not path.is_symlink():
        entries = []
        for child in sorted(path.iterdir()):
            entries.append((yield from _entry(child, _checked_name(child), depth + 1)))
        block = nodes.encode_folder(entries)
        cid = Cid.of(DAG_PB, block)
        yield cid, block
        stored = len(block) + sum(entry.stored for entry in entries)
    else:
        _check_file(path)
        with path.open("rb") as file:
            for cid, block in unixfs.build(file):
                yield cid, block
                stored += len(block)
    return nodes.Entry(name, cid, stored)


def _check_file(path: Path) -> None:
    if path.is_symlink():
        raise InvalidInput(f"{path} is a symbolic link", "put the file itself there, or leave it out")
    if not path.is_file():
        what = "is neither a file nor a folder" if path.exists() else "does not exist"
        raise InvalidInput(f"{path} {what}", "give a file or a folder")


def _checked_name(path: Path) -> str:
    try:
        path.name.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"the name {os.fsencode(path.name)!r} is not UTF-8", "rename the file") from error
    return path.name
