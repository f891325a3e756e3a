"""Files as trees of blocks, with the CIDs that `ipfs add --cid-version=1 --raw-leaves` gives.

The layout is Kubo's default: chunks of 256 KiB as raw blocks, joined by up to 174 links a node into a balanced tree
whose leaves are all at the same depth. A file of one chunk or none is that raw block alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from hyperbounty.errors import ContentMismatch, StoreError
from hyperbounty.store import dagpb
from hyperbounty.store.cid import DAG_PB, RAW, Cid

CHUNK_BYTES: Final = 256 * 1024
LINKS_PER_NODE: Final = 174

# What `read` accepts of others: the largest block that nodes exchange, and the largest file that a caller who names no
# limit wants in memory.
MAX_BLOCK_BYTES: Final = 2 * 1024 * 1024
MAX_FILE_BYTES: Final = 512 * 1024 * 1024
# A balanced tree of 512 MiB has depth 3. The smallest chunk allowed on average bounds the work a few blocks, linked
# over and over, can cause.
_MAX_DEPTH: Final = 16
_SMALLEST_CHUNK: Final = 1024
_SPARE_BLOCKS: Final = 64


def build(source: bytes | BinaryIO, *, chunk_bytes: int = CHUNK_BYTES) -> Iterator[tuple[Cid, bytes]]:
    """The blocks of a file, each with its CID; children come before their parent and the root comes last.

    At most 174 links for each level of the tree are held in memory, so a stream may be larger than memory.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    levels: list[list[dagpb.Child]] = [[]]
    for chunk in _chunks(stream, chunk_bytes):
        cid = Cid.raw(chunk)
        yield cid, chunk
        yield from _append(levels, 0, dagpb.Child(cid, len(chunk), len(chunk)))
    at = 0
    while at < len(levels) - 1 or len(levels[at]) > 1:
        parent, block = _join(levels[at])
        yield parent.cid, block
        at += 1
        yield from _append(levels, at, parent)


def read(cid: Cid, get_block: Callable[[Cid], bytes], *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The file that `cid` names, every block checked against the CID it was asked for by.

    Any UnixFS file is read, also one whose chunks or layout differ from those of `build`.

    Args:
        cid: the root: a raw block or a dag-pb node.
        get_block: finds a block; its errors pass through.
        max_bytes: the largest file wanted. A larger one is refused by its root, before its parts are fetched.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        StoreError: larger than `max_bytes`, not a file, or malformed.
    """
    out = bytearray()
    blocks_left = _SPARE_BLOCKS
    # Parts still to read, the next one last, each with the size its parent gave it and its depth.
    pending: list[tuple[Cid, int | None, int]] = [(cid, None, 0)]
    while pending:
        part, expected, depth = pending.pop()
        if blocks_left == 0 or depth > _MAX_DEPTH:
            raise StoreError(f"{cid} is cut into too many or too deep parts", "ask its publisher to add it as one file")
        blocks_left -= 1
        block = check_block(part, get_block(part))
        node = dagpb.FileNode(block, ()) if part.codec == RAW else dagpb.decode(block)
        if expected is not None and node.size != expected:
            raise StoreError(
                f"block {part} holds {node.size} bytes where {cid} has {expected}", "ask its publisher to add it again"
            )
        if expected is None:
            _check_size(cid, node.size, max_bytes)
            blocks_left += 2 * node.size // _SMALLEST_CHUNK
        out += node.data
        pending += [(child.cid, child.size, depth + 1) for child in reversed(node.children)]
    return bytes(out)


def check_block(cid: Cid, block: bytes) -> bytes:
    """`block` itself, once its hash is known to be the one in `cid`.

    Raises:
        ContentMismatch: it is not.
    """
    if not cid.matches(block):
        raise ContentMismatch(
            f"{len(block)} bytes came for {cid}, but their CID is {Cid.of(cid.codec, block)}",
            "do not use them; fetch the content from another node",
        )
    return block


def _check_size(cid: Cid, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise StoreError(
            f"{cid} has {size:,} bytes, more than the {max_bytes:,} allowed", "raise the limit if you trust its source"
        )


def _append(levels: list[list[dagpb.Child]], at: int, child: dagpb.Child) -> Iterator[tuple[Cid, bytes]]:
    # A full level is joined only when one more part arrives: 174 chunks have one node above them, not two.
    if at == len(levels):
        levels.append([])
    if len(levels[at]) == LINKS_PER_NODE:
        parent, block = _join(levels[at])
        yield parent.cid, block
        levels[at] = []
        yield from _append(levels, at + 1, parent)
    levels[at].append(child)


def _join(children: list[dagpb.Child]) -> tuple[dagpb.Child, bytes]:
    block = dagpb.encode(children)
    size = sum(child.size for child in children)
    stored = len(block) + sum(child.stored for child in children)
    return dagpb.Child(Cid.of(DAG_PB, block), size, stored), block


def _chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    # A stream may give less than asked before its end; a chunk is short only there.
    first = True
    while True:
        chunk = bytearray()
        while len(chunk) < size and (piece := stream.read(size - len(chunk))):
            chunk += piece
        if chunk or first:
            yield bytes(chunk)
        if len(chunk) < size:
            return
        first = False
