"""Steps that take more than one call: what is read before, what is sent, and that a repetition sends nothing twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hyperbounty.bounty.types import Verdict
from hyperbounty.chain.client import ContractCall

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.types import Contest, RecordedScores
    from hyperbounty.chain.connection import Receipt


def record_once(contract: BountyContract, account: LocalAccount, contest: Contest, scores: RecordedScores) -> Receipt:
    """Record `scores` for `contest`; repeated while they stand, it gives the receipt of the first time.

    Scores may be replaced, and put back, until `scoreEnds`: so a recording is named by what it says and by how many
    were there before it.
    """
    earlier = contract.recordings(contest)
    place = len(earlier) - 1 if earlier and earlier[-1] == scores else len(earlier)
    said = hashlib.sha256(scores.report + b"".join(score.to_bytes(4, "big") for score in scores.scores)).hexdigest()
    key = f"record/{contest.number}/{place}/{said}"
    return contract.record_scores(account, contest.number, scores.report, scores.scores, key=key)


def settle(
    contract: BountyContract, account: LocalAccount, number: int, *, unresolved: bool = False
) -> tuple[Receipt, Receipt | None]:
    """Settle contest `number`, a panel's answer being resolved first. Interrupted anywhere, it continues.

    Args:
        contract: that holds the contest.
        account: anybody's; it pays for the gas.
        number: of the contest.
        unresolved: leave `resolve` out. For a chain that cannot bear it: 30 days after its last deadline
            (`Dispute.resolve_ends`) the contest ends void without.

    Returns:
        The receipt of `settle`, and that of `resolve` where there was one to send.
    """

    def resolution() -> ContractCall | None:
        dispute = contract.dispute(number)
        is_due = dispute.challenged and dispute.answered and dispute.verdict is Verdict.NONE
        return ContractCall(contract.calls.resolve(number)) if is_due else None

    resolved = None if unresolved else contract.send_once(account, f"resolve/{number}", resolution)
    return contract.settle(account, number, key=f"settle/{number}"), resolved
