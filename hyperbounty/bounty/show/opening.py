"""What the opening of a contest shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest


@dataclass(frozen=True)
class Opening:
    """A contest that was opened.

    Attributes:
        escrow: what the opening took, in the smallest unit of the contest's asset.
        opened_before: whether an earlier run has sent the transaction.
    """

    contest: Contest
    manifest: Manifest
    escrow: int
    opened_before: bool

    def json(self) -> dict[str, Any]:
        """The facts as JSON types; deadlines are unix seconds."""
        return {
            "contest": self.contest.number,
            "opened_before": self.opened_before,
            "manifest": "0x" + self.contest.manifest.hex(),
            "submit_ends": self.contest.submit_ends,
            "reveal_ends": self.contest.reveal_ends,
            "score_ends": self.contest.score_ends,
        }
