"""What every content store does, embedded or a real IPFS node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from hyperbounty.errors import StoreError
from hyperbounty.store.ahead import Ahead, in_order
from hyperbounty.store.cid import Cid
from hyperbounty.store.unixfs import MAX_FILE_BYTES

MAX_SINGLE_BLOCK_BYTES: Final = 1024 * 1024


@dataclass(frozen=True)
class Bundle:
    """Blocks that belong together: a folder, or what a CAR file holds.

    Attributes:
        roots: what is to be pinned; `blocks` holds all of it.
        size: bytes of all blocks; one that occurs twice counts twice.
        blocks: gives the blocks; each call begins with the first one.
    """

    roots: tuple[Cid, ...]
    size: int
    blocks: Callable[[], Iterator[tuple[Cid, bytes]]]


class ContentStore(Protocol):
    """Content by the hash of its bytes. What `get` returns has been checked against its CID, whoever stored it.

    Every method may raise `StoreUnavailable` where the store is a node that doesn't answer, and `StoreError` where the
    store cannot do what was asked.
    """

    @property
    def ahead(self) -> Ahead | None:
        """How it is asked for several blocks at once; None where that gains nothing, as on a disk."""
        ...

    def add(self, data: bytes) -> Cid:
        """Store and pin a file of at most `MAX_FILE_BYTES`; the CID is that of `ipfs add --cid-version=1`."""
        ...

    def add_file(self, source: BinaryIO) -> Cid:
        """Store and pin the file in `source`, from its position to its end; memory does not grow with the file.

        `source` must be able to seek. The CID is that of `add`. There is no limit on the size: read a large file back
        with `fetch`, or with `get` and `max_bytes`.
        """
        ...

    def add_bundle(self, bundle: Bundle) -> None:
        """Store the blocks of `bundle` and pin its roots.

        Raises:
            ContentMismatch: a block is not what its CID names; no root was pinned.
            ContentNotFound: a block is missing; no root was pinned.
        """
        ...

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Store the block that `cid` names, without pinning it.

        Raises:
            ContentMismatch: `block` is not what `cid` names.
        """
        ...

    def add_block(self, data: bytes) -> Cid:
        """Store and pin `data` as one raw block of at most `MAX_SINGLE_BLOCK_BYTES`; the CID carries its SHA-256."""
        ...

    def get(self, cid: Cid, *, max_bytes: int | None = None) -> bytes:
        """The file or raw block that `cid` names.

        Args:
            cid: its root.
            max_bytes: the largest one wanted, `MAX_FILE_BYTES` where None; it is refused before it is fetched.

        Raises:
            ContentNotFound: a block of it is nowhere to be had.
            ContentMismatch: what came is not what `cid` names.
            ContentTooLarge: it has more than `max_bytes`.
        """
        ...

    def block(self, cid: Cid) -> bytes:
        """The block that `cid` names, an envelope of a file or a folder included.

        Raises:
            ContentNotFound: it is nowhere to be had.
            ContentMismatch: what came is not what `cid` names.
        """
        ...

    def has(self, cid: Cid) -> bool:
        """Whether the block `cid` names is held here, without asking other nodes and without checking its bytes."""
        ...

    def pin(self, cid: Cid) -> None:
        """Keep everything below `cid`; a node fetches what it lacks.

        Raises:
            ContentNotFound: a block of it is nowhere to be had.
        """
        ...

    def unpin(self, cid: Cid) -> None:
        """No longer keep `cid` for its own sake; nothing happens where it isn't pinned."""
        ...

    def is_pinned(self, cid: Cid) -> bool:
        """Whether `cid` was pinned, and not unpinned since."""
        ...

    def pins(self) -> tuple[Cid, ...]:
        """Everything that was pinned and not unpinned since, in the order of the CIDs."""
        ...

    def describe(self) -> str:
        """Which store this is, for people: `IPFS node 0.39.0 at /ip4/127.0.0.1/tcp/5001`."""
        ...


@dataclass(frozen=True, slots=True)
class _Wanted:
    cid: Cid


def bring(store: ContentStore, cids: Iterable[Cid]) -> None:
    """Have the first blocks of many contents asked for at once, where `store` can, and kept for who reads them next.

    It is an attempt: what does not come now is asked for once it is read, and the error is said then.
    """
    if store.ahead is None:
        return

    def opens(_: _Wanted, __: bytes) -> tuple[None, tuple[_Wanted, ...]]:
        return None, ()

    with closing(in_order(map(_Wanted, cids), opens, lambda _: b"", ahead=store.ahead)) as blocks:
        for _ in blocks:
            pass


def check_file(data: bytes) -> None:
    """Refuse a file that `get` would not give back.

    Raises:
        StoreError: more than `MAX_FILE_BYTES`.
    """
    if len(data) > MAX_FILE_BYTES:
        raise StoreError(f"a file of {len(data):,} bytes is over the limit of {MAX_FILE_BYTES:,}", "split it")


def check_single_block(data: bytes) -> None:
    """Refuse a block that other nodes would not take.

    Raises:
        StoreError: more than `MAX_SINGLE_BLOCK_BYTES`.
    """
    if len(data) > MAX_SINGLE_BLOCK_BYTES:
        raise StoreError(
            f"a block of {len(data):,} bytes is over the limit of {MAX_SINGLE_BLOCK_BYTES:,}",
            "store it as a file, or move its bulky parts to files of their own",
        )
