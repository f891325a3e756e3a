"""A market played by agents: they hand in batches, which are then scored by one rule or the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape, State
from hyperbounty.models.market import Market, MarketTerms, Payout, kept_silent
from hyperbounty.models.simulation.agents import Agent, check_names
from hyperbounty.models.simulation.draws import BLOCK, Draws
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.learner import Learner, count_right, learn, of_model, state_of
from hyperbounty.models.simulation.results import NotConserved
from hyperbounty.models.simulation.rounds import by_rounds

FORMAT: Final = "hyperbounty/simulated-market/1"

MOST_FEATURES: Final = 1_024

Rule: TypeAlias = Literal["records", "records-kept", "rounds", "silent"]
"""`records` is the contract's rule; `records-kept` is the same, but what a batch changed is never undone; `rounds` is
that of the original; `silent` is the contract's for a provider that does not reveal."""


@dataclass(frozen=True)
class MarketDesign:
    """A market to be played.

    Attributes:
        shape, state: a sparse perceptron of at most 1,024 features.
        terms: of the market.
        agents: who hands in batches: `balance`, `wait_mean_s`, `wait_deviation_s`, `good` and `mistakes` count.
        stream: samples to hand in, in this order, whoever comes.
        hidden: the provider's samples.
        seed: of all draws.
        contribute_s: how long batches are taken.

    Raises:
        InvalidInput: another kind of model, more features, or another number of hidden samples than the terms have.
    """

    shape: Shape
    state: State
    terms: MarketTerms
    agents: tuple[Agent, ...]
    stream: Labelled
    hidden: Labelled
    seed: int
    contribute_s: int

    def __post_init__(self) -> None:
        check_names(self.agents)
        if self.shape.kind is not Kind.SPARSE_PERCEPTRON or self.shape.features > MOST_FEATURES:
            raise InvalidInput(
                f"a market has no {self.shape.facts.name} of {self.shape.features:,} features",
                f"take a sparse perceptron of at most {MOST_FEATURES:,}",
            )
        if len(self.hidden) != self.terms.hidden:
            raise InvalidInput(
                f"{len(self.hidden):,} samples are hidden, and the terms say {self.terms.hidden:,}",
                f"hide {self.terms.hidden:,}",
            )


@dataclass(frozen=True)
class Batch:
    """Samples that an agent handed in.

    Attributes:
        author: its number.
        time: seconds since batches are taken.
        first: the place of its first sample in the stream.
        labels: that it gave.
    """

    author: int
    time: int
    first: int
    labels: tuple[int, ...]


@dataclass(frozen=True)
class PlayedMarket:
    """What came of a market.

    Attributes:
        design: of it.
        rule: by which it was settled.
        batches: in the order in which they came.
        right: hidden samples that were right before the first batch, and with each, undone or not. Empty where a rule
            scores nothing.
        payout: by batch; by rounds, what an author gets lies with its first batch.
        balances: of the agents, at the end.
        state: the model at the end, with all batches that were not undone.
    """

    design: MarketDesign
    rule: Rule
    batches: tuple[Batch, ...]
    right: tuple[int, ...]
    payout: Payout
    balances: tuple[int, ...]
    state: State

    def check(self) -> None:
        """Count all money.

        Raises:
            NotConserved: it is not what it was.
        """
        before = sum(agent.balance for agent in self.design.agents) + self.design.terms.escrow
        after = sum(self.balances) + self.payout.provider + self.payout.burned
        if before != after or min(*self.balances, self.payout.provider, self.payout.burned) < 0:
            raise NotConserved(f"there were {before:,}, and there are {after:,}", "report this as a fault")

    def document(self) -> dict[str, Any]:
        """The market as JSON."""
        terms = self.design.terms
        return {
            "format": FORMAT,
            "seed": self.design.seed,
            "rule": self.rule,
            "terms": {
                "bounty": str(terms.bounty),
                "bond": str(terms.bond),
                "stake": str(terms.stake),
                "batchSize": terms.batch_size,
                "pieces": terms.pieces,
            },
            "right": list(self.right),
            "provider": str(self.payout.provider),
            "burned": str(self.payout.burned),
            "batches": [
                [batch.author, batch.time, len(batch.labels), str(paid)]
                for batch, paid in zip(self.batches, self.payout.batches, strict=True)
            ],
            "agents": [
                {"name": agent.name, "good": agent.good, "start": str(agent.balance), "balance": str(balance)}
                for agent, balance in zip(self.design.agents, self.balances, strict=True)
            ],
        }


