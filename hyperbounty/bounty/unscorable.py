"""The report of who finds that a contest cannot be scored: its reason, for everybody who doubts it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from hyperbounty.bounty.manifest import CidText
from hyperbounty.store import Cid, ContentStore
from hyperbounty.store.documents import Document, read_document

FORMAT: Final = "hyperbounty/unscorable/1"
MAX_REASON: Final = 1_000
MAX_BYTES: Final = 8 * 1024


class Unscorable(Document):
    """Why a contest cannot be scored. Recorded with no scores, it voids the contest and burns the organizer's bond.

    Attributes:
        manifest: of the contest.
        reason: what is not as promised.
    """

    format: Literal["hyperbounty/unscorable/1"] = FORMAT
    chain_id: int
    contract: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    contest: int
    manifest: CidText
    reason: Annotated[str, StringConstraints(min_length=1, max_length=MAX_REASON)]


def fetch_reason(store: ContentStore, digest: bytes) -> str:
    """The reason in the report with this digest.

    Raises:
        ContentNotFound: nobody has it.
        ManifestError: it is no such report.
    """
    return read_document(Unscorable, store, Cid.from_digest(digest), MAX_BYTES).reason
