"""Manifests and reports out of the index, parsed: what strangers published about contests, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import MAX_MANIFEST_BYTES
from hyperbounty.bounty.report import Report
from hyperbounty.bounty.unscorable import Unscorable
from hyperbounty.store import Cid
from hyperbounty.web.index.documents import DocumentState
from hyperbounty.web.index.tables import DOCUMENTS
from hyperbounty.web.site.parsed import ParsedDocuments

_FOUND: Final = frozenset({DocumentState.WRONG, DocumentState.TOO_LARGE})
"""States of documents that were there."""


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


_PARSED: Final = ParsedDocuments({Manifest: MAX_MANIFEST_BYTES})


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
