"""Who wins by which scores, and whose scores bear that out: rules of the contract, whose events say only the result.

`RankingLib.rank` and `Verdicts.decide` of the contract, for scores that are not on the chain, and for who keeps an
index of what is: its check compares what both come to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.show.prizes import prize_of

if TYPE_CHECKING:
    from hyperbounty.bounty.types import Contest, RevealedSpec

_NO_BOUND: Final = 1 << 32


@dataclass(frozen=True)
class RevealedPlace:
    """Whose a revealed spec is, and its place in the order of submitting."""

    participant: str
    ordinal: int


@dataclass(frozen=True)
class Rules:
    """What a ranking is made by: the least score in ppm, how many prizes there are, and the tolerance of a panel."""

    minimum: int
    prizes: int
    tolerance: int = 0


def rank(scores: Sequence[int], places: Sequence[RevealedPlace], rules: Rules) -> list[int]:
    """The indexes of the winners, best first: one place for each participant, ties to the earlier submission.

    >>> ada, bob = RevealedPlace("ada", 1), RevealedPlace("bob", 2)
    >>> rank([600_000, 600_000, 700_000], [bob, ada, ada], Rules(500_000, 3))
    [2, 0]
    """
    order = sorted(
        (index for index, score in enumerate(scores) if score >= rules.minimum),
        key=lambda index: (-scores[index], places[index].ordinal),
    )
    best: dict[str, int] = {}
    for index in order:
        best.setdefault(places[index].participant, index)
    return list(best.values())[: rules.prizes]


def agreeing(
    opened: Mapping[int, Sequence[int]],
    size: int,
    places: Sequence[RevealedPlace],
    rules: Rules,
    winners: Sequence[int] | None,
) -> set[int]:
    """The seats whose scores bear out what a dispute decides; none where it is undecided.

    Args:
        opened: by seat, the scores that its member opened; none of them where it says that there is nothing to score.
        size: of the panel.
        places: of the revealed specs, by index.
        rules: of the contest.
        winners: by the evaluator's scores; None where it recorded none, or said that there is nothing to score.
    """
    half = size // 2
    deniers = {seat for seat, scores in opened.items() if not scores}
    if len(deniers) > half:
        return deniers
    voices = {seat: scores for seat, scores in opened.items() if scores}
    if len(voices) <= half:
        return set()
    if winners is not None:
        agreed = _bearing(voices, winners, places, rules)
        if len(agreed) > half:
            return agreed
    agreed = _bearing(voices, rank(medians(list(voices.values())), places, rules), places, rules)
    return agreed if len(agreed) > half else set()


def medians(voices: Sequence[Sequence[int]]) -> list[int]:
    """For each spec the median of its scores; the middle two of an even number are averaged, rounded down.

    >>> medians([[1, 10], [2, 11], [9, 10]]), medians([[1], [4]])
    ([2, 10], [2])
    """
    half = len(voices) // 2
    found = []
    for scores in zip(*voices, strict=True):
        ordered = sorted(scores)
        found.append(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2)
    return found


def _bearing(
    voices: Mapping[int, Sequence[int]], winners: Sequence[int], places: Sequence[RevealedPlace], rules: Rules
) -> set[int]:
    return {seat for seat, scores in voices.items() if _is_borne_out(scores, winners, places, rules)}


def _is_borne_out(scores: Sequence[int], winners: Sequence[int], places: Sequence[RevealedPlace], rules: Rules) -> bool:
    """Whether honest scores within the tolerance of `scores` could have made this ranking."""
    if any(scores[index] + rules.tolerance < rules.minimum for index in winners):
        return False
    count = len(winners)
    # What a spec must not exceed to stand behind the first `i`.
    bounds = [_NO_BOUND]
    for index in winners:
        bounds.append(min(bounds[-1], scores[index] + 2 * rules.tolerance))
    ranked = [places[index].participant for index in winners]
    for score, place in zip(scores, places, strict=True):
        position = ranked.index(place.participant) if place.participant in ranked else count
        if position == count and count != rules.prizes:
            if score >= rules.minimum + rules.tolerance:
                return False  # it should have a place
        elif position:
            is_earlier = rules.tolerance == 0 and place.ordinal < places[winners[position - 1]].ordinal
            if score >= bounds[position] + (0 if is_earlier else 1):
                return False
    return True


def winners_by(contest: Contest, specs: Sequence[RevealedSpec], scores: Sequence[int]) -> tuple[int, ...]:
    """The indexes of the specs that would win by `scores`, best first, as `RankingLib` of the contract ranks them.

    Args:
        contest: with its minimum and its shares.
        specs: every revealed one.
        scores: in ppm, by index.
    """
    return tuple(rank(scores, _places(specs), Rules(contest.minimum_score, len(contest.shares))))


def paid_to(contest: Contest, specs: Sequence[RevealedSpec], winners: Sequence[int], account: str) -> int:
    """What `account` would be paid of the prize if these specs won, in the smallest unit of the contest's asset."""
    won = replace(contest, winners=tuple(winners))
    own = {spec.index for spec in specs if spec.participant == account}
    return sum(prize_of(won, place) for place, index in enumerate(winners) if index in own)


def bears_out(
    contest: Contest, specs: Sequence[RevealedSpec], winners: Sequence[int], scores: Sequence[int], tolerance: int
) -> bool:
    """Whether honest scores that differ from `scores` by no more than the tolerance could have made this ranking.

    As `Verdicts` of the contract holds the scores of a member of the panel against it.

    Args:
        contest: with its minimum and its shares.
        specs: every revealed one.
        winners: indexes, best first.
        scores: in ppm, by index.
        tolerance: in ppm.
    """
    rules = Rules(contest.minimum_score, len(contest.shares), tolerance)
    return _is_borne_out(scores, winners, _places(specs), rules)


def _places(specs: Sequence[RevealedSpec]) -> list[RevealedPlace]:
    return [RevealedPlace(each.participant, each.ordinal) for each in sorted(specs, key=lambda each: each.index)]
