"""Documents out of the index, parsed once: each is named by its hash, so what was parsed is kept in memory.

Up to `MOST_BYTES` of texts are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from threading import Lock
from typing import Final, TypeVar

from sqlalchemy import Connection, select

from hyperbounty.errors import ManifestError
from hyperbounty.store.documents import Document
from hyperbounty.web.index.documents import DocumentState
from hyperbounty.web.index.tables import DOCUMENTS

MOST_BYTES: Final = 8 * 1024 * 1024
"""Of the texts of documents that are kept in memory; parsed they take some times as much."""

_Read = TypeVar("_Read", bound=Document)


class ParsedDocuments:
    """What was parsed, the latest of it; every thread may ask.

    Args:
        limits: of some kinds, the bytes beyond which a text is none of them.
        most_bytes: of texts that are kept.
    """

    def __init__(self, limits: Mapping[type, int], most_bytes: int = MOST_BYTES) -> None:
        self._limits = limits
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._kept: OrderedDict[tuple[type, bytes], tuple[int, Document | None]] = OrderedDict()
        self._bytes = 0

    def read(self, rows: Connection, kind: type[_Read], digests: Collection[bytes]) -> Mapping[bytes, _Read]:
        """The documents of a kind that the index has, by their digests; what is none of the kind is left out."""
        found: dict[bytes, _Read] = {}
        missing = []
        with self._lock:
            for digest in digests:
                kept = self._kept.get((kind, digest))
                if kept is None:
                    missing.append(digest)
                    continue
                self._kept.move_to_end((kind, digest))
                if isinstance(kept[1], kind):
                    found[digest] = kept[1]
        if missing:
            wanted = select(DOCUMENTS.c.digest, DOCUMENTS.c.content).where(
                DOCUMENTS.c.digest.in_(missing), DOCUMENTS.c.state == DocumentState.THERE
            )
            for digest, content in rows.execute(wanted):
                parsed = self._parse(kind, content)
                self._keep((kind, digest), len(content), parsed)
                if parsed is not None:
                    found[digest] = parsed
        return found

    def _parse(self, kind: type[_Read], content: bytes) -> _Read | None:
        if len(content) > self._limits.get(kind, len(content)):
            return None
        try:
            return kind.parse(content)
        except ManifestError:
            return None

    def _keep(self, key: tuple[type, bytes], size: int, parsed: Document | None) -> None:
        with self._lock:
            if key in self._kept or size > self._most_bytes:
                return
            self._kept[key] = size, parsed
            self._bytes += size
            while self._bytes > self._most_bytes:
                _, (gone, _) = self._kept.popitem(last=False)
                self._bytes -= gone
