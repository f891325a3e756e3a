"""What is simulated: a model, its terms, who takes part, and what they have to add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Shape, State
from hyperbounty.models.rules import DAY, LONGEST_WAIT, Terms
from hyperbounty.models.simulation.agents import UNIT, Agent, Player, bad, check_names, good
from hyperbounty.models.simulation.draws import order
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.pretraining import pretrained
from hyperbounty.next_steps import NextStep, Parameter

BASE_TERMS: Final = Terms(60 * UNIT, floor_shift=6, refund_wait=DAY, owner_wait=9 * DAY, any_wait=9 * DAY)
"""Of the base case: 60 units over the square root of the seconds, never below 60 / 64; refund after a day, open to all
after nine."""

_MOST_AGENTS: Final = 10_000


@dataclass(frozen=True)
class Design:
    """One run, but for its outcome. The same design leads to the same run, to the byte.

    Attributes:
        shape, state: the model as it goes live, at time 0.
        terms: of the model.
        agents: each is known by its place, which also names its draws.
        stream: samples to add, in this order, whoever comes.
        test: samples that the model is measured on.
        seed: of all draws.
        measure_s: seconds between two measurements.
        longest_s: when the run ends at the latest. Else it ends once all samples are added and all deposits are gone.

    Raises:
        InvalidInput: agents or times that cannot be.
    """

    shape: Shape
    state: State
    terms: Terms
    agents: tuple[Agent | Player, ...]
    stream: Labelled
    test: Labelled
    seed: int
    measure_s: int = 200_000
    longest_s: int = LONGEST_WAIT

    def __post_init__(self) -> None:
        check_names(self.agents)
        if len(self.agents) > _MOST_AGENTS:
            raise InvalidInput(f"there are {len(self.agents):,} agents", f"take at most {_MOST_AGENTS:,}")
        if not len(self.test):
            raise InvalidInput("there is no test sample", "give some, so that accuracy can be measured")
        for name in ("measure_s", "longest_s"):
            if not 1 <= getattr(self, name) < 2**40:
                raise InvalidInput(f"{name} is {getattr(self, name):,}", NextStep("choose another {}", Parameter(name)))

    @property
    def creator(self) -> int | None:
        """The number of the agent that opened the model."""
        return next((number for number, agent in enumerate(self.agents) if agent.creator), None)

    @property
    def money(self) -> int:
        """Of all agents together, which no run changes."""
        return sum(agent.balance for agent in self.agents)


def base_case(
    train: Labelled,
    test: Labelled,
    shape: Shape,
    seed: int,
    *,
    agents: Sequence[Agent | Player] = (good(), bad()),
    terms: Terms = BASE_TERMS,
    pretrain: int | None = None,
    passes: int = 5,
    pretrain_step: int = 64,
) -> Design:
    """A design in which a part of `train` has trained the model before it goes live, and the rest is what agents add.

    Args:
        train: samples, which the seed puts into an order.
        test: see `Design`.
        shape: of the model, with the step of the time after.
        seed: of the order, and of all draws.
        agents, terms: see `Design`.
        pretrain: samples before it goes live; None takes 8 %.
        passes, pretrain_step: see `pretraining.pretrained`.

    Raises:
        InvalidInput: there are not as many samples.

    >>> from hyperbounty.models.kinds import Kind, restored
    >>> train = Labelled.of([[0], [1], [0, 2], [1, 2]] * 25, [0, 1, 0, 1] * 25)
    >>> design = base_case(train, train, Shape(Kind.SPARSE_PERCEPTRON, features=3, step=4), seed=1)
    >>> len(design.stream), restored(design.shape, design.state).predict([1])
    (92, 1)
    """
    before = len(train) * 8 // 100 if pretrain is None else pretrain
    if not 0 <= before <= len(train):
        raise InvalidInput(
            f"{before:,} samples are wanted before the model goes live, and there are {len(train):,}",
            "pretrain on fewer, or bring more samples",
        )
    ordered = train.take(order(seed, len(train)))
    state = pretrained(shape, ordered.take(range(before)), passes=passes, step=pretrain_step)
    return Design(shape, state, terms, tuple(agents), ordered.take(range(before, len(train))), test, seed)


def without(design: Design, name: str) -> Design:
    """The same stream and draws without the last agent, which has this name.

    Raises:
        InvalidInput: another one is the last: those after it would get other draws.
    """
    if design.agents[-1].name != name:
        raise InvalidInput(f"{name!r} is not the last agent", "put it last, so that the others keep their draws")
    return replace(design, agents=design.agents[:-1])
