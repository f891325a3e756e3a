"""Everything below a CID."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from hyperbounty.errors import ContentNotFound
from hyperbounty.store import dagpb
from hyperbounty.store.ahead import Ahead, GetBlock, in_order
from hyperbounty.store.cid import RAW, Cid
from hyperbounty.store.unixfs import check_block


def links(cid: Cid, block: bytes) -> tuple[Cid, ...]:
    """The blocks that `block` links, in its order.

    Raises:
        StoreError: `cid` says that it is dag-pb, and it is not.

    >>> links(Cid.raw(b"hello"), b"hello")
    ()
    """
    return () if cid.codec == RAW else tuple(link.cid for link in dagpb.decode(block).links)


@dataclass(frozen=True, slots=True)
class _Linked:
    cid: Cid


def blocks_below(
    roots: Iterable[Cid], get_block: GetBlock, ahead: Ahead | None = None
) -> Generator[tuple[Cid, bytes], None, None]:
    """Each block that the roots reach, once and checked: a parent before its children, these in its order.

    IPFS nodes export in this order, so the same roots always give the same sequence. The CIDs are held in memory, the
    blocks are not. Close it where it is not read to its end.

    Args:
        roots: where it begins.
        get_block: finds a block.
        ahead: how blocks are asked for before their turn; None for one after the other.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        StoreError: a block is malformed; errors of `get_block` pass through.

    >>> from hyperbounty.store.unixfs import build
    >>> blocks = dict(build(b"ab", chunk_bytes=1))
    >>> root = list(blocks)[-1]
    >>> [len(block) for _, block in blocks_below([root], blocks.__getitem__)]
    [98, 1, 1]
    """
    seen: set[Cid] = set()

    def opens(part: _Linked, block: bytes) -> tuple[bytes, list[_Linked]]:
        check_block(part.cid, block)
        return block, [_Linked(cid) for cid in links(part.cid, block)]

    parts = in_order(map(_Linked, roots), opens, get_block, ahead=ahead, there=lambda part: part.cid in seen)
    with closing(parts):
        for part, block in parts:
            if block is not None:
                seen.add(part.cid)
                yield part.cid, block


def complete(roots: Iterable[Cid], blocks: Iterable[tuple[Cid, bytes]], what: str) -> Iterator[tuple[Cid, bytes]]:
    """The same blocks, each checked, and after the last one an error unless nothing is missing among them.

    All roots must be there, and every block that one of them links. The CIDs are held in memory, the blocks are not.

    Args:
        roots: what must be among them.
        blocks: in any order.
        what: the blocks are together, for the message of an error.

    Raises:
        ContentMismatch: a block is not what its CID names.
        ContentNotFound: one is missing. It is raised after the last block.
        StoreError: a block is malformed.
    """
    held: set[Cid] = set()
    wanted: dict[Cid, Cid | None] = dict.fromkeys(roots)
    for cid, block in blocks:
        yield cid, check_block(cid, block)
        held.add(cid)
        for link in links(cid, block):
            wanted.setdefault(link, cid)
    missing = next((cid for cid in wanted if cid not in held), None)
    if missing is not None:
        parent = wanted[missing]
        part = "a root" if parent is None else f"a part of {parent}"
        raise ContentNotFound(f"{what} lacks {missing}, {part}", "make it again from a store that has all of it")
