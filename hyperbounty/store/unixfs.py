"""Files as trees of blocks, with the CIDs that `ipfs add --cid-version=1 --raw-leaves` gives.

The layout is Kubo's default: chunks of 256 KiB as raw blocks, joined by up to 174 links a node into a balanced tree
whose leaves are all at the same depth. A file of one chunk or none is that raw block alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final

from hyperbounty.errors import ContentMismatch, ContentTooLarge, StoreError
from hyperbounty.store import nodes
from hyperbounty.store.ahead import Ahead, GetBlock, in_order
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
class Stretch:
    """A part of a file: a block and what hangs below it.

    Attributes:
        cid: the block.
        offset: where in the file it begins.
        size: its bytes of the file, None where only the block itself tells.
        depth: how far below the root.
    """

    cid: Cid
    offset: int
    size: int | None
    depth: int = 0


def pieces(
    cid: Cid,
    get_block: GetBlock,
    *,
    max_bytes: int,
    ahead: Ahead | None = None,
    there: Callable[[Stretch], bool] = lambda _: False,
) -> Generator[tuple[Stretch, bytes | None], None, None]:
    """What stands in the blocks of the file that `cid` names, in the order of the file.

    Any UnixFS file is read, also one whose chunks or layout differ from those of `build`. Close it where it is not read
    to its end.

    Args:
        cid: the root: a raw block or a dag-pb node.
        get_block: finds a block; its errors pass through.
        max_bytes: the largest file wanted. A larger one is refused by its root, before its parts are fetched.
        ahead: how blocks are asked for before their turn; None for one after the other.
        there: whether the caller has a raw block's bytes already: they come as None, and are not asked for.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        ContentTooLarge: larger than `max_bytes`.
        StoreError: not a file, or malformed.
    """
    blocks_left = _SPARE_BLOCKS

    def opens(stretch: Stretch, block: bytes) -> tuple[bytes, list[Stretch]]:
        nonlocal blocks_left
        check_block(stretch.cid, block)
        if stretch.cid.codec == RAW:
            if stretch.size not in (None, len(block)):
                raise _wrong_size(stretch.cid, len(block), stretch.size)
            return block, []
        node = nodes.decode(block)
        if isinstance(node, nodes.FolderNode):
            raise StoreError(f"{stretch.cid} is a directory", "ask for a file in it")
        if stretch.size is None:
            check_size(cid, node.size, max_bytes)
            blocks_left += 2 * node.size // _SMALLEST_CHUNK
        elif node.size != stretch.size:
            raise _wrong_size(stretch.cid, node.size, stretch.size)
        if stretch.depth == _MAX_DEPTH:
            raise _too_many_parts(cid)
        children = []
        offset = stretch.offset + len(node.data)
        for child in node.children:
            children.append(Stretch(child.cid, offset, child.size, stretch.depth + 1))
            offset += child.size
        return node.data, children

    parts = in_order(
        [Stretch(cid, 0, None)], opens, get_block, ahead=ahead, there=lambda it: it.cid.codec == RAW and there(it)
    )
    with closing(parts):
        for stretch, data in parts:
            if blocks_left == 0:
                raise _too_many_parts(cid)
            blocks_left -= 1
            # A node that only joins others holds nothing of the file.
            if data != b"" or stretch.cid.codec == RAW:
                yield stretch, data


def read(cid: Cid, get_block: GetBlock, *, max_bytes: int = MAX_FILE_BYTES, ahead: Ahead | None = None) -> bytes:
    """The file that `cid` names, every block checked against the CID it was asked for by.

    Arguments and errors are those of `pieces`.
    """
    # It gives its bytes away without a copy; a bytearray would hold the file twice.
    out = io.BytesIO()
    with closing(pieces(cid, get_block, max_bytes=max_bytes, ahead=ahead)) as found:
        for _, data in found:
            assert data is not None, "none was said to be there"
            check_size(cid, out.tell() + len(data), max_bytes)
            out.write(data)
    return out.getvalue()


def node_at(cid: Cid, get_block: GetBlock) -> nodes.FileNode | nodes.FolderNode:
    """What the dag-pb block `cid` says.

    Raises:
        ContentMismatch: `get_block` gave bytes with another hash.
        StoreError: neither a file nor a folder, or malformed.
    """
    return nodes.decode(check_block(cid, get_block(cid)))


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


def _wrong_size(cid: Cid, size: int, expected: int | None) -> StoreError:
    return StoreError(
        f"block {cid} holds {size} bytes where its file has {expected}", "ask its publisher to add it again"
    )


def _too_many_parts(cid: Cid) -> StoreError:
    return StoreError(f"{cid} is cut into too many or too deep parts", "ask its publisher to add it as one file")


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
