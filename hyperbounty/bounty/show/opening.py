"""What the offer of a contest shows: its money, who has to accept it, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperbounty.money import amount_json

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
        """The facts as JSON types; times are unix seconds."""
        # Brings in the store, which a help has no use for.
        from hyperbounty.store import Cid

        contest, panel = self.contest, self.panel
        amounts = {
            "escrow": contest.escrow,
            "organizer_bond": contest.bond,
            "evaluator_bond": contest.evaluator_bond,
            "member_bond": panel.member_bond,
            "challenge_bond": panel.challenge_bond,
            "entry_fee": contest.entry_fee,
            "last_price": self.last_price,
            "filling": self.filling,
        }
        return {
            "contest": contest.number,
            "opened_before": self.opened_before,
            "manifest": str(Cid.from_digest(contest.manifest)),
            "accept_ends": contest.accept_ends,
            **{name: amount_json(amount, contest.asset) for name, amount in amounts.items()},
            "score_seconds": contest.score_seconds,
        }
