"""Runs: one, or many beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeAlias

import numpy as np

from hyperbounty.compute.executor import Failed, Finished, Task, run_tasks
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.work import Each
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.models.kinds import Shape, State, restored
from hyperbounty.models.samples import Sample
from hyperbounty.models.simulation.agents import Player
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.fast import run_fast
from hyperbounty.models.simulation.learner import Learner, learn, of_model, predict, state_of
from hyperbounty.models.simulation.plain import run_plain
from hyperbounty.models.simulation.results import Measured, Run

Engine: TypeAlias = Literal["auto", "fast", "plain"]
"""`fast` is on arrays; `plain` goes by the ledger and the reference models. `auto` is `fast` where no agent is written,
else the ledger with a model as arrays."""


def run(design: Design, engine: Engine = "auto", on_measured: Callable[[Measured], None] | None = None) -> Run:
    """Run a design, and count the money.

    Args:
        design: what is run. Its samples are those of the model: see `Labelled.check`.
        engine: see `Engine`. All have the same outcome.
        on_measured: is told each measurement as it is made.

    Raises:
        InvalidInput: `fast` does not know one of the agents, or something could leave 64 bits.
        Refused: a written agent tried what the contract refuses.

    >>> from hyperbounty.models.kinds import Kind
    >>> from hyperbounty.models.simulation.design import base_case
    >>> from hyperbounty.models.simulation.labelled import Labelled
    >>> reviews = Labelled.of([[0], [1], [0, 2], [1, 2]] * 25, [0, 1, 0, 1] * 25)
    >>> design = base_case(reviews, reviews, Shape(Kind.SPARSE_PERCEPTRON, features=3, step=4), seed=1)
    >>> done = run(design)
    >>> len(done.contributions), done.measured[0].right, done.held, sum(done.balances) == design.money
    (92, 100, 0, True)
    """
    written = any(isinstance(agent, Player) for agent in design.agents)
    if engine == "plain":
        done = run_plain(design, restored(design.shape, design.state), on_measured)
    elif written and engine == "auto":
        done = run_plain(design, ArrayModel(design.shape, design.state, design), on_measured)
    else:
        done = run_fast(design, on_measured)
    done.check()
    return done


def run_all(make: Callable[[int], Design], seeds: Sequence[int], processes: int = 1) -> Iterator[tuple[int, Run]]:
    """The runs of many seeds, each as soon as it is there. What they are does not depend on the number of processes.

    Args:
        make: gives the design of a seed; a function of a module, or `functools.partial` of one, where there are several
            processes.
        seeds: of the runs.
        processes: at a time.

    Raises:
        InvalidInput: no process is wanted, or one seed twice.
        TrainingError: a process ended.
    """
    if processes < 1:
        raise InvalidInput(f"{processes} processes were asked for", "take one at least")
    if len(set(seeds)) < len(seeds):
        raise InvalidInput("a seed stands twice among the seeds", "give each once")
    work = Each(_Made(make))
    executor = InProcess(work) if processes == 1 else LocalPool(work, workers=processes)
    for event in run_tasks(executor, [Task(str(seed), seed) for seed in seeds]):
        if isinstance(event, Finished):
            yield int(event.key), event.result
        elif isinstance(event, Failed):
            raise TrainingError(f"the run of seed {', '.join(event.keys)} failed: {event.reason}", "start it again")


class _Made:
    """Makes the design of a seed and runs it; it travels to other processes."""

    def __init__(self, make: Callable[[int], Design]) -> None:
        self._make = make

    def __call__(self, seed: int) -> Run:
        return run(self._make(seed))


class ArrayModel:
    """A model as arrays, as `turn.Classifier` has it."""

    def __init__(self, shape: Shape, state: State, design: Design) -> None:
        self._shape = shape
        self._learner: Learner = of_model(shape, state, design.stream, design.test)

    def predict(self, sample: Sample) -> int:
        """The class of `sample`."""
        return int(predict(self._learner, np.array(sample, np.int32)))

    def learn(self, sample: Sample, label: int) -> None:
        """Take `sample` with its label into account."""
        learn(self._learner, np.array(sample, np.int32), label)

    def state(self) -> State:
        """What it has learned."""
        return state_of(self._shape, self._learner)
