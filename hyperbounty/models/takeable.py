"""What an account can take of a model, in which way, and from when: each sample in one way at a time."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperbounty.models.standing import Standing, Standings


class Way(StrEnum):
    """How something is taken.

    REFUND: an own stake that the model agrees with.
    REPORT: a member's share of a stake of somebody else that the model contradicts.
    CLAIM: all that is left, by time.
    """

    REFUND = "refund"
    REPORT = "report"
    CLAIM = "claim"


def takeable(standings: Standings, account: str, way: Way, friends: Collection[str] = ()) -> list[tuple[int, Standing]]:
    """What the account can take in this way, as the model stands, and from when; each sample in one way at a time.

    Args:
        standings: of the model.
        account: its address.
        way: how.
        friends: accounts of the same people: what one of them can have back, the others do not claim.
    """
    if way is Way.REFUND:
        return [(standings.refund_at(each), each) for each in standings.refundable(account)]
    claims = [(standings.claim_at(each, account), each) for each in standings.claimable(account)]
    if way is Way.REPORT:
        # Of what can be claimed, the account gets all, and not a share.
        claimed = {each.number for moment, each in claims if moment <= standings.now}
        found = standings.reportable(account)
        return [(standings.refund_at(each), each) for each in found if each.number not in claimed]
    # A refund brings as much, and a valid sample.
    own = {each.number for friend in {account, *friends} for each in standings.refundable(friend)}
    return [(moment, each) for moment, each in claims if each.number not in own]


def ready(standings: Standings, account: str, way: Way, friends: Collection[str] = ()) -> list[Standing]:
    """What the account can take now, that first of which others can take all that is left soonest."""
    found = [each for moment, each in takeable(standings, account, way, friends) if moment <= standings.now]
    return sorted(found, key=lambda each: (standings.lost_from(each, account), each.number))


def brings(standings: Standings, account: str, way: Way, standing: Standing) -> int:
    """What the account gets of it, in the smallest unit of the asset."""
    return standings.share(standing, account) if way is Way.REPORT else standing.left
