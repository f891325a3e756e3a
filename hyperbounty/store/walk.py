"""Everything below a CID."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hyperbounty.store import dagpb
from hyperbounty.store.cid import RAW, Cid
from hyperbounty.store.unixfs import GetBlock, check_block


def links(cid: Cid, block: bytes) -> tuple[Cid, ...]:
    """The blocks that `block` links, in its order.

    Raises:
        StoreError: `cid` says that it is dag-pb, and it is not.
    """
    return () if cid.codec == RAW else tuple(link.cid for link in dagpb.decode(block).links)


def blocks_below(roots: Iterable[Cid], get_block: GetBlock) -> Iterator[tuple[Cid, bytes]]:
    """Each block that the roots reach, once and checked: a parent before its children, these in its order.

    That is the order in which IPFS nodes export, so the same roots always give the same sequence. The CIDs met are
    held in memory, the blocks are not.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        StoreError: a block is malformed; errors of `get_block` pass through.
    """
    seen: set[Cid] = set()
    for root in roots:
        pending = [root]
        while pending:
            cid = pending.pop()
            if cid in seen:
                continue
            seen.add(cid)
            block = check_block(cid, get_block(cid))
            yield cid, block
            pending += reversed(links(cid, block))
