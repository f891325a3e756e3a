"""A run step by step, in plain Python: by the ledger, and with any model.

With the reference models it is what the fast run is compared with, event for event. With a model as arrays it runs the
agents that somebody writes.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heapreplace
from typing import Final

import numpy as np

from hyperbounty.errors import InvalidInput
from hyperbounty.models.ledger import Ledger
from hyperbounty.models.simulation.agents import Agent, Behaviour, Player
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.draws import BLOCK, Draws, stream
from hyperbounty.models.simulation.events import Happened
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.results import Measured, Run
from hyperbounty.models.simulation.turn import Classifier, Turn, World

_LONGEST_TURN: Final = 2**40


class Numbered:
    """The behaviour of an `Agent`."""

    def __init__(self, agent: Agent, number: int, design: Design) -> None:
        self._agent = agent
        self._draws = Draws(design.seed, number, agent)
        self._design = design
        self._last: int | None = None
        self._used = BLOCK
        self.first_turn = self._draws.first_turn

    def act(self, turn: Turn) -> int:
        """Add a sample or pay for a prediction, and claim."""
        if self._used == BLOCK:
            self._block = self._draws.block()
            self._used = 0
        at, block, agent = self._used, self._block, self._agent
        self._used += 1
        if turn.label is not None and block.chances[at] < turn.accuracy + agent.willing:
            if agent.calls:
                self._call(turn)
            else:
                self._add(turn, int(block.caps[at]), slipped=block.slips[at] < agent.mistakes, wrong=block.wrongs[at])
        if agent.claims:
            turn.claim(agent.least_report)
        return int(block.waits[at])

    def watch(self, turn: Turn) -> int:
        """What its watcher does."""
        turn.claim(self._agent.least_report)
        return self._agent.watch_s

    def _call(self, turn: Turn) -> None:
        if self._agent.pay_to_call <= turn.balance:
            turn.pay_for_prediction(self._agent.pay_to_call)
        else:
            turn.note(Happened.TOO_POOR, self._agent.pay_to_call)

    def _add(self, turn: Turn, cap: int, *, slipped: bool, wrong: float) -> None:
        price, label = turn.price, turn.label
        assert label is not None
        if price > turn.balance:
            turn.note(Happened.TOO_POOR, price)
        elif price > cap:
            turn.note(Happened.TOO_DEAR, price)
        elif self._last is None or turn.now >= self._last + self._design.terms.min_interval:
            if slipped == self._agent.good:
                classes = self._design.shape.classes
                label = (label + 1 + int(wrong * (classes - 1))) % classes
            turn.contribute(label)
            self._last = turn.now


class Written:
    """The behaviour of a `Player`."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._behaviour: Behaviour = player.behaviour()
        self.first_turn = 1

    def act(self, turn: Turn) -> int:
        """What its author wrote."""
        wait = self._behaviour.act(turn)
        if not isinstance(wait, int) or not 1 <= wait < _LONGEST_TURN:
            raise InvalidInput(
                f"the agent {self._player.name!r} gave {wait!r} for its next turn", "give whole seconds, 1 at least"
            )
        return wait

    def watch(self, turn: Turn) -> int:
        """What its watcher does."""
        turn.claim()
        return self._player.watch_s


def run_plain(design: Design, model: Classifier, on_measured: Callable[[Measured], None] | None = None) -> Run:
    """Run a design. Nobody but who calls it counts the money: see `Run.check`.

    Args:
        design: what is run.
        model: with the state of the design; it learns.
        on_measured: is told each measurement.

    Raises:
        Refused: a written agent tried what the contract refuses.
        InvalidInput: a written agent does not say when its next turn is.
    """
    agents = design.agents
    ledger = Ledger(design.terms, 0, design.creator)
    world = World(design.stream, len(design.test), model, ledger, [agent.balance for agent in agents])
    minds = [_mind(agent, number, design) for number, agent in enumerate(agents)]
    streams = [stream(design.seed, number) for number in range(len(agents))]
    measured: list[Measured] = []

    def measure(time: int) -> None:
        if not measured or measured[-1].added != world.added:
            world.right = _count_right(model, design.test)
        measured.append(Measured(time, world.right, world.tests, world.added, tuple(world.balances)))
        if on_measured is not None:
            on_measured(measured[-1])

    # Agents have their own numbers, their watchers those after all agents. At one time, the lower number comes first.
    queue = [(mind.first_turn, number) for number, mind in enumerate(minds)]
    queue += [(agent.watch_s, len(agents) + number) for number, agent in enumerate(agents) if agent.watch_s]
    heapify(queue)
    now, due = 0, 0
    while world.added < len(design.stream) or world.open:
        time, actor = queue[0]
        if time > design.longest_s:
            now = design.longest_s
            break
        while time >= due:
            measure(due)
            due += design.measure_s
        now = time
        number = actor % len(agents)
        turn = Turn(world, number, now, streams[number])
        wait = minds[number].act(turn) if actor < len(agents) else minds[number].watch(turn)
        heapreplace(queue, (now + wait, actor))
    measure(now)
    rows = [(each.author, each.time, each.label, each.deposit, each.left) for each in ledger.contributions]
    return Run(
        design,
        np.array(world.events, np.int64).reshape(-1, 5),
        np.array(rows, np.int64).reshape(-1, 5),
        tuple(measured),
        tuple(world.balances),
        tuple(ledger.valid.get(number, 0) for number in range(len(agents))),
        model.state(),
        now,
    )


def _mind(agent: Agent | Player, number: int, design: Design) -> Numbered | Written:
    return Written(agent) if isinstance(agent, Player) else Numbered(agent, number, design)


def _count_right(model: Classifier, test: Labelled) -> int:
    return sum(model.predict(test.sample(place)) == label for place, label in enumerate(test.labels.tolist()))
