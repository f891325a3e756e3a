"""Who is paid by scores, and what a panel says of it: the contract's rules, for scores that are not on the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hyperbounty.bounty.show.prizes import prize_of

if TYPE_CHECKING:
    from hyperbounty.bounty.types import Contest, RevealedSpec


def winners_by(contest: Contest, specs: Sequence[RevealedSpec], scores: Sequence[int]) -> tuple[int, ...]:
    """The indexes of the specs that would win by `scores`, best first, as `RankingLib` of the contract ranks them.

    Args:
        contest: with its minimum and its shares.
        specs: every revealed one.
        scores: in ppm, by index.
    """
    ranked = sorted(specs, key=lambda spec: (-scores[spec.index], spec.ordinal))
    found: dict[str, int] = {}
    for spec in ranked:
        if scores[spec.index] >= contest.minimum_score:
            found.setdefault(spec.participant, spec.index)
    return tuple(found.values())[: len(contest.shares)]


def paid_to(contest: Contest, specs: Sequence[RevealedSpec], winners: Sequence[int], account: str) -> int:
    """What `account` would be paid of the prize if these specs won, in the smallest unit of the contest's asset."""
    won = replace(contest, winners=tuple(winners))
    own = {spec.index for spec in specs if spec.participant == account}
    return sum(prize_of(won, place) for place, index in enumerate(winners) if index in own)


def bears_out(
    contest: Contest, specs: Sequence[RevealedSpec], winners: Sequence[int], scores: Sequence[int], tolerance: int
) -> bool:
    """Whether honest scores that differ from `scores` by no more than the tolerance could have made this ranking.

    As `Verdicts` of the contract holds the scores of a member of the panel against it; a tie bears it out.

    Args:
        contest: with its minimum and its shares.
        specs: every revealed one.
        winners: indexes, best first.
        scores: in ppm, by index.
        tolerance: in ppm.
    """
    if any(scores[index] + tolerance < contest.minimum_score for index in winners):
        return False
    by_index = {spec.index: spec.participant for spec in specs}
    places = {by_index[index]: place for place, index in enumerate(winners)}
    is_full = len(winners) == len(contest.shares)
    for spec in specs:
        place = places.get(spec.participant)
        if place is None and not is_full:
            if scores[spec.index] >= contest.minimum_score + tolerance:
                return False
            continue
        before = [scores[index] + 2 * tolerance for index in winners[:place]]
        if before and scores[spec.index] > min(before):
            return False
    return True
