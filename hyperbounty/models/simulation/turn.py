"""What an agent sees and can do when it is its turn, by the contract's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from hyperbounty.models.kinds import State
from hyperbounty.models.ledger import Contribution, Ledger, Refused
from hyperbounty.models.samples import Sample
from hyperbounty.models.simulation.events import NONE, Event, Happened
from hyperbounty.models.simulation.labelled import Labelled


class Classifier(Protocol):
    """What a run needs of a model: a part of `kinds.Model`."""

    def predict(self, sample: Sample) -> int:
        """The class of `sample`."""

    def learn(self, sample: Sample, label: int) -> None:
        """Take `sample` with its label into account."""

    def state(self) -> State:
        """What it has learned."""


@dataclass
class World:
    """All that the agents of a run share.

    Attributes:
        stream: what there is to add.
        tests: how many samples the model is measured on.
        model: as it is now.
        ledger: of the contributions.
        balances: of each agent.
        events: so far.
        added: how many samples of the stream are taken. Contribution 0 has the first of them, and so on.
        open: contributions that may be claimed, oldest first.
        right: test samples that the model predicted right when it was last measured.
    """

    stream: Labelled
    tests: int
    model: Classifier
    ledger: Ledger[int]
    balances: list[int]
    events: list[Event] = field(default_factory=list)
    added: int = 0
    open: list[Contribution[int]] = field(default_factory=list)
    right: int = 0

    @property
    def accuracy(self) -> float:
        """How often the model was right when it was last measured."""
        return self.right / self.tests


class Turn:
    """The turn of one agent. Every call that moves money follows the contract's rules, and raises its errors.

    Attributes:
        now: seconds since the model went live.
        agent: the number of the agent.
        random: the agent's own stream of chance.
    """

    def __init__(self, world: World, agent: int, now: int, random: np.random.Generator) -> None:
        self._world = world
        self.agent = agent
        self.now = now
        self.random = random
        self._has_added = False

    @property
    def balance(self) -> int:
        """What the agent has, in the smallest unit."""
        return self._world.balances[self.agent]

    @property
    def valid(self) -> int:
        """The agent's valid samples; who has one is a member."""
        return self._world.ledger.valid.get(self.agent, 0)

    @property
    def price(self) -> int:
        """Of a sample that is added now."""
        return self._world.ledger.price(self.now)

    @property
    def accuracy(self) -> float:
        """How often the model was right on the test samples when it was last measured, from 0 to 1."""
        return self._world.accuracy

    @property
    def sample(self) -> Sample | None:
        """The next sample that there is to add; None after the last."""
        world = self._world
        return world.stream.sample(world.added) if world.added < len(world.stream) else None

    @property
    def label(self) -> int | None:
        """The right label of `sample`."""
        world = self._world
        return int(world.stream.labels[world.added]) if world.added < len(world.stream) else None

    def predict(self, sample: Sample) -> int:
        """What the model says, which costs nothing."""
        return self._world.model.predict(sample)

    def contribute(self, label: int, stake: int | None = None) -> Contribution[int]:
        """Add `sample` with this label, once a turn.

        Args:
            label: a class of the model.
            stake: what is staked on it; None stakes the price.

        Raises:
            Refused: no sample is there, one was added in this turn, the stake is below the price or above the balance,
                or another of the contract's reasons.
        """
        world = self._world
        sample = self.sample
        if sample is None:
            raise Refused("all samples are added", "end the turn")
        if self._has_added:
            raise Refused("a sample was added in this turn", "add the next one in the next turn")
        staked = self.price if stake is None else stake
        if staked > self.balance:
            raise Refused(f"{staked:,} was to be staked, and the agent has {self.balance:,}", "wait for a lower price")
        (added,) = world.ledger.add(self.agent, self.now, staked, [label])
        world.model.learn(sample, label)
        world.added += 1
        self._has_added = True
        # Where there is nothing to be had, nobody claims.
        if staked or world.ledger.terms.in_points:
            world.open.append(added)
        self._note(Happened.ADDED, added.number, staked)
        return added

    def open(self) -> Iterator[Contribution[int]]:
        """Contributions that are old enough for a claim, oldest first; claims while going through them are well."""
        for contribution in tuple(self._world.open):
            if self.age(contribution) < self._world.ledger.terms.refund_wait:
                return
            yield contribution

    def age(self, contribution: Contribution[int]) -> int:
        """In seconds."""
        return self.now - contribution.time

    def agrees(self, contribution: Contribution[int]) -> bool:
        """Whether the model says what the contribution says."""
        return self._prediction(contribution) == contribution.label

    def refund(self, contribution: Contribution[int]) -> int:
        """Have one's own sample refunded; gives what came back.

        Raises:
            Refused: see `Ledger.refund`.
        """
        paid = self._world.ledger.refund(contribution, self.agent, self.now, self._prediction(contribution))
        return self._claimed(Happened.REFUNDED, contribution, paid)

    def report(self, contribution: Contribution[int]) -> int:
        """Take one's share of a sample that the model contradicts; gives what it was.

        Raises:
            Refused: see `Ledger.report`.
        """
        paid = self._world.ledger.report(contribution, self.agent, self.now, self._prediction(contribution))
        return self._claimed(Happened.REPORTED, contribution, paid)

    def take(self, contribution: Contribution[int]) -> int:
        """Take what is left of a sample that is open to all, or to the agent as creator; gives what it was.

        Raises:
            Refused: see `Ledger.claim`.
        """
        return self._claimed(
            Happened.CLAIMED, contribution, self._world.ledger.claim(contribution, self.agent, self.now)
        )

    def claim(self, least_report: int = 0) -> int:
        """Claim all that can be claimed, oldest first; gives what it came to.

        One's own samples are refunded where the model agrees. What is open to all, or to the creator, is taken. Of the
        others, a member reports those that the model contradicts, where its share is at least `least_report`.
        """
        ledger = self._world.ledger
        terms = ledger.terms
        before = self.balance
        for each in self.open():
            mine = each.author == self.agent
            age = self.age(each)
            if mine and self.agrees(each):
                self.refund(each)
            elif age >= terms.any_wait or (self.agent == ledger.creator and age >= terms.owner_wait):
                if terms.in_points:
                    # Nothing is to be had of it, and its author did not come in time.
                    self._world.open.remove(each)
                else:
                    self.take(each)
            elif self._can_report(each) and ledger.share(each, self.agent) >= least_report:
                self.report(each)
        return self.balance - before

    def pay_for_prediction(self, amount: int) -> int:
        """Pay the members for a prediction, each by its valid samples, rounded down; gives what they had of it."""
        ledger, balances = self._world.ledger, self._world.balances
        shares = [(member, amount * valid // ledger.total) for member, valid in sorted(ledger.valid.items())]
        paid = sum(share for _, share in shares)
        self._note(Happened.PAID, NONE, paid)
        for member, share in shares:
            if share:
                balances[member] += share
                self._world.events.append(Event(self.now, member, Happened.EARNED, NONE, share))
        return paid

    def note(self, kind: Happened, amount: int) -> None:
        """Write down why nothing was added: `TOO_DEAR`, `TOO_POOR`."""
        self._world.events.append(Event(self.now, self.agent, kind, NONE, amount))

    def _can_report(self, contribution: Contribution[int]) -> bool:
        """Whether the contract pays the agent a share now."""
        if contribution.author == self.agent or not self.valid or not contribution.left:
            return False
        return self.agent not in contribution.claimed and not self.agrees(contribution)

    def _prediction(self, contribution: Contribution[int]) -> int:
        return self._world.model.predict(self._world.stream.sample(contribution.number))

    def _note(self, kind: Happened, contribution: int, spent: int) -> None:
        self._world.balances[self.agent] -= spent
        self._world.events.append(Event(self.now, self.agent, kind, contribution, spent))

    def _claimed(self, kind: Happened, contribution: Contribution[int], amount: int) -> int:
        world = self._world
        world.balances[self.agent] += amount
        world.events.append(Event(self.now, self.agent, kind, contribution.number, amount))
        # After its refund, a sample of a points model has nothing more to give; any other, once nothing is left.
        if not contribution.left:
            world.open.remove(contribution)
        return amount