def play_market(design: MarketDesign, rule: Rule = "records") -> PlayedMarket:
    """Let the agents hand in, and settle.

    Args:
        design: what is played.
        rule: see `Rule`. The batches do not depend on it.
    """
    batches = _handed_in(design)
    terms = design.terms
    scorer = _Scorer(design, batches)
    right: list[int] = []
    if rule == "silent":
        payout = kept_silent(terms, len(batches))
    elif rule == "rounds":
        authors = [batch.author for batch in batches]
        done = by_rounds(authors, terms.stake, terms.bounty, terms.hidden, scorer.score)
        first = [author not in authors[:place] for place, author in enumerate(authors)]
        paid = tuple(done.balances[author] * is_first for author, is_first in zip(authors, first, strict=True))
        payout = Payout(paid, done.provider + terms.bond, 0)
        right = list(scorer.score(range(len(batches))))
    else:
        market = Market(terms, len(batches), scorer.right())
        right.append(scorer.right())
        for number in range(len(batches)):
            before = scorer.kept()
            scorer.apply(number)
            right.append(scorer.right())
            if market.score(right[-1]).undone and rule == "records":
                scorer.undo(before)
        payout = market.end()
    balances = [agent.balance for agent in design.agents]
    for batch, amount in zip(batches, payout.batches, strict=True):
        balances[batch.author] += amount - terms.stake
    played = PlayedMarket(design, rule, batches, tuple(right), payout, tuple(balances), scorer.state())
    played.check()
    return played


def _handed_in(design: MarketDesign) -> tuple[Batch, ...]:
    terms, stream = design.terms, design.stream
    draws = [Draws(design.seed, number, agent) for number, agent in enumerate(design.agents)]
    random = [_Uniform(each) for each in draws]
    balances = [agent.balance for agent in design.agents]
    queue = [(each.first_turn, number) for number, each in enumerate(draws)]
    heapify(queue)
    batches: list[Batch] = []
    taken = 0
    while taken < len(stream) and queue[0][0] <= design.contribute_s:
        now, number = queue[0]
        agent = design.agents[number]
        if balances[number] >= terms.stake:
            count = min(terms.batch_size, len(stream) - taken)
            right = stream.labels[taken : taken + count]
            slips = np.array([random[number].slip() for _ in range(count)]) < agent.mistakes
            batches.append(Batch(number, now, taken, tuple(np.where(slips == agent.good, 1 - right, right).tolist())))
            balances[number] -= terms.stake
            taken += count
        heapreplace(queue, (now + random[number].wait(), number))
    return tuple(batches)


class _Uniform:
    """The draws of an agent one by one: of each block, waits for turns and slips for samples."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._waits: list[int] = []
        self._slips: list[float] = []

    def wait(self) -> int:
        if not self._waits:
            self._more()
        return self._waits.pop()

    def slip(self) -> float:
        if not self._slips:
            self._more()
        return self._slips.pop()

    def _more(self) -> None:
        block = self._draws.block()
        self._waits = block.waits[:BLOCK][::-1].tolist() + self._waits
        self._slips = block.slips[:BLOCK][::-1].tolist() + self._slips


class _Scorer:
    """The model, as batches change it."""

    def __init__(self, design: MarketDesign, batches: Sequence[Batch]) -> None:
        self._design = design
        self._batches = batches
        self._learner: Learner = of_model(design.shape, design.state, design.stream, design.hidden)
        self._start = self.kept()

    def right(self) -> int:
        hidden = self._design.hidden
        return int(count_right(self._learner, hidden.starts, hidden.features, hidden.labels))

    def state(self) -> State:
        return state_of(self._design.shape, self._learner)

    def apply(self, number: int) -> None:
        batch, stream = self._batches[number], self._design.stream
        for place, label in enumerate(batch.labels, start=batch.first):
            learn(self._learner, stream.features[stream.starts[place] : stream.starts[place + 1]], label)

    def kept(self) -> tuple[NDArray[np.int32], int]:
        return self._learner.numbers.copy(), int(self._learner.bias[0])

    def undo(self, kept: tuple[NDArray[np.int32], int]) -> None:
        self._learner.numbers[:], self._learner.bias[0] = kept

    def score(self, batches: Sequence[int]) -> list[int]:
        self.undo(self._start)
        right = [self.right()]
        for number in batches:
            self.apply(number)
            right.append(self.right())
        return right
