"""Manifests and reports out of the index, parsed: what strangers published about contests, and what became of it.

A document is named by its hash, so what was parsed once is kept in memory, up to `MOST_BYTES` of texts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import MAX_MANIFEST_BYTES
from hyperbounty.bounty.report import Report
from hyperbounty.bounty.unscorable import Unscorable
from hyperbounty.errors import ManifestError
from hyperbounty.store import Cid
from hyperbounty.store.documents import Document
from hyperbounty.web.index.documents import DocumentState
from hyperbounty.web.index.tables import DOCUMENTS

MOST_BYTES: Final = 8 * 1024 * 1024
"""Of the texts of documents that are kept in memory; parsed they take some times as much."""

_FOUND: Final = frozenset({DocumentState.WRONG, DocumentState.TOO_LARGE})
"""States of documents that were there."""

_Read = TypeVar("_Read", bound=Document)


@dataclass(frozen=True)
class PublishedDocument:
    """A document whose hash is on the chain, and what became of it.

    Attributes:
        kind: `manifest` or `report`.
        author: whose word it is: an address.
        digest: SHA-256 of its bytes.
        state: what the index says of it.
        reason: what is wrong with it; empty where nothing is, and where nobody has it: what a store says of that names
            places of the site's own, such as folders.
        since: when that became so, in unix seconds.
    """

    kind: str
    author: str
    digest: bytes
    state: DocumentState
    reason: str
    since: float

    @property
    def cid(self) -> Cid:
        """That it is asked for by."""
        return Cid.from_digest(self.digest)


class ParsedDocuments:
    """What was parsed, the latest of it; every thread may ask."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
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
        if kind is Manifest and len(content) > MAX_MANIFEST_BYTES:
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


_PARSED: Final = ParsedDocuments()


def manifests(rows: Connection, digests: Collection[bytes]) -> Mapping[bytes, Manifest]:
    """The manifests that the index has, by their digests."""
    return _PARSED.read(rows, Manifest, digests)


def report_or_reason(rows: Connection, digest: bytes) -> Report | Unscorable | None:
    """The report with this digest, or the reason why the contest cannot be scored; None where there is neither."""
    return _PARSED.read(rows, Report, [digest]).get(digest) or _PARSED.read(rows, Unscorable, [digest]).get(digest)


def content_of(rows: Connection, digest: bytes) -> bytes | None:
    """The bytes of a document as they were published; None where the index has none that it believes."""
    wanted = select(DOCUMENTS.c.content).where(DOCUMENTS.c.digest == digest, DOCUMENTS.c.state == DocumentState.THERE)
    content: bytes | None = rows.execute(wanted).scalar_one_or_none()
    return content


def documents_of(rows: Connection, contest: Mapping[str, Any]) -> tuple[PublishedDocument, ...]:
    """What was published about the contest in a row of `bounty_contests`: manifest, report, reports of the panel."""
    named = [("manifest", contest["organizer"], contest["manifest"])]
    if contest["report"] is not None:
        named.append(("report", contest["evaluator"], contest["report"]))
    for seat in contest["panel"]:
        if seat["report"] is not None:
            named.append(("report", seat["member"], bytes.fromhex(seat["report"])))
    columns = (DOCUMENTS.c.digest, DOCUMENTS.c.state, DOCUMENTS.c.reason, DOCUMENTS.c.since)
    wanted = select(*columns).where(DOCUMENTS.c.digest.in_([digest for _, _, digest in named]))
    found = {
        digest: (DocumentState(state), reason if state in _FOUND else "", since)
        for digest, state, reason, since in rows.execute(wanted)
    }
    return tuple(
        PublishedDocument(kind, author, digest, *found.get(digest, (DocumentState.WAITING, "", 0.0)))
        for kind, author, digest in named
    )
