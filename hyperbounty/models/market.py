"""The contract's rules of a market, in plain integers: a provider pays for measured improvement.

The provider puts up a bounty and a bond, and hides samples. Contributors hand in batches, each with one stake. Then all
batches are scored in order, on all hidden samples. Time is not in here: whoever uses this says what came to pass.

>>> market = Market(MarketTerms(bounty=1_000, bond=100, stake=50, batch_size=16, pieces=1), batches=2, right=128)
>>> market.score(160), market.score(96)
(Verdict(pays=175, loses=0, undone=False), Verdict(pays=38, loses=12, undone=True))
>>> market.end()
Payout(batches=(175, 38), provider=987, burned=0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

PIECE: Final = 256
"""Samples of a hidden piece, which are scored at once."""

MOST_PIECES: Final = 4
MOST_SAMPLES: Final = 64
"""Of a batch."""

FEW_SAMPLES: Final = 16
"""Below so many in a batch, luck pays as well as skill."""


class MarketError(InvalidInput):
    """A market that cannot be opened, or a step that it does not take now."""

    error_code = "market"


@dataclass(frozen=True)
class MarketTerms:
    """What a market pays and takes, in the smallest unit.

    Attributes:
        bounty: for reaching that all hidden samples are right, from none.
        bond: what the provider answers with for revealing its samples.
        stake: of each batch.
        batch_size: samples of a batch, 1 to 64.
        pieces: hidden pieces of 256 samples, 1 to 4.

    Raises:
        MarketError: a number is out of its range.
    """

    bounty: int
    bond: int
    stake: int
    batch_size: int
    pieces: int

    def __post_init__(self) -> None:
        ranges = {"bounty": (1, 2**96 - 1), "bond": (0, 2**96 - 1), "stake": (1, 2**96 - 1)}
        ranges |= {"batch_size": (1, MOST_SAMPLES), "pieces": (1, MOST_PIECES)}
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise MarketError(
                    f"the {name.replace('_', ' ')} is {value:,}, and lies from {low:,} to {high:,}",
                    NextStep("choose another {}", Parameter(name)),
                )

    @property
    def hidden(self) -> int:
        """All hidden samples."""
        return self.pieces * PIECE

    @property
    def escrow(self) -> int:
        """What the provider puts up."""
        return self.bounty + self.bond


@dataclass(frozen=True)
class Verdict:
    """What the scoring of a batch came to.

    Attributes:
        pays: what its author gets.
        loses: what the provider gets of its stake.
        undone: the model is as it was before the batch.
    """

    pays: int
    loses: int
    undone: bool


@dataclass(frozen=True)
class Payout:
    """What everybody gets at the end: the escrow and all stakes, to the last unit.

    Attributes:
        batches: what each batch gets.
        provider: what the provider gets.
        burned: what nobody gets.
    """

    batches: tuple[int, ...]
    provider: int
    burned: int


class Market:
    """The scoring of a market, and its ends.

    Args:
        terms: of the market.
        batches: that were handed in.
        right: hidden samples that the model has right before the first batch.

    Attributes:
        record: the most hidden samples that were right.
    """

    def __init__(self, terms: MarketTerms, batches: int, right: int) -> None:
        self.terms = terms
        self.batches = batches
        self.record = right
        self._verdicts: list[Verdict] = []
        self._check(right)

    def score(self, right: int) -> Verdict:
        """Score the next batch, with which so many hidden samples are right.

        Raises:
            MarketError: all batches are scored, or there are not as many samples.
        """
        self._check(right)
        if len(self._verdicts) == self.batches:
            raise MarketError(f"all {self.batches:,} batches are scored", "end the market")
        terms = self.terms
        if right >= self.record:
            verdict = Verdict(terms.stake + terms.bounty * (right - self.record) // terms.hidden, 0, undone=False)
            self.record = right
        else:
            loss = terms.stake * (self.record - right) // terms.hidden
            verdict = Verdict(terms.stake - loss, loss, undone=True)
        self._verdicts.append(verdict)
        return verdict

    def end(self) -> Payout:
        """All batches are scored: the provider gets its bond, what is left of the bounty, and the losses.

        Raises:
            MarketError: some are not.
        """
        if len(self._verdicts) < self.batches:
            raise MarketError(f"{len(self._verdicts):,} of {self.batches:,} batches are scored", "score the others")
        paid = tuple(verdict.pays for verdict in self._verdicts)
        return Payout(paid, self.terms.escrow + self.terms.stake * self.batches - sum(paid), 0)

    def stop(self) -> Payout:
        """The time to score is over: batches that were not scored get their stake, the provider all that is left."""
        paid = tuple(verdict.pays for verdict in self._verdicts)
        rest = (self.terms.stake,) * (self.batches - len(paid))
        provider = self.terms.escrow + self.terms.stake * len(paid) - sum(paid)
        return Payout(paid + rest, provider, 0)

    def _check(self, right: int) -> None:
        if not 0 <= right <= self.terms.hidden:
            raise MarketError(f"{right:,} of {self.terms.hidden:,} hidden samples cannot be right", "count them again")


def not_begun(terms: MarketTerms) -> Payout:
    """No piece was drawn in time, or the drawn one not revealed: the bond is burned.

    >>> not_begun(MarketTerms(bounty=1_000, bond=100, stake=50, batch_size=16, pieces=1))
    Payout(batches=(), provider=1000, burned=100)
    """
    return Payout((), terms.bounty, terms.bond)


def kept_silent(terms: MarketTerms, batches: int) -> Payout:
    """A later piece was not revealed in time: batches get up to their stake again, the provider nothing.

    >>> kept_silent(MarketTerms(bounty=1_000, bond=100, stake=50, batch_size=16, pieces=2), batches=3)
    Payout(batches=(100, 100, 100), provider=0, burned=950)
    """
    more = min(terms.stake, terms.escrow // batches) if batches else 0
    return Payout((terms.stake + more,) * batches, 0, terms.escrow - more * batches)


def not_scored(terms: MarketTerms, batches: int) -> Payout:
    """The batches were not scored in time: everybody gets back what was put up."""
    return Payout((terms.stake,) * batches, terms.escrow, 0)
