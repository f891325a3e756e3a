"""The dag-pb block: links to other blocks, and data that another format defines.

    PBNode  Links = 2 (repeated PBLink), Data = 1      links are written before data
    PBLink  Hash = 1, Name = 2, Tsize = 3

https://ipld.io/specs/codecs/dag-pb/spec/. The order of the fields is part of the hash, so writing follows it to the
byte; reading accepts any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hyperbounty.errors import InvalidInput
from hyperbounty.store.cid import Cid
from hyperbounty.store.protobuf import bytes_field, fields, malformed, number_field


@dataclass(frozen=True, slots=True)
class Link:
    """What a block says of a block below it.

    Attributes:
        cid: the block.
        name: its name, UTF-8 by the format; empty within a file.
        stored: bytes of all blocks from there on, envelopes included; advisory, and not checked when read.
    """

    cid: Cid
    name: bytes
    stored: int


@dataclass(frozen=True, slots=True)
class Node:
    """A dag-pb block, read. `data` is None where the block has none."""

    links: tuple[Link, ...]
    data: bytes | None


def encode(links: Iterable[Link], data: bytes) -> bytes:
    """The block with these links, in this order, and `data`.

    >>> decode(encode([Link(Cid.raw(b"hello"), b"a.txt", 5)], b"data")).data
    b'data'
    """
    written = (
        bytes_field(2, bytes_field(1, link.cid.binary) + bytes_field(2, link.name) + number_field(3, link.stored))
        for link in links
    )
    return b"".join(written) + bytes_field(1, data)


def decode(block: bytes) -> Node:
    """The node in `block`.

    Raises:
        StoreError: not dag-pb, or a link whose hash is not SHA-256.
    """
    links: list[Link] = []
    data: bytes | None = None
    for number, value in fields(block):
        if number == 2 and isinstance(value, bytes):
            links.append(_link(value))
        elif number == 1 and isinstance(value, bytes) and data is None:
            data = value
        else:
            raise malformed("is not dag-pb")
    return Node(tuple(links), data)


def _link(message: bytes) -> Link:
    cid: Cid | None = None
    name = b""
    stored = 0
    for number, value in fields(message):
        if number == 1 and isinstance(value, bytes):
            try:
                cid = Cid.from_bytes(value)
            except InvalidInput as error:
                raise malformed(f"links a block by a hash that is not SHA-256 ({value[:8].hex()}…)") from error
        elif number == 2 and isinstance(value, bytes):
            name = value
        elif number == 3 and isinstance(value, int):
            stored = value
        else:
            raise malformed("is not dag-pb")
    if cid is None:
        raise malformed("has a link without a hash")
    return Link(cid, name, stored)
