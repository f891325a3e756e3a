"""What the fast run works on: agents, chance, contributions and events as arrays."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.simulation.agents import Agent
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.draws import BLOCK, Draws
from hyperbounty.models.simulation.events import NONE

ADDED, OPEN, FIRST, LAST, TOTAL, LAST_TIME, EVENTS, RIGHT, NOW, DUE, WHO, LARGEST = range(12)
"""Places in `Tables.counters`: samples added; open contributions, the first and the last of them; valid samples of all;
when a sample was last added; events; test samples right when last measured; the time; when the next measurement is due;
whose draws are used up; the largest deposit so far."""

NEVER: Final = 2**62
"""The turn of who has none."""

_MOST: Final = 2**62


class Rules(NamedTuple):
    """What does not change; see `Terms` and `Design`. `creator` is `NONE` where no agent is that."""

    weight: int
    floor: int
    refund_wait: int
    owner_wait: int
    any_wait: int
    min_interval: int
    creator: int
    classes: int
    tests: int
    longest: int
    actors: int


class Actors(NamedTuple):
    """The agents, one a place; see `Agent`.

    `last` is when it last added a sample, `first_own` and `last_own` the ends of the list of its open contributions.
    """

    balance: NDArray[np.int64]
    valid: NDArray[np.int64]
    good: NDArray[np.bool_]
    mistakes: NDArray[np.float64]
    willing: NDArray[np.float64]
    calls: NDArray[np.bool_]
    pay: NDArray[np.int64]
    claims: NDArray[np.bool_]
    least: NDArray[np.int64]
    watch: NDArray[np.int64]
    last: NDArray[np.int64]
    first_own: NDArray[np.int64]
    last_own: NDArray[np.int64]


class Chance(NamedTuple):
    """A block of draws of each agent, [agents, BLOCK], and how many of them are used."""

    waits: NDArray[np.int64]
    caps: NDArray[np.int64]
    chances: NDArray[np.float64]
    slips: NDArray[np.float64]
    wrongs: NDArray[np.float64]
    used: NDArray[np.int64]


class Book(NamedTuple):
    """The contributions, with room for all.

    Attributes:
        rows: int64 [samples, 5], as `Run.contributions`.
        before, after: neighbours among those that are open, oldest first; `NONE` at the ends.
        own_before, own_after: the same among those of one author.
        asked, said: the version of the model that was last asked for its class, and what it said.
        reported: a bit for each agent that has its share.
    """

    rows: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    own_before: NDArray[np.int64]
    own_after: NDArray[np.int64]
    asked: NDArray[np.int64]
    said: NDArray[np.int64]
    reported: NDArray[np.uint64]


class Tables(NamedTuple):
    """All of a run that changes, but for the model.

    Attributes:
        counters: see the places above.
        turns: a tournament over the actors' next turns: the leaf of an actor holds time · actors + actor, every other
            place the least of the two below it, so place 1 says whose turn is next.
    """

    counters: NDArray[np.int64]
    turns: NDArray[np.int64]
    actors: Actors
    chance: Chance
    book: Book


def rules_of(design: Design) -> Rules:
    """The rules of a design.

    Raises:
        InvalidInput: an amount that 64 bits do not hold.
    """
    terms = design.terms
    largest = max(design.money, terms.weight)
    if largest >= _MOST:
        raise InvalidInput(
            f"the fast simulation counts with amounts below {_MOST:,}, and there are {largest:,}",
            "choose a smaller unit, or the plain simulation",
        )
    creator = design.creator
    return Rules(
        terms.weight,
        terms.floor,
        terms.refund_wait,
        terms.owner_wait,
        terms.any_wait,
        terms.min_interval,
        NONE if creator is None else creator,
        design.shape.classes,
        len(design.test),
        design.longest_s,
        2 * len(design.agents),
    )


def tables_of(design: Design, agents: tuple[Agent, ...], draws: list[Draws]) -> Tables:
    """The tables as they are before the first turn."""
    count, samples = len(agents), len(design.stream)
    counters = np.zeros(12, np.int64)
    counters[[FIRST, LAST]] = NONE
    actors = Actors(
        np.array([agent.balance for agent in agents], np.int64),
        np.zeros(count, np.int64),
        np.array([agent.good for agent in agents], np.bool_),
        np.array([agent.mistakes for agent in agents], np.float64),
        np.array([agent.willing for agent in agents], np.float64),
        np.array([agent.calls for agent in agents], np.bool_),
        np.array([agent.pay_to_call for agent in agents], np.int64),
        np.array([agent.claims for agent in agents], np.bool_),
        np.array([min(agent.least_report, _MOST) for agent in agents], np.int64),
        np.array([agent.watch_s for agent in agents], np.int64),
        np.full(count, -_MOST, np.int64),
        np.full(count, NONE, np.int64),
        np.full(count, NONE, np.int64),
    )
    block = (count, BLOCK)
    chance = Chance(
        np.zeros(block, np.int64),
        np.zeros(block, np.int64),
        np.zeros(block),
        np.zeros(block),
        np.zeros(block),
        np.full(count, BLOCK, np.int64),
    )
    book = Book(
        rows=np.zeros((samples, 5), np.int64),
        before=np.full(samples, NONE, np.int64),
        after=np.full(samples, NONE, np.int64),
        own_before=np.full(samples, NONE, np.int64),
        own_after=np.full(samples, NONE, np.int64),
        asked=np.full(samples, NONE, np.int64),
        said=np.full(samples, NONE, np.int64),
        reported=np.zeros((samples, -(-count // 64)), np.uint64),
    )
    return Tables(counters, _turns(agents, draws), actors, chance, book)


def fill(chance: Chance, agent: int, draws: Draws) -> None:
    """Give an agent its next block of draws."""
    block = draws.block()
    chance.waits[agent] = block.waits
    chance.caps[agent] = block.caps
    chance.chances[agent] = block.chances
    chance.slips[agent] = block.slips
    chance.wrongs[agent] = block.wrongs
    chance.used[agent] = 0


def _turns(agents: tuple[Agent, ...], draws: list[Draws]) -> NDArray[np.int64]:
    actors = 2 * len(agents)
    size = 1 << (actors - 1).bit_length()
    turns = np.full(2 * size, NEVER, np.int64)
    first = [each.first_turn for each in draws] + [agent.watch_s for agent in agents]
    for actor, time in enumerate(first):
        if time:
            turns[size + actor] = time * actors + actor
    for place in range(size - 1, 0, -1):
        turns[place] = min(turns[2 * place], turns[2 * place + 1])
    return turns
