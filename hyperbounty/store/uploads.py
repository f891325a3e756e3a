"""What a client of an IPFS RPC uploads: the file in a `multipart/form-data` body (RFC 7578), in pieces (RFC 9112).

Clients send such a body while they make it, so its length is not known and it may be larger than memory. The part of
the form that holds the file is written to where it is wanted as it arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedIOBase
from typing import BinaryIO, Final

from hyperbounty.errors import InvalidInput

_PIECE_BYTES: Final = 64 * 1024
_LONGEST_LINE: Final = 8 * 1024
_CHUNK_SIZE: Final = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_BOUNDARY: Final = re.compile(r'\bboundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)


class BadUpload(InvalidInput):
    """A body that is not what was asked for. The rest of the connection cannot be read."""


def chunked_body(source: BufferedIOBase) -> Iterator[bytes]:
    r"""The pieces of a body whose `Transfer-Encoding` is `chunked`, to its end.

    Raises:
        BadUpload: it is not encoded so, or breaks off.

    >>> import io
    >>> list(chunked_body(io.BytesIO(b"5\r\nhello\r\n0\r\n\r\n")))
    [b'hello']
    """
    while left := _chunk_size(source):
        yield from sized_body(source, left)
        if source.read(2) != b"\r\n":
            raise BadUpload("a chunk of the body is longer than it says")
    while (line := source.readline(_LONGEST_LINE)) not in (b"\r\n", b""):
        if not line.endswith(b"\n"):
            raise BadUpload("a line after the body is too long")


def sized_body(source: BufferedIOBase, length: int) -> Iterator[bytes]:
    """The pieces of a body of `length` bytes.

    Raises:
        BadUpload: it breaks off.
    """
    while length:
        piece = source.read(min(length, _PIECE_BYTES))
        if not piece:
            raise BadUpload("the body breaks off")
        length -= len(piece)
        yield piece


def save_file(pieces: Iterator[bytes], content_type: str, target: BinaryIO) -> None:
    r"""Write the first part of the form in `pieces` to `target`; what comes after it is read and left.

    Raises:
        BadUpload: it is no such form, or holds no part.

    >>> import io
    >>> form = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhello\r\n--x--\r\n'
    >>> save_file(iter([form]), "multipart/form-data; boundary=x", target := io.BytesIO())
    >>> target.getvalue()
    b'hello'
    """
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or found is None:
        raise BadUpload(f"the file is to come as multipart/form-data, not as {content_type[:80]!r}")
    # The line break before a boundary belongs to it. The first one has none of its own.
    boundary = b"\r\n--" + (found[1] or found[2]).encode("latin-1", "replace")
    rest = _copy_until(boundary, b"\r\n", pieces, None)
    rest = _copy_until(b"\r\n\r\n", rest, pieces, None)
    _copy_until(boundary, rest, pieces, target)
    for _ in pieces:
        pass


def _copy_until(mark: bytes, start: bytes, pieces: Iterator[bytes], target: BinaryIO | None) -> bytes:
    """Write what stands before `mark` to `target`; returns what came with the mark, after it."""
    held = start
    while (at := held.find(mark)) < 0:
        # The mark may have begun in the last bytes.
        ready = max(0, len(held) - len(mark) + 1)
        if target is not None:
            target.write(held[:ready])
        piece = next(pieces, None)
        if piece is None:
            raise BadUpload("the form ends before its file does")
        held = held[ready:] + piece
    if target is not None:
        target.write(held[:at])
    return held[at + len(mark) :]


def _chunk_size(source: BufferedIOBase) -> int:
    line = source.readline(_LONGEST_LINE)
    found = _CHUNK_SIZE.fullmatch(line)
    if found is None:
        raise BadUpload("the body breaks off" if not line else "the body is not in chunks, as its header says")
    return int(found[1], 16)
