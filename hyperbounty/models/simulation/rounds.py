"""The round-by-round rule of the original's market (microsoft/0xDeCA10B, after Abernethy and Frongillo, 2011).

One unit of the bounty is one round. In a round the model starts anew and learns all batches in order, and each author
gains, or loses, the change of accuracy that its batches made. Once an author has lost all, its batches are left out,
and rounds go on with those of the others. Many rounds are alike, so they are settled at once.

Two things differ from the original's code. Balances are fractions, not floats. And rounds go on alike until the first
of those who lose has nothing left, where the original waits for the one with the lowest score on the way, and lets
others fall below zero.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeAlias, TypeVar

from hyperbounty.errors import InvalidInput

A = TypeVar("A", bound=Hashable)

Score: TypeAlias = Callable[[Sequence[int]], Sequence[int]]
"""Takes the numbers of batches, and gives how many hidden samples are right before the first of them and after each."""


@dataclass(frozen=True)
class Rounds(Generic[A]):
    """What the rounds came to.

    Attributes:
        balances: what each author gets, rounded down.
        provider: what is left of bounty and stakes.
        removed: authors that lost everything, in the order in which they did.
        removing: rounds until the last of them had, at most the bounty.
    """

    balances: dict[A, int]
    provider: int
    removed: tuple[A, ...]
    removing: Fraction


def by_rounds(authors: Sequence[A], stake: int, bounty: int, hidden: int, score: Score) -> Rounds[A]:
    """Settle a market round by round.

    Args:
        authors: of each batch.
        stake: of each batch.
        bounty: rounds, a unit each.
        hidden: samples.
        score: see `Score`.

    Raises:
        InvalidInput: an amount is below 0, or there is no hidden sample.

    >>> gain = {0: 64, 1: -128}
    >>> def score(batches):
    ...     return [128 + sum(gain[batch] for batch in batches[:place]) for place in range(len(batches) + 1)]
    >>> done = by_rounds(["ada", "bob"], stake=10, bounty=100, hidden=256, score=score)
    >>> done.balances, done.provider, done.removing
    ({'ada': 35, 'bob': 0}, 85, Fraction(20, 1))
    """
    if min(stake, bounty) < 0 or hidden < 1:
        raise InvalidInput("stake and bounty are from 0 on, and a market has hidden samples", "give other numbers")
    balances = {author: Fraction(0) for author in authors}
    for author in authors:
        balances[author] += stake
    left = Fraction(bounty)
    taking = list(range(len(authors)))
    removed: list[A] = []
    removing = Fraction(0)
    while left and taking:
        scores = _scores([authors[batch] for batch in taking], score(taking))
        losing = {author: balances[author] * hidden / -change for author, change in scores.items() if change < 0}
        rounds = min(left, *losing.values()) if losing else left
        for author, change in scores.items():
            balances[author] += rounds * change / hidden
        left -= rounds
        if not losing:
            break
        removing += rounds
        gone = [author for author in losing if not balances[author]]
        removed += gone
        taking = [batch for batch in taking if authors[batch] not in gone]
    paid = {author: int(balance) for author, balance in balances.items()}
    return Rounds(paid, bounty + stake * len(authors) - sum(paid.values()), tuple(removed), removing)


def _scores(authors: Sequence[A], right: Sequence[int]) -> dict[A, int]:
    scores = dict.fromkeys(authors, 0)
    for place, author in enumerate(authors):
        scores[author] += right[place + 1] - right[place]
    return scores
