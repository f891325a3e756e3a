"""A run on arrays, compiled where numba is installed: the same events as `plain`, thousands of times as fast.

Two things are remembered that `plain` works out anew: what the model said of a contribution, until the model changes;
and which contributions are an agent's own, so that who cannot report need not look at those of others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.simulation.agents import Agent
from hyperbounty.models.simulation.compiled import compiled
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.draws import BLOCK, Draws
from hyperbounty.models.simulation.events import NONE, Happened
from hyperbounty.models.simulation.learner import Learner, count_right, learn, of_model, predict, state_of
from hyperbounty.models.simulation.results import AUTHOR, DEPOSIT, LABEL, LEFT, TIME, Measured, Run
from hyperbounty.models.simulation.tables import (
    ADDED,
    DUE,
    EVENTS,
    FIRST,
    LARGEST,
    LAST,
    LAST_TIME,
    NOW,
    OPEN,
    RIGHT,
    TOTAL,
    WHO,
    Book,
    Rules,
    Tables,
    fill,
    rules_of,
    tables_of,
)

_OVER, _MEASURE, _DRAW, _GROW = range(4)
"""Why `_advance` stops: the run is over, a measurement is due, an agent has used its draws, events need more room."""

_ADDED: Final = int(Happened.ADDED)
_REFUNDED: Final = int(Happened.REFUNDED)
_REPORTED: Final = int(Happened.REPORTED)
_CLAIMED: Final = int(Happened.CLAIMED)
_PAID: Final = int(Happened.PAID)
_EARNED: Final = int(Happened.EARNED)
_TOO_DEAR: Final = int(Happened.TOO_DEAR)
_TOO_POOR: Final = int(Happened.TOO_POOR)

_ONE: Final = np.uint64(1)


def run_fast(design: Design, on_measured: Callable[[Measured], None] | None = None) -> Run:
    """Run a design. Nobody but who calls it counts the money: see `Run.check`.

    Args:
        design: what is run; its agents are told by numbers.
        on_measured: is told each measurement.

    Raises:
        InvalidInput: an agent is a written one, or an amount or the model could leave 64 bits.
    """
    agents = tuple(agent for agent in design.agents if isinstance(agent, Agent))
    if len(agents) < len(design.agents):
        raise InvalidInput("the fast simulation knows no written agents", "choose the plain simulation")
    rules = rules_of(design)
    stream, test = design.stream, design.test
    learner = of_model(design.shape, design.state, stream, test)
    draws = [Draws(design.seed, number, agent) for number, agent in enumerate(agents)]
    tables = tables_of(design, agents, draws)
    counters = tables.counters
    events = np.zeros((4 * len(stream) + 1_024, 5), np.int64)
    measured: list[Measured] = []

    def measure(time: int) -> None:
        if not measured or measured[-1].added != counters[ADDED]:
            counters[RIGHT] = count_right(learner, test.starts, test.features, test.labels)
        balances = tuple(tables.actors.balance.tolist())
        measured.append(Measured(time, int(counters[RIGHT]), len(test), int(counters[ADDED]), balances))
        if on_measured is not None:
            on_measured(measured[-1])

    while True:
        reason = _advance(rules, tables, learner, stream.starts, stream.features, stream.labels, events)
        if reason == _OVER:
            break
        if reason == _MEASURE:
            measure(int(counters[DUE]))
            counters[DUE] += design.measure_s
        elif reason == _DRAW:
            fill(tables.chance, int(counters[WHO]), draws[counters[WHO]])
        else:
            events = np.concatenate((events, np.zeros_like(events)))
    measure(int(counters[NOW]))
    return Run(
        design,
        events[: counters[EVENTS]].copy(),
        tables.book.rows[: counters[ADDED]].copy(),
        tuple(measured),
        tuple(tables.actors.balance.tolist()),
        tuple(tables.actors.valid.tolist()),
        state_of(design.shape, learner),
        int(counters[NOW]),
    )


@compiled
def _advance(
    rules: Rules,
    tables: Tables,
    learner: Learner,
    starts: NDArray[np.int64],
    features: NDArray[np.int32],
    labels: NDArray[np.int64],
    events: NDArray[np.int64],
) -> int:
    """Turn after turn, until something is needed that only Python has."""
    counters, turns, chance = tables.counters, tables.turns, tables.chance
    agents = rules.actors // 2
    leaves = len(turns) // 2
    while counters[ADDED] < len(labels) or counters[OPEN] > 0:
        time = turns[1] // rules.actors
        actor = turns[1] % rules.actors
        agent = actor % agents
        if time > rules.longest:
            counters[NOW] = rules.longest
            break
        if time >= counters[DUE]:
            return _MEASURE
        if actor < agents and chance.used[agent] == BLOCK:
            counters[WHO] = agent
            return _DRAW
        # A turn adds one event and claims what is open; a payment is one event for each member.
        if len(events) - counters[EVENTS] < counters[OPEN] + agents + 2:
            return _GROW
        counters[NOW] = time
        if actor < agents:
            at = chance.used[agent]
            chance.used[agent] += 1
            willing = counters[RIGHT] / rules.tests + tables.actors.willing[agent]
            if counters[ADDED] < len(labels) and chance.chances[agent, at] < willing:
                if tables.actors.calls[agent]:
                    _call(tables, events, agent)
                else:
                    _add(rules, tables, learner, starts, features, labels, events, agent, at)
            if tables.actors.claims[agent]:
                _claim(rules, tables, learner, starts, features, events, agent)
            following = time + chance.waits[agent, at]
        else:
            _claim(rules, tables, learner, starts, features, events, agent)
            following = time + tables.actors.watch[agent]
        place = leaves + actor
        turns[place] = following * rules.actors + actor
        while place > 1:
            place //= 2
            turns[place] = min(turns[2 * place], turns[2 * place + 1])
    return _OVER


@compiled
def _add(
    rules: Rules,
    tables: Tables,
    learner: Learner,
    starts: NDArray[np.int64],
    features: NDArray[np.int32],
    labels: NDArray[np.int64],
    events: NDArray[np.int64],
    agent: int,
    at: int,
) -> None:
    """Add the next sample, or note why not."""
    counters, actors, chance = tables.counters, tables.actors, tables.chance
    now, number = counters[NOW], counters[ADDED]
    price = max(rules.weight // max(_root(now - counters[LAST_TIME]), 1), rules.floor)
    if price > actors.balance[agent]:
        _note(tables, events, agent, _TOO_POOR, NONE, price)
        return
    if price > chance.caps[agent, at]:
        _note(tables, events, agent, _TOO_DEAR, NONE, price)
        return
    if now - actors.last[agent] < rules.min_interval:
        return
    label = labels[number]
    slipped = chance.slips[agent, at] < actors.mistakes[agent]
    if slipped == actors.good[agent]:
        label = (label + 1 + int(chance.wrongs[agent, at] * (rules.classes - 1))) % rules.classes
    rows = tables.book.rows
    rows[number, AUTHOR] = agent
    rows[number, TIME] = now
    rows[number, LABEL] = label
    rows[number, DEPOSIT] = price
    rows[number, LEFT] = price
    _open(tables, agent, number)
    learn(learner, features[starts[number] : starts[number + 1]], label)
    actors.balance[agent] -= price
    actors.last[agent] = now
    counters[LAST_TIME] = now
    counters[LARGEST] = max(counters[LARGEST], price)
    counters[ADDED] += 1
    _note(tables, events, agent, _ADDED, number, price)


@compiled
def _call(tables: Tables, events: NDArray[np.int64], agent: int) -> None:
    """Pay the members for a prediction."""
    counters, actors = tables.counters, tables.actors
    amount = actors.pay[agent]
    if amount > actors.balance[agent]:
        _note(tables, events, agent, _TOO_POOR, NONE, amount)
        return
    paid = 0
    for member in range(len(actors.valid)):
        if actors.valid[member] > 0:
            paid += _part(amount, actors.valid[member], counters[TOTAL])
    actors.balance[agent] -= paid
    _note(tables, events, agent, _PAID, NONE, paid)
    for member in range(len(actors.valid)):
        if actors.valid[member] > 0:
            share = _part(amount, actors.valid[member], counters[TOTAL])
            if share > 0:
                actors.balance[member] += share
                _note(tables, events, member, _EARNED, NONE, share)


@compiled
def _claim(
    rules: Rules,
    tables: Tables,
    learner: Learner,
    starts: NDArray[np.int64],
    features: NDArray[np.int32],
    events: NDArray[np.int64],
    agent: int,
) -> None:
    """Claim all that can be claimed, oldest first, as `Turn.claim` does."""
    counters, actors, book = tables.counters, tables.actors, tables.book
    rows, now = book.rows, counters[NOW]
    in_points = rules.weight == 0
    open_from = rules.owner_wait if agent == rules.creator else rules.any_wait
    word, bit = agent // 64, _ONE << np.uint64(agent % 64)
    number, own = counters[FIRST], actors.first_own[agent]
    least, reports = actors.least[agent], _reports(rules, tables, agent)
    while number != NONE:
        age = now - rows[number, TIME]
        if age < rules.refund_wait:
            return
        following = book.after[number]
        mine = rows[number, AUTHOR] == agent
        if mine and _agrees(book, learner, starts, features, number):
            actors.valid[agent] += 1
            counters[TOTAL] += 1
            _pay(tables, events, agent, _REFUNDED, number, rows[number, LEFT])
            reports = _reports(rules, tables, agent)
        elif age >= open_from:
            if in_points:
                _close(tables, number)
            else:
                _pay(tables, events, agent, _CLAIMED, number, rows[number, LEFT])
        elif not mine:
            if not reports:
                # Of those to come, only its own concern it. A list goes on where it did before something left it.
                while own != NONE and own <= number:
                    own = book.own_after[own]
                following = own
            elif book.reported[number, word] & bit == 0:
                # A share is counted faster than a class is predicted, and neither where it does not matter.
                is_worth = least == 0 or _share(tables, agent, number) >= least
                if is_worth and not _agrees(book, learner, starts, features, number):
                    book.reported[number, word] |= bit
                    _pay(tables, events, agent, _REPORTED, number, _share(tables, agent, number))
        number = following


@compiled
def _reports(rules: Rules, tables: Tables, agent: int) -> bool:
    """Whether there can be a sample that it is worth for an agent to report."""
    valid, total = tables.actors.valid[agent], tables.counters[TOTAL]
    if rules.weight == 0 or valid == 0:
        return False
    # Where no share is rounded to nothing, none is larger than that of the largest deposit.
    least = tables.actors.least[agent]
    return bool(rules.floor < total or _part(tables.counters[LARGEST], valid, total) >= least)


@compiled
def _share(tables: Tables, agent: int, number: int) -> int:
    """What a member gets for a report, as `rules.reported` has it."""
    rows = tables.book.rows
    left = rows[number, LEFT]
    share = _part(rows[number, DEPOSIT], tables.actors.valid[agent], tables.counters[TOTAL])
    return int(share if 0 < share <= left else left)


@compiled
def _agrees(
    book: Book,
    learner: Learner,
    starts: NDArray[np.int64],
    features: NDArray[np.int32],
    number: int,
) -> bool:
    """Whether the model says what a contribution says."""
    if book.asked[number] != learner.version[0]:
        book.asked[number] = learner.version[0]
        book.said[number] = predict(learner, features[starts[number] : starts[number + 1]])
    return bool(book.said[number] == book.rows[number, LABEL])


@compiled
def _pay(tables: Tables, events: NDArray[np.int64], agent: int, kind: int, number: int, amount: int) -> None:
    tables.book.rows[number, LEFT] -= amount
    tables.actors.balance[agent] += amount
    _note(tables, events, agent, kind, number, amount)
    if tables.book.rows[number, LEFT] == 0:
        _close(tables, number)


@compiled
def _note(tables: Tables, events: NDArray[np.int64], agent: int, kind: int, number: int, amount: int) -> None:
    counters = tables.counters
    row = counters[EVENTS]
    events[row, 0] = counters[NOW]
    events[row, 1] = agent
    events[row, 2] = kind
    events[row, 3] = number
    events[row, 4] = amount
    counters[EVENTS] += 1


@compiled
def _open(tables: Tables, agent: int, number: int) -> None:
    """Put a contribution at the end of both lists."""
    counters, actors, book = tables.counters, tables.actors, tables.book
    book.before[number] = counters[LAST]
    if counters[LAST] == NONE:
        counters[FIRST] = number
    else:
        book.after[counters[LAST]] = number
    counters[LAST] = number
    counters[OPEN] += 1
    book.own_before[number] = actors.last_own[agent]
    if actors.last_own[agent] == NONE:
        actors.first_own[agent] = number
    else:
        book.own_after[actors.last_own[agent]] = number
    actors.last_own[agent] = number


@compiled
def _close(tables: Tables, number: int) -> None:
    """Take a contribution out of both lists."""
    counters, actors, book = tables.counters, tables.actors, tables.book
    before, after = book.before[number], book.after[number]
    if before == NONE:
        counters[FIRST] = after
    else:
        book.after[before] = after
    if after == NONE:
        counters[LAST] = before
    else:
        book.before[after] = before
    counters[OPEN] -= 1
    author = book.rows[number, AUTHOR]
    before, after = book.own_before[number], book.own_after[number]
    if before == NONE:
        actors.first_own[author] = after
    else:
        book.own_after[before] = after
    if after == NONE:
        actors.last_own[author] = before
    else:
        book.own_before[after] = before


@compiled
def _part(amount: int, valid: int, total: int) -> int:
    """⌊amount · valid / total⌋; the product of all three need not fit 64 bits."""
    return amount // total * valid + amount % total * valid // total


@compiled
def _root(number: int) -> int:
    """⌊√number⌋ of a number below 2⁵²."""
    root = int(math.sqrt(number))
    while root * root > number:
        root -= 1
    while (root + 1) * (root + 1) <= number:
        root += 1
    return root
