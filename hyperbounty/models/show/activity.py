"""What goes on in a model, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hyperbounty.models.standing import Standings, Taken
from hyperbounty.money import amount_json

if TYPE_CHECKING:
    from hyperbounty.money import Asset


@dataclass(frozen=True)
class Activity:
    """What a model's samples come to now.

    Attributes:
        samples: that were added since it was published.
        authors: accounts that have added one.
        open: samples that somebody can still claim.
        left: what is at stake on these, in the smallest unit of the asset.
        contradicted: open samples of which the model says another class now.
        at_risk: what is at stake on these.
        members: accounts with a valid sample.
        valid: their valid samples.
        valid_of_creator: those of the creator.
        claimed_by_creator: what it took after its wait.
    """

    samples: int = 0
    authors: int = 0
    open: int = 0
    left: int = 0
    contradicted: int = 0
    at_risk: int = 0
    members: int = 0
    valid: int = 0
    valid_of_creator: int = 0
    claimed_by_creator: Taken = field(default_factory=Taken)

    def json(self, asset: Asset) -> dict[str, Any]:
        """As JSON types."""
        taken = self.claimed_by_creator
        return {
            "samples": self.samples,
            "authors": self.authors,
            "open_samples": self.open,
            "at_stake": amount_json(self.left, asset),
            "contradicted": self.contradicted,
            "contradicted_stakes": amount_json(self.at_risk, asset),
            "member_count": self.members,
            "valid_total": self.valid,
            "valid_of_creator": self.valid_of_creator,
            "claimed_by_creator": {"samples": taken.times, **amount_json(taken.amount, asset)},
        }


def activity_of(standings: Standings) -> Activity:
    """What the samples of a model come to."""
    creator = standings.model.creator
    contradicted = standings.contradicted
    return Activity(
        samples=len(standings.each),
        authors=len({each.entry.author for each in standings.each}),
        open=len(standings.open),
        left=standings.left,
        contradicted=len(contradicted),
        at_risk=sum(each.left for each in contradicted),
        members=len(standings.valid),
        valid=standings.total,
        valid_of_creator=standings.valid.get(creator, 0),
        claimed_by_creator=standings.taken.get(creator, {}).get("claim", Taken()),
    )
