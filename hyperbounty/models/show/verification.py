"""What a verification of a model shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperbounty.models.published import manifest_cid
from hyperbounty.models.types import Stage

if TYPE_CHECKING:
    from hyperbounty.models.verification import Verification


def verification_json(found: Verification) -> dict[str, Any]:
    """The facts as JSON types."""
    cid = manifest_cid(found.model)
    fault = "" if found.model.stage is Stage.DRAFT else found.published.reason
    return {
        "model": found.model.number,
        "block": found.block,
        "verified": found.is_right and found.is_whole,
        "replayed_events": found.events,
        "replayed_samples": found.samples,
        "replayed_payments": found.payments,
        "compared_words": found.words,
        "manifest_cid": None if cid is None else str(cid),
        "manifest_fault": fault or None,
        "model_differences": [
            {"what": each.what, "expected": each.expected, "found": each.found} for each in found.differences
        ],
    }
