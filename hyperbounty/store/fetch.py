"""Content into a file or a folder of this machine, taken up again where it was interrupted.

What is fetched grows beside its target, under a name with the CID in it, and is moved into place when it is complete.
Another try hashes what is there and fetches only the blocks that it lacks, so it needs no record of how far the last
one came, and a byte that changed meanwhile is fetched again.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from hyperbounty.errors import DiskFailed, InvalidInput, StoreError
from hyperbounty.store import nodes, unixfs
from hyperbounty.store.ahead import in_order
from hyperbounty.store.cid import RAW, Cid
from hyperbounty.store.content import ContentStore
from hyperbounty.store.folders import MAX_FOLDER_DEPTH

# A few blocks, linked over and over, could stand for endless files.
MAX_ENTRIES: Final = 100_000
# Each folder above holds the first blocks of its next entries. Further down they are fetched one by one.
_FOLDERS_AHEAD: Final = 4


@dataclass(frozen=True)
class Fetched:
    """What is there now.

    Attributes:
        size: bytes of all files.
        reused: how many of them an earlier try had brought.
        files: how many files.
    """

    size: int
    reused: int
    files: int


def fetch(
    store: ContentStore,
    cid: Cid,
    target: Path,
    *,
    max_bytes: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Fetched:
    """Put the file or the folder that `cid` names at `target`, every block checked.

    Args:
        store: where it comes from.
        cid: its root.
        target: where nothing may be yet; folders above it are made.
        max_bytes: the most that all files may have; None for as much as the disk holds.
        progress: told after each block how many bytes are there, and of how many; the latter is None while unknown,
            and for a folder only what the folder says.

    Raises:
        ContentNotFound: a block of it is nowhere to be had. The same call goes on from there, as after any other error.
        ContentMismatch: what came for a block is not what its CID names; it was not written.
        StoreError: larger than `max_bytes` or than the disk, malformed, or the disk failed.
        InvalidInput: something is at `target`.

    >>> from hyperbounty.store.embedded import EmbeddedStore
    >>> store = EmbeddedStore(tmp_path / "store")
    >>> fetch(store, store.add(b"hello"), tmp_path / "copy.txt")
    Fetched(size=5, reused=0, files=1)
    >>> (tmp_path / "copy.txt").read_bytes()
    b'hello'
    """
    if os.path.lexists(target):
        raise InvalidInput(f"{target} exists", "remove it, or choose another name")
    part = target.with_name(f"{target.name}.{cid}.part")
    work = _Work(store, sys.maxsize if max_bytes is None else max_bytes, progress)
    with _disk(part):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            work.place(cid, part, 0)
        finally:
            # A fetch that brought nothing leaves no empty file behind.
            if part.is_file() and work.files == 0 and part.stat().st_size == 0:
                part.unlink()
        try:
            part.replace(target)
        except FileNotFoundError:
            # Another process fetched the same content to the same place, and was the one to move it.
            if not target.exists():
                raise
    return Fetched(work.done, work.reused, work.files)


class _Work:
    """One fetch, and how far it is."""

    def __init__(self, store: ContentStore, max_bytes: int, progress: Callable[[int, int | None], None] | None) -> None:
        self._store = store
        self._max_bytes = max_bytes
        self._progress = progress
        self._total: int | None = None
        self._entries = 0
        self.done = 0
        self.reused = 0
        self.files = 0

    def place(self, cid: Cid, path: Path, depth: int, root: bytes | None = None) -> None:
        """Put what `cid` names at `path`; `root` is its first block, where that is here already."""
        if cid.codec == RAW:
            self._place_file(cid, None, root, path)
            return
        root = unixfs.check_block(cid, self._store.block(cid) if root is None else root)
        node = nodes.decode(root)
        if depth == 0:
            self._total = node.size if isinstance(node, nodes.FileNode) else sum(entry.stored for entry in node.entries)
        if isinstance(node, nodes.FolderNode):
            self._place_folder(cid, node, path, depth)
        else:
            self._place_file(cid, node, root, path)

    def _place_folder(self, cid: Cid, node: nodes.FolderNode, path: Path, depth: int) -> None:
        self._entries += len(node.entries)
        if depth == MAX_FOLDER_DEPTH or self._entries > MAX_ENTRIES:
            raise StoreError(
                f"{cid} is nested too deep or brings more than {MAX_ENTRIES:,} files", "fetch folders in it one by one"
            )
        path.mkdir(exist_ok=True)
        placed: set[tuple[int, int]] = set()
        for entry in node.entries:
            # What is a plain name by the format may be a path on this system: a drive, or something in a folder.
            if PurePath(entry.name).parts != (entry.name,):
                raise StoreError(f"{cid} has an entry named {entry.name!r}", "fetch the others in it one by one")

        def opens(entry: nodes.Entry, block: bytes) -> tuple[bytes, tuple[nodes.Entry, ...]]:
            return block, ()

        # A block that an earlier try has brought is not asked for: `_place_file` looks at what is there.
        entries = in_order(
            node.entries,
            opens,
            self._store.block,
            ahead=self._store.ahead if depth < _FOLDERS_AHEAD else None,
            there=lambda entry: entry.cid.codec == RAW and os.path.lexists(path / entry.name),
        )
        with closing(entries):
            for entry, root in entries:
                self.place(entry.cid, path / entry.name, depth + 1, root)
                status = (path / entry.name).stat()
                if (status.st_dev, status.st_ino) in placed:
                    raise StoreError(
                        f"{cid} has two entries that are one file on this disk, one of them {entry.name!r}",
                        "fetch it to a disk that tells upper and lower case apart",
                    )
                placed.add((status.st_dev, status.st_ino))

    def _place_file(self, cid: Cid, node: nodes.FileNode | None, root: bytes | None, path: Path) -> None:
        def get_block(wanted: Cid) -> bytes:
            return root if root is not None and wanted == cid else self._store.block(wanted)

        before = self.done
        left = self._max_bytes - before
        # A file that is there was left by an earlier try, and is opened as it is.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "r+b") as file:
            if node is not None:
                self._check_room(cid, node.size - os.fstat(file.fileno()).st_size, path)
            pieces = unixfs.pieces(
                cid,
                get_block,
                max_bytes=left,
                ahead=self._store.ahead,
                there=lambda stretch: self._length_there(stretch, file) is not None,
            )
            with closing(pieces):
                for stretch, data in pieces:
                    self.done += self._put(stretch, data, file)
                    unixfs.check_size(cid, self.done - before, left)
                    if self._progress is not None:
                        self._progress(self.done, self._total)
            file.truncate(self.done - before)
            file.flush()
            os.fsync(file.fileno())
        self.files += 1

    @staticmethod
    def _length_there(stretch: unixfs.Stretch, file: BinaryIO) -> int | None:
        """The bytes of the raw block that the file holds already; None where it does not."""
        file.seek(stretch.offset)
        there = file.read(unixfs.MAX_BLOCK_BYTES if stretch.size is None else stretch.size)
        return len(there) if stretch.cid.matches(there) else None

    def _put(self, stretch: unixfs.Stretch, data: bytes | None, file: BinaryIO) -> int:
        """Write what came into the file; None is there already. Returns its size."""
        if data is None:
            found = self._length_there(stretch, file) if stretch.size is None else stretch.size
            assert found is not None, "it was there a moment ago"
            self.reused += found
            return found
        file.seek(stretch.offset)
        file.write(data)
        return len(data)

    def _check_room(self, cid: Cid, needed: int, path: Path) -> None:
        free = shutil.disk_usage(path.parent).free
        if needed > free:
            raise DiskFailed(
                f"{cid} needs {needed:,} bytes more, and {path.parent} has {free:,} left",
                "free disk space, or choose another place",
            )


@contextmanager
def _disk(part: Path) -> Iterator[None]:
    try:
        yield
    except StoreError:
        raise  # StoreUnavailable is an OSError too
    except OSError as error:
        raise DiskFailed(
            f"cannot write {error.filename or part}: {error.strerror or error}",
            "free disk space or choose another place; the same command goes on from there",
        ) from error
