"""The embedded store: blocks in a folder, under the CIDs that an IPFS node gives them.

    blocks/<two characters>/<CID>    one block each
    pins/<CID>                       empty; says that the content is to be kept

A block appears under its name only when it is written in full, and two writers of one block write the same bytes, so
processes share a folder without locks. Nothing is ever collected: an unpinned block stays until someone removes it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hyperbounty.errors import ContentMismatch, ContentNotFound, StoreError
from hyperbounty.files import write_atomic
from hyperbounty.store import unixfs
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import check_file, check_single_block

_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class EmbeddedStore:
    """A `ContentStore` in a folder, which is made when the first block is added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, data: bytes) -> Cid:
        """Store and pin a file."""
        check_file(data)
        root = Cid.raw(b"")
        for cid, block in unixfs.build(data):
            self._put(cid, block)
            root = cid
        self._record_pin(root)
        return root

    def add_block(self, data: bytes) -> Cid:
        """Store and pin one raw block."""
        check_single_block(data)
        cid = Cid.raw(data)
        self._put(cid, data)
        self._record_pin(cid)
        return cid

    def get(self, cid: Cid, *, max_bytes: int | None = None) -> bytes:
        """The file or raw block that `cid` names, every block checked."""
        return unixfs.read(cid, self._block, max_bytes=unixfs.MAX_FILE_BYTES if max_bytes is None else max_bytes)

    def has(self, cid: Cid) -> bool:
        """Whether the block `cid` names is in the folder."""
        with self._disk("read"):
            return self._path(cid).is_file()

    def pin(self, cid: Cid) -> None:
        """Record that `cid` is to be kept, once all of it is known to be here."""
        self.get(cid)
        self._record_pin(cid)

    def unpin(self, cid: Cid) -> None:
        """Forget that `cid` is to be kept."""
        with self._disk("remove"):
            self._pin_path(cid).unlink(missing_ok=True)

    def is_pinned(self, cid: Cid) -> bool:
        """Whether `cid` is to be kept."""
        with self._disk("read"):
            return self._pin_path(cid).is_file()

    def describe(self) -> str:
        """Which folder this is."""
        return f"embedded store in {self._folder}"

    def _put(self, cid: Cid, block: bytes) -> None:
        path = self._path(cid)
        with self._disk("write"):
            # Comparing the bytes, not only the name, lets adding a file again repair a damaged block.
            if path.is_file() and path.read_bytes() == block:
                return
            write_atomic(path, block)

    def _block(self, cid: Cid) -> bytes:
        path = self._path(cid)
        with self._disk("read"):
            try:
                block = path.read_bytes()
            except FileNotFoundError as error:
                raise ContentNotFound(
                    f"{cid} is not in the {self.describe()}",
                    "add the content, or read from an IPFS node that has it with --ipfs",
                ) from error
        if not cid.matches(block):
            raise ContentMismatch(
                f"the file {path} no longer holds {cid}: its bytes have another hash",
                "check the disk, remove the file and add or fetch the content again",
            )
        return block

    def _record_pin(self, cid: Cid) -> None:
        with self._disk("write"):
            write_atomic(self._pin_path(cid), b"")

    def _path(self, cid: Cid) -> Path:
        # The first characters are the same in every CID; these two spread evenly, as in Kubo's own block folder.
        name = str(cid)
        return self._folder / "blocks" / name[-3:-1] / name

    def _pin_path(self, cid: Cid) -> Path:
        return self._folder / "pins" / str(cid)

    @contextmanager
    def _disk(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = f"cannot {doing} in {self._folder}: {error.strerror or error}"
            if error.errno in _NO_ROOM:
                raise StoreError(what, "free disk space, or choose another folder") from error
            raise StoreError(what, "check the folder and its permissions, or choose another one") from error
