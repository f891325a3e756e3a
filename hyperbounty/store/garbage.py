"""What the embedded store keeps, and what it may remove."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from hyperbounty.errors import InvalidInput, StoreError
from hyperbounty.store.ahead import GetBlock
from hyperbounty.store.cid import RAW, Cid
from hyperbounty.store.walk import links


@dataclass(frozen=True)
class Collected:
    """What a collection removed.

    Attributes:
        blocks: how many.
        size: their bytes.
        kept: how many blocks are reachable from a pin, and stay.
    """

    blocks: int
    size: int
    kept: int


def reachable(pins: Iterable[Cid], get_block: GetBlock, has: Callable[[Cid], bool]) -> set[Cid]:
    """Every block below the pins. Only blocks that link others are read.

    Raises:
        StoreError: a pinned block is missing or damaged, so it is unknown what else it needs.

    >>> cid = Cid.raw(b"hello")
    >>> reachable([cid], {cid: b"hello"}.__getitem__, lambda asked: asked == cid) == {cid}
    True
    """
    kept: set[Cid] = set()
    for pin in pins:
        pending = [pin]
        while pending:
            cid = pending.pop()
            if cid in kept:
                continue
            kept.add(cid)
            if cid.codec != RAW:
                try:
                    pending += links(cid, get_block(cid))
                except StoreError as error:
                    raise _incomplete(pin, error.what) from error
            elif not has(cid):
                raise _incomplete(pin, f"{cid} is missing")
    return kept


def sweep(folder: Path, kept: set[Cid]) -> Collected:
    """Remove every block of the store in `folder` that is not in `kept`, and what writers that were killed left."""
    for path in (*folder.glob("blocks/*/.*"), *folder.glob("pins/.*")):
        path.unlink()
    blocks = 0
    size = 0
    for path in folder.glob("blocks/*/*"):
        try:
            cid = Cid.parse(path.name)
        except InvalidInput:
            continue  # Not ours: whoever put it there knows what it is for.
        if cid not in kept:
            size += path.stat().st_size
            blocks += 1
            path.unlink()
    return Collected(blocks, size, len(kept))


def _incomplete(pin: Cid, why: str) -> StoreError:
    return StoreError(
        f"nothing was removed: {pin} is pinned but not complete ({why})", "add or fetch it again, or unpin it"
    )
