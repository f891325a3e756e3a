"""Where a contest stands: it follows from its deadlines and a time. No table has it: no event says that time passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperbounty.bounty.types import Outcome, Phase


def phase_at(contest: Mapping[str, Any], time: int) -> Phase:
    """Where a contest stands: `ContestLib.phase` of the contract.

    Args:
        contest: a row of `bounty_contests`.
        time: unix seconds.
    """
    if contest["outcome"] != Outcome.PENDING:
        return Phase.CANCELLED if contest["outcome"] == Outcome.CANCELLED else Phase.SETTLED
    if contest["submit_ends"] is None:
        return Phase.OFFER if time < contest["accept_ends"] else Phase.LAPSED
    windows = [
        (Phase.SUBMIT, 0),
        (Phase.REVEAL, contest["reveal_seconds"]),
        (Phase.SCORE, contest["score_seconds"]),
        (Phase.CHALLENGE, contest["challenge_seconds"]),
    ]
    if contest["challenger"] is not None:
        windows += [(Phase.PANEL_SEAL, contest["seal_seconds"]), (Phase.PANEL_OPEN, contest["open_seconds"])]
    deadline = contest["submit_ends"]
    for phase, seconds in windows:
        deadline += seconds
        if time < deadline:
            return phase
    return Phase.SETTLE
