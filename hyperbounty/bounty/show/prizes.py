"""What each place of a contest is paid."""

from __future__ import annotations

from typing import Final

from hyperbounty.bounty.types import Contest

_WHOLE: Final = 10_000


def prize_of(contest: Contest, place: int) -> int:
    """What the winner at `place`, from 0, is paid, as `Settlement._payWinners` of the contract pays it.

    Every winner but the best gets its share rounded down. The best gets all the rest: shares that nobody won too.

    Args:
        contest: with its winners.
        place: in the order of `contest.winners`.

    Returns:
        The smallest units of the contest's asset.
    """
    others = {at: contest.prize * contest.shares[at] // _WHOLE for at in range(1, len(contest.winners))}
    return others[place] if place else contest.prize - sum(others.values())
