"""A content store that asks gateways for what it lacks."""

from __future__ import annotations

import logging
from contextlib import closing, suppress
from typing import BinaryIO, Final

from hyperbounty.errors import ContentMismatch, ContentNotFound, StoreAccessRefused, StoreError, StoreUnavailable
from hyperbounty.store import unixfs
from hyperbounty.store.ahead import Ahead
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import Bundle, ContentStore
from hyperbounty.store.gateways import Gateways
from hyperbounty.store.walk import blocks_below

_log = logging.getLogger(__name__)
_AWAY: Final = (StoreUnavailable, StoreAccessRefused)
_LACKS: Final = (ContentNotFound, ContentMismatch, *_AWAY)


class StoreWithGateways:
    """A `ContentStore` that reads from gateways what `store` cannot give, and keeps it there without pinning it.

    Everything else concerns `store` alone: content is added there, and `has` and `pins` report what is there.

    Args:
        store: asked first.
        gateways: asked next.
    """

    def __init__(self, store: ContentStore, gateways: Gateways) -> None:
        self._store = store
        self._gateways = gateways
        # A node searches its peers until its time limit. After one search that found nothing it is asked only for what
        # it holds itself, as long as the gateways have the rest. A node that does not answer is not asked at all.
        self._searches = True
        self._answers = True
        self.ahead = Ahead(self._attempt, gateways.at_once)

    def add(self, data: bytes) -> Cid:
        """Store and pin a file."""
        return self._store.add(data)

    def add_file(self, source: BinaryIO) -> Cid:
        """Store and pin the file in `source`."""
        return self._store.add_file(source)

    def add_bundle(self, bundle: Bundle) -> None:
        """Store the blocks of `bundle` and pin its roots."""
        self._store.add_bundle(bundle)

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Store one block without pinning it."""
        self._store.put_block(cid, block)

    def add_block(self, data: bytes) -> Cid:
        """Store and pin one raw block."""
        return self._store.add_block(data)

    def get(self, cid: Cid, *, max_bytes: int | None = None) -> bytes:
        """The file or raw block that `cid` names, every block checked, wherever it came from."""
        return unixfs.read(
            cid, self.block, max_bytes=unixfs.MAX_FILE_BYTES if max_bytes is None else max_bytes, ahead=self.ahead
        )

    def block(self, cid: Cid) -> bytes:
        """The block that `cid` names, checked, wherever it came from."""
        failure: StoreError | None = None
        if self._searches or self._holds(cid):
            try:
                return self._store.block(cid)
            except _LACKS as error:
                failure = self._noted(error)
        try:
            block = self._gateways.block(cid)
        except StoreError as lack:
            # Nobody better is left, so the store searches again.
            self._searches = True
            if failure is None:
                try:
                    return self._store.block(cid)
                except _LACKS as error:
                    failure = self._noted(error)
            raise type(lack)(f"{failure.what}; {lack.what}", lack.next_step) from lack
        self._searches = False
        if isinstance(failure, ContentMismatch):
            _log.warning("%s; a gateway gave the right ones", failure.what)
        self._keep(cid, block)
        return block

    def has(self, cid: Cid) -> bool:
        """Whether the store itself holds the block `cid` names."""
        return self._store.has(cid)

    def pin(self, cid: Cid) -> None:
        """Keep everything below `cid`, fetching what the store lacks."""
        with closing(blocks_below((cid,), self.block, self.ahead)) as blocks:
            for _ in blocks:
                pass
        self._store.pin(cid)

    def unpin(self, cid: Cid) -> None:
        """No longer keep `cid` for its own sake."""
        self._store.unpin(cid)

    def is_pinned(self, cid: Cid) -> bool:
        """Whether `cid` is kept."""
        return self._store.is_pinned(cid)

    def pins(self) -> tuple[Cid, ...]:
        """Everything that is kept."""
        return self._store.pins()

    def describe(self) -> str:
        """Which store this is, and which gateways stand behind it."""
        return f"{self._store.describe()}, then {', '.join(self._gateways.addresses)}"

    def _attempt(self, cid: Cid) -> bytes:
        """The block that `cid` names, where it is here or a gateway gives it at once."""
        if self._searches or self._holds(cid):
            with suppress(*_LACKS):
                return self._store.block(cid)
        block = self._gateways.attempt(cid)
        self._searches = False
        self._keep(cid, block)
        return block

    def _noted(self, error: StoreError) -> StoreError:
        self._answers = not isinstance(error, _AWAY)
        return error

    def _holds(self, cid: Cid) -> bool:
        try:
            return self._answers and self._store.has(cid)
        except _AWAY:
            self._answers = False
            return False

    def _keep(self, cid: Cid, block: bytes) -> None:
        if not self._answers:
            return
        try:
            self._store.put_block(cid, block)
        except StoreError as error:
            # Reading goes on: the block is here, whether or not it can be kept for the next time.
            _log.warning("%s is not kept: %s", cid, error.what)
