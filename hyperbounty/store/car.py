"""Contents as one file, to be carried from store to store: CAR, version 1.

    length, header;  then for each block: length, CID, block      lengths are varints

https://ipld.io/specs/transport/car/carv1/. Each block stands there once, in the order of `blocks_below`. So the same
roots always give the same file. A file with one root equals what `ipfs dag export` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final

from hyperbounty.errors import ContentTooLarge, InvalidInput, StoreError
from hyperbounty.store.car_header import decode_header, encode_header, not_a_car
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import Bundle, ContentStore
from hyperbounty.store.protobuf import varint
from hyperbounty.store.unixfs import MAX_BLOCK_BYTES
from hyperbounty.store.walk import blocks_below, complete

_MAX_HEADER_BYTES: Final = 1024 * 1024
_CID_V1_BYTES: Final = 36
_CID_V0_BYTES: Final = 34
_CID_V0_START: Final = b"\x12\x20"
# A length of ten bytes counts past 2^63; none here comes near.
_LONGEST_LENGTH: Final = 9


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        blocks: how many.
        size: bytes of the whole file, with its header and the lengths between the blocks.
    """

    blocks: int
    size: int


def export_car(
    store: ContentStore,
    roots: Sequence[Cid],
    file: BinaryIO,
    *,
    max_bytes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Exported:
    """Write everything below `roots` to `file`, every block checked.

    Args:
        store: where it is read.
        roots: what the file is to hold, at least one; `import_car` pins them. Twice is once.
        file: opened for writing.
        max_bytes: the most that it may have, where the roots come from somebody else; None for any number.
        progress: told the bytes written so far, after each block.

    Raises:
        ContentNotFound: a block is nowhere to be had; what was written until then is no complete file.
        ContentMismatch: what came for a block is not what its CID names.
        ContentTooLarge: more than `max_bytes`.

    >>> from hyperbounty.store.embedded import EmbeddedStore
    >>> store = EmbeddedStore(tmp_path)
    >>> with (tmp_path / "hello.car").open("wb") as file:
    ...     export_car(store, [store.add(b"hello")], file)
    Exported(blocks=1, size=101)
    """
    if not roots:
        raise InvalidInput("nothing is named to be exported", "give at least one CID")
    blocks = -1  # the first piece is the header
    size = 0
    with closing(blocks_below(roots, store.block, store.ahead)) as below:
        for piece in encode_car(tuple(dict.fromkeys(roots)), below):
            file.write(piece)
            blocks += 1
            size += len(piece)
            if max_bytes is not None and size > max_bytes:
                raise ContentTooLarge(
                    f"below these {len(roots):,} CIDs are more than the {max_bytes:,} bytes that they can need",
                    "do not trust who published them; export the CIDs that you want one by one",
                )
            if progress is not None:
                progress(size)
    return Exported(blocks, size)


def import_car(store: ContentStore, file: BinaryIO) -> tuple[Cid, ...]:
    """Store everything in `file` and pin its roots.

    The file is read twice: once to check every block, and that all of what the roots reach is in it; then to store it.
    So a file that is damaged or incomplete changes nothing.

    Args:
        store: where it goes.
        file: opened for reading, able to seek.

    Returns:
        The roots, in the order of the file.

    Raises:
        StoreError: no CAR file, or cut off; nothing was stored.
        ContentNotFound: it lacks a block; nothing was stored.
        ContentMismatch: a block is not what its CID names; nothing was stored.

    >>> import io
    >>> from hyperbounty.store.embedded import EmbeddedStore
    >>> here, there = EmbeddedStore(tmp_path / "here"), EmbeddedStore(tmp_path / "there")
    >>> cid, file = here.add(b"hello"), io.BytesIO()
    >>> exported = export_car(here, [cid], file)
    >>> _ = file.seek(0)
    >>> import_car(there, file) == (cid,)
    True
    >>> there.get(cid)
    b'hello'
    """
    bundle = read_car(file)
    store.add_bundle(bundle)
    return bundle.roots


def read_car(file: BinaryIO) -> Bundle:
    """What `file` holds, once all of it is checked.

    Its blocks are read again when they are used, and not checked again. The CIDs are held in memory, the blocks are
    not. Errors are those of `import_car`.
    """
    start = file.tell()
    roots = _read_header(file)
    after_header = file.tell()
    for _ in complete(roots, _read_blocks(file), "the CAR file"):
        pass
    size = file.tell() - start

    def blocks() -> Iterator[tuple[Cid, bytes]]:
        file.seek(after_header)
        return _read_blocks(file)

    return Bundle(roots, size, blocks)


def blocks_in(file: BinaryIO) -> Iterator[tuple[Cid, bytes]]:
    """The blocks in `file`, not checked, whatever is missing among them. Errors are those of `import_car`."""
    _read_header(file)
    return _read_blocks(file)


def encode_car(roots: Sequence[Cid], blocks: Iterator[tuple[Cid, bytes]]) -> Iterator[bytes]:
    """The CAR file of `blocks`, in pieces."""
    header = encode_header(roots)
    yield varint(len(header)) + header
    for cid, block in blocks:
        yield varint(_CID_V1_BYTES + len(block)) + cid.binary + block


def _read_header(file: BinaryIO) -> tuple[Cid, ...]:
    length = _read_length(file)
    if length is None:
        raise not_a_car("it is empty")
    if length > _MAX_HEADER_BYTES:
        raise not_a_car(f"its header would have {length:,} bytes")
    # One that is cut off in here is as likely no CAR file at all.
    return decode_header(file.read(length))


def _read_blocks(file: BinaryIO) -> Iterator[tuple[Cid, bytes]]:
    while (length := _read_length(file)) is not None:
        if length > _CID_V1_BYTES + MAX_BLOCK_BYTES:
            raise not_a_car(f"a block in it would have {length:,} bytes, more than nodes exchange")
        section = _read_exactly(file, length)
        size = _CID_V0_BYTES if section.startswith(_CID_V0_START) else _CID_V1_BYTES
        try:
            cid = Cid.from_bytes(section[:size])
        except InvalidInput as error:
            raise not_a_car(f"a block in it has a CID of a kind not used here ({error.what})") from error
        yield cid, section[size:]


def _read_length(file: BinaryIO) -> int | None:
    """The varint at which `file` stands, None at its end."""
    value = 0
    for position in range(_LONGEST_LENGTH):
        byte = file.read(1)
        if not byte:
            if position == 0:
                return None
            raise _cut_off()
        value |= (byte[0] & 0x7F) << 7 * position
        if byte[0] < 0x80:
            return value
    raise not_a_car("a length in it has too many bytes")


def _read_exactly(file: BinaryIO, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = file.read(size - len(data))
        if not piece:
            raise _cut_off()
        data += piece
    return bytes(data)


def _cut_off() -> StoreError:
    return StoreError("the CAR file ends in the middle of a block", "copy it again in full, or export it again")
