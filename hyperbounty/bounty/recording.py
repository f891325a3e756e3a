"""Recording scores once: a report that stands is not recorded again, one that was replaced is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

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
