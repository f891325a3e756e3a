"""The embedded store: blocks in a folder, under the CIDs that an IPFS node gives them.

    blocks/<two characters>/<CID>    one block each
    pins/<CID>                       empty; says that the content is to be kept
    lock                             shared by those who write, exclusive for the one who collects garbage

A block appears under its name only when it is written in full, and two writers of one block write the same bytes, so
writers share a folder and readers need no lock. A pin is written last: a process that is killed leaves blocks without
a pin, which the next collection removes, and never a pin without its blocks.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from hyperbounty.errors import ContentMismatch, ContentNotFound, DiskFailed, InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.locks import locked
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.store import garbage, unixfs
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import Bundle, check_file, check_single_block
from hyperbounty.store.walk import blocks_below, complete

_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class EmbeddedStore:
    """A `ContentStore` in a folder, which is made when the first block is added.

    >>> store = EmbeddedStore(tmp_path)
    >>> cid = store.add(b"hello")
    >>> store.get(cid), store.is_pinned(cid)
    (b'hello', True)
    >>> store.unpin(cid)
    >>> store.collect_garbage()
    Collected(blocks=1, size=5, kept=0)
    """

    ahead: None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, data: bytes) -> Cid:
        """Store and pin a file."""
        check_file(data)
        return self.add_file(io.BytesIO(data))

    def add_file(self, source: BinaryIO) -> Cid:
        """Store and pin the file in `source`."""
        root = Cid.raw(b"")
        with self._writing():
            for cid, block in unixfs.build(source):
                self._put(cid, block)
                root = cid
            self._record_pin(root)
        return root

    def add_bundle(self, bundle: Bundle) -> None:
        """Store the blocks of `bundle` and pin its roots."""
        with self._writing():
            for cid, block in complete(bundle.roots, bundle.blocks(), "what is to be stored"):
                self._put(cid, block)
            for root in bundle.roots:
                self._record_pin(root)

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Store one block without pinning it."""
        with self._writing():
            self._put(cid, unixfs.check_block(cid, block))

    def add_block(self, data: bytes) -> Cid:
        """Store and pin one raw block."""
        check_single_block(data)
        cid = Cid.raw(data)
        with self._writing():
            self._put(cid, data)
            self._record_pin(cid)
        return cid

    def get(self, cid: Cid, *, max_bytes: int | None = None) -> bytes:
        """The file or raw block that `cid` names, every block checked."""
        return unixfs.read(cid, self.block, max_bytes=unixfs.MAX_FILE_BYTES if max_bytes is None else max_bytes)

    def block(self, cid: Cid) -> bytes:
        """The block that `cid` names, checked."""
        path = self._path(cid)
        with self._disk("read"):
            try:
                block = path.read_bytes()
            except FileNotFoundError as error:
                raise self._missing(cid) from error
        if not cid.matches(block):
            raise ContentMismatch(
                f"the file {path} no longer holds {cid}: its bytes have another hash",
                "check the disk, remove the file and add or fetch the content again",
            )
        return block

    def has(self, cid: Cid) -> bool:
        """Whether the block `cid` names is in the folder."""
        with self._disk("read"):
            return self._path(cid).is_file()

    def pin(self, cid: Cid) -> None:
        """Record that `cid` is to be kept, once all of it is known to be here."""
        # Taking the lock would make the folder; asking for what isn't here leaves no trace.
        if not self.has(cid):
            raise self._missing(cid)
        with self._writing():
            for _ in blocks_below((cid,), self.block):
                pass
            self._record_pin(cid)

    def unpin(self, cid: Cid) -> None:
        """Forget that `cid` is to be kept."""
        with self._disk("remove"):
            self._pin_path(cid).unlink(missing_ok=True)

    def is_pinned(self, cid: Cid) -> bool:
        """Whether `cid` is to be kept."""
        with self._disk("read"):
            return self._pin_path(cid).is_file()

    def pins(self) -> tuple[Cid, ...]:
        """Everything that is to be kept."""
        with self._disk("read"):
            names = [path.name for path in (self._folder / "pins").glob("*")]
        return tuple(sorted(_cids(names)))

    def collect_garbage(self) -> garbage.Collected:
        """Remove every block that no pin reaches. Waits for those who write, and they for it.

        Raises:
            StoreError: something pinned is not complete; nothing was removed.
        """
        if not self._folder.is_dir():
            return garbage.Collected(0, 0, 0)
        with self._lock(exclusive=True):
            kept = garbage.reachable(self.pins(), self.block, self.has)
            with self._disk("remove"):
                return garbage.sweep(self._folder, kept)

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

    def _record_pin(self, cid: Cid) -> None:
        with self._disk("write"):
            write_atomic(self._pin_path(cid), b"")

    def _path(self, cid: Cid) -> Path:
        # The first characters are the same in every CID; these two spread evenly, as in Kubo's own block folder.
        name = str(cid)
        return self._folder / "blocks" / name[-3:-1] / name

    def _pin_path(self, cid: Cid) -> Path:
        return self._folder / "pins" / str(cid)

    def _missing(self, cid: Cid) -> ContentNotFound:
        return ContentNotFound(
            f"{cid} is not in the {self.describe()}",
            NextStep("add the content, or read from an IPFS node that has it with {}", Parameter("ipfs")),
        )

    def _writing(self) -> AbstractContextManager[None]:
        return self._lock(exclusive=False)

    @contextmanager
    def _lock(self, *, exclusive: bool) -> Iterator[None]:
        with ExitStack() as stack:
            with self._disk("write"):
                stack.enter_context(locked(self._folder / "lock", exclusive=exclusive))
            yield

    @contextmanager
    def _disk(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = f"cannot {doing} in {self._folder}: {error.strerror or error}"
            if error.errno in _NO_ROOM:
                raise DiskFailed(what, "free disk space, or choose another folder") from error
            raise DiskFailed(what, "check the folder and its permissions, or choose another one") from error


def _cids(names: list[str]) -> Iterator[Cid]:
    for name in names:
        try:
            yield Cid.parse(name)
        except InvalidInput:
            continue  # what a killed writer left, under a name that begins with a dot
