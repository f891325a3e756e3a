"""Finding that a contest cannot be scored: an evaluator's answer, or a member's, where there is nothing to score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.gathering import FAULTS, gather
from hyperbounty.bounty.types import Contest, RecordedScores
from hyperbounty.bounty.unscorable import MAX_REASON, Unscorable
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import Cid, ContentStore
from hyperbounty.texts import escaped

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract


def find_fault(
    contract: BountyContract, store: ContentStore, contest: Contest, future: PriceTable | None = None
) -> str:
    """Why `contest` cannot be scored, tried here and now.

    Args:
        contract: that has the contest.
        store: where its content is read.
        contest: whose specs are revealed.
        future: see `gather`.

    Raises:
        InvalidInput: it can be scored, or it is too early to tell.
    """
    try:
        gather(contract, store, contest.number, future).dataset()
    except FAULTS as fault:
        return fault.what
    raise InvalidInput(
        f"contest {contest.number} can be scored", NextStep("do so: {}", Action("evaluator.run", (contest.number,)))
    )


def publish_fault(contract: BountyContract, store: ContentStore, contest: Contest, reason: str) -> RecordedScores:
    """Pin a report with the `reason`; what comes back, no scores and its digest, is for `record_once` or for a seal."""
    report = Unscorable(
        chain_id=contract.chain.chain_id,
        contract=contract.address,
        contest=contest.number,
        manifest=str(Cid.from_digest(contest.manifest)),
        # It may repeat what stands in what was published.
        reason=escaped(reason)[:MAX_REASON],
    )
    return RecordedScores(store.add_block(report.canonical()).digest, ())
