"""What the offer of a contest shows: its money, who has to accept it, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest, Panel


@dataclass(frozen=True)
class Opening:
    """A contest that was offered.

    Attributes:
        opened_before: whether an earlier run has sent the transaction.
    """

    contest: Contest
    panel: Panel
    manifest: Manifest
    opened_before: bool

    @property
    def first_price(self) -> int:
        """What an entry costs while no more than half of the slots are taken."""
        return self.contest.price_at(0).total

    @property
    def last_price(self) -> int:
        """What the last slot costs."""
        return self.contest.price_at(self.contest.max_submissions - 1).total

    @property
    def filling(self) -> int:
        """What it costs to take every slot, at the least: more than there is to win."""
        return sum(self.contest.price_at(taken).total for taken in range(self.contest.max_submissions))

    def json(self) -> dict[str, Any]:
        """The facts as JSON types; times are unix seconds, amounts in the smallest unit of the contest's asset."""
        contest = self.contest
        return {
            "contest": contest.number,
            "opened_before": self.opened_before,
            "manifest": "0x" + contest.manifest.hex(),
            "accept_ends": contest.accept_ends,
            **contest.asset.json(),
            "escrow": contest.escrow,
            "bonds": {
                "organizer": contest.bond,
                "evaluator": contest.evaluator_bond,
                "member": self.panel.member_bond,
                "challenger": self.panel.challenge_bond,
            },
            "entry_fee": contest.entry_fee,
            "last_price": self.last_price,
            "filling": self.filling,
            "score_seconds": contest.score_seconds,
        }
