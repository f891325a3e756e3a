"""Files as trees of blocks, with the CIDs that `ipfs add --cid-version=1 --raw-leaves` gives.

The layout is Kubo's default: chunks of 256 KiB as raw blocks, joined by up to 174 links a node into a balanced tree
whose leaves are all at the same depth. A file of one chunk or none is that raw block alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from hyperbounty.errors import ContentMismatch, ContentTooLarge, StoreError
from hyperbounty.store import nodes
from hyperbounty.store.cid import DAG_PB, RAW, Cid

CHUNK_BYTES: Final = 256 * 1024
LINKS_PER_NODE: Final = 174

# The largest block that nodes exchange, and the largest file that `read` holds in memory where no limit is named.
MAX_BLOCK_BYTES: Final = 2 * 1024 * 1024
MAX_FILE_BYTES: Final = 512 * 1024 * 1024
# A balanced tree of 512 MiB has depth 3. The smallest chunk allowed on average bounds the work a few blocks, linked
# over and over, can cause.
_MAX_DEPTH: Final = 16
_SMALLEST_CHUNK: Final = 1024
_SPARE_BLOCKS: Final = 64

GetBlock = Callable[[Cid], bytes]


def build(source: bytes | BinaryIO, *, chunk_bytes: int = CHUNK_BYTES) -> Iterator[tuple[Cid, bytes]]:
    """The blocks of a file, each with its CID; children come before their parent and the root comes last.

    At most 174 links for each level of the tree are held in memory, so a stream may be larger than memory.

    >>> [(len(block), cid.codec == RAW) for cid, block in build(b"abc", chunk_bytes=2)]
    [(2, True), (1, True), (98, False)]
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    levels: list[list[nodes.Child]] = [[]]
    for chunk in _chunks(stream, chunk_bytes):
        cid = Cid.raw(chunk)
        yield cid, chunk
        yield from _append(levels, 0, nodes.Child(cid, len(chunk), len(chunk)))
    at = 0
    while at < len(levels) - 1 or len(levels[at]) > 1:
        parent, block = _join(levels[at])
        yield parent.cid, block
        at += 1
        yield from _append(levels, at, parent)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file, in order.

    Attributes:
        offset: where in the file it begins.
        size: its bytes, None where only the block itself tells.
        source: its bytes, or the raw block that holds just these.
    """

    offset: int
    size: int | None
    source: bytes | Cid


def pieces(cid: Cid, get_block: GetBlock, *, max_bytes: int) -> Iterator[Piece]:
    """The stretches of the file that `cid` names; raw blocks are named and left for the caller to find.

    Any UnixFS file is read, also one whose chunks or layout differ from those of `build`.

    Args:
        cid: the root: a raw block or a dag-pb node.
        get_block: finds a block; its errors pass through.
        max_bytes: the largest file wanted. A larger one is refused by its root, before its parts are fetched.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        ContentTooLarge: larger than `max_bytes`.
        StoreError: not a file, or malformed.
    """
    if cid.codec == RAW:
        yield Piece(0, None, cid)
        return
    offset = 0
    blocks_left = _SPARE_BLOCKS
    # Parts still to read, the next one last, each with the size its parent gave it and its depth.
    pending: list[tuple[Cid, int | None, int]] = [(cid, None, 0)]
    while pending:
        part, expected, depth = pending.pop()
        if blocks_left == 0 or depth > _MAX_DEPTH:
            raise StoreError(f"{cid} is cut into too many or too deep parts", "ask its publisher to add it as one file")
        blocks_left -= 1
        if part.codec == RAW:
            assert expected is not None, "the root alone has no size yet, and it is no raw block"
            yield Piece(offset, expected, part)
            offset += expected
            continue
        node = file_node(part, get_block)
        if expected is None:
            check_size(cid, node.size, max_bytes)
            blocks_left += 2 * node.size // _SMALLEST_CHUNK
        elif node.size != expected:
            raise _wrong_size(part, node.size, expected)
        if node.data:
            yield Piece(offset, len(node.data), node.data)
            offset += len(node.data)
        pending += [(child.cid, child.size, depth + 1) for child in reversed(node.children)]


def read(cid: Cid, get_block: GetBlock, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The file that `cid` names, every block checked against the CID it was asked for by.

    Arguments and errors are those of `pieces`.
    """
    # It gives its bytes away without a copy; a bytearray would hold the file twice.
    out = io.BytesIO()
    for piece in pieces(cid, get_block, max_bytes=max_bytes):
        data = load(piece, get_block)
        check_size(cid, out.tell() + len(data), max_bytes)
        out.write(data)
    return out.getvalue()


def load(piece: Piece, get_block: GetBlock) -> bytes:
    """The bytes of `piece`.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        StoreError: its block holds more or less than its parent said.
    """
    if isinstance(piece.source, bytes):
        return piece.source
    block = check_block(piece.source, get_block(piece.source))
    if piece.size is not None and len(block) != piece.size:
        raise _wrong_size(piece.source, len(block), piece.size)
    return block


def node_at(cid: Cid, get_block: GetBlock) -> nodes.FileNode | nodes.FolderNode:
    """What the dag-pb block `cid` says.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        StoreError: neither a file nor a folder, or malformed.
    """
    return nodes.decode(check_block(cid, get_block(cid)))


def file_node(cid: Cid, get_block: GetBlock) -> nodes.FileNode:
    """What the dag-pb block `cid` says of a file; errors as for `node_at`, and a `StoreError` for a folder."""
    node = node_at(cid, get_block)
    if isinstance(node, nodes.FolderNode):
        raise StoreError(f"{cid} is a directory", "ask for a file in it")
    return node


def check_block(cid: Cid, block: bytes) -> bytes:
    """`block` itself, once its hash is known to be the one in `cid`.

    Raises:
        ContentMismatch: it is not.

    >>> check_block(Cid.raw(b"hello"), b"hello")
    b'hello'
    """
    if not cid.matches(block):
        raise ContentMismatch(
            f"{len(block)} bytes came for {cid}, but their CID is {Cid.of(cid.codec, block)}",
            "do not use them; fetch the content from another node",
        )
    return block


def check_size(cid: Cid, size: int, max_bytes: int) -> None:
    """Refuse what is larger than was wanted.

    Raises:
        ContentTooLarge: `size` is more than `max_bytes`.
    """
    if size > max_bytes:
        raise ContentTooLarge(
            f"{cid} has {size:,} bytes, more than the {max_bytes:,} allowed", "raise the limit if you trust its source"
        )


def _wrong_size(cid: Cid, size: int, expected: int) -> StoreError:
    return StoreError(
        f"block {cid} holds {size} bytes where its file has {expected}", "ask its publisher to add it again"
    )


def _append(levels: list[list[nodes.Child]], at: int, child: nodes.Child) -> Iterator[tuple[Cid, bytes]]:
    # A full level is joined only when one more part arrives: 174 chunks have one node above them, not two.
    if at == len(levels):
        levels.append([])
    if len(levels[at]) == LINKS_PER_NODE:
        parent, block = _join(levels[at])
        yield parent.cid, block
        levels[at] = []
        yield from _append(levels, at + 1, parent)
    levels[at].append(child)


def _join(children: list[nodes.Child]) -> tuple[nodes.Child, bytes]:
    block = nodes.encode_file(children)
    size = sum(child.size for child in children)
    stored = len(block) + sum(child.stored for child in children)
    return nodes.Child(Cid.of(DAG_PB, block), size, stored), block


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
