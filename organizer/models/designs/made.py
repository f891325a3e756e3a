"""What a file of a design comes to, once its data are read: runs and markets, one for each seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.kinds.shape import CAPACITIES
from hyperbounty.models.market import MarketTerms
from hyperbounty.models.rules import Terms
from hyperbounty.models.simulation.agents import Agent, Player
from hyperbounty.models.simulation.behaviours import Behaviours
from hyperbounty.models.simulation.design import Design, base_case
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.markets import MarketDesign
from hyperbounty.next_steps import NextStep, Parameter
from organizer.models.designs.data import read_samples
from organizer.models.designs.file import AgentTable, DesignFile

_NO_TEST: Final = "measure on more, with test in [data]"


@dataclass(frozen=True)
class Prepared:
    """A design whose data are read. Called with a seed, it gives the run of that seed.

    Attributes:
        file: the design.
        shape: of the model.
        train, test: see `data.Samples`.
        agents: who takes part.
    """

    file: DesignFile
    shape: Shape
    train: Labelled
    test: Labelled
    agents: tuple[Agent | Player, ...]

    @classmethod
    def of(cls, file: DesignFile, folder: Path, behaviours: Behaviours | None = None) -> Self:
        """Read the data of a design.

        Args:
            file: the design.
            folder: that it lies in: names of files are seen from there.
            behaviours: what agents do that somebody wrote.

        Raises:
            InvalidInput: agents or data that cannot be.
            MissingExtra: the data come with scikit-learn, and it is not installed.
        """
        agents = tuple(agent for table in file.agents for agent in _agents(table, behaviours))
        data, model = file.data, file.model
        path = None if data.file is None else folder / data.file
        found = read_samples(data.set, path, model.kind, words=data.words, tests=data.test, most=data.samples)
        shape = _shape(file, found.features, found.classes)
        for labelled in (found.train, found.test):
            labelled.check(shape)
        return cls(file, shape, found.train, found.test, agents)

    @property
    def has_behaviours(self) -> bool:
        """Whether somebody wrote what an agent does: only this process knows that program."""
        return any(isinstance(agent, Player) for agent in self.agents)

    def __call__(self, seed: int) -> Design:
        """The run of a seed."""
        model, run, said = self.file.model, self.file.run, self.file.terms
        made = base_case(
            self.train,
            self.test,
            self.shape,
            seed,
            agents=self.agents,
            terms=Terms(
                said.weight, said.floor_shift, said.refund_wait, said.owner_wait, said.any_wait, said.min_interval
            ),
            pretrain=model.pretrain,
            passes=model.passes,
            pretrain_step=model.pretrain_step,
        )
        return replace(made, measure_s=run.measure, longest_s=run.longest)

    def market(self, seed: int) -> MarketDesign:
        """The market of a seed: agents hand in the stream of its run, and the last test samples are hidden.

        Raises:
            InvalidInput: the design has no market, an agent with a behaviour, or too few test samples.
        """
        said = self.file.market
        if said is None:
            raise InvalidInput("the design has no table [market]", "write what the market pays and takes")
        agents = tuple(agent for agent in self.agents if isinstance(agent, Agent))
        if len(agents) < len(self.agents):
            raise InvalidInput("in a market only agents take part that are told by numbers", "leave the others out")
        terms = MarketTerms(said.bounty, said.bond, said.stake, said.batch_size, said.pieces)
        if len(self.test) < terms.hidden:
            raise InvalidInput(f"{terms.hidden:,} samples are to be hidden, and {len(self.test):,} are there", _NO_TEST)
        run = self(seed)
        hidden = self.test.take(range(len(self.test) - terms.hidden, len(self.test)))
        return MarketDesign(run.shape, run.state, terms, agents, run.stream, hidden, seed, said.contribute)


def _shape(file: DesignFile, features: int, classes: int) -> Shape:
    model = file.model
    if classes > CAPACITIES[-1]:
        raise InvalidInput(f"the samples have {classes} classes", f"take at most {CAPACITIES[-1]}")
    capacity = next(each for each in CAPACITIES if classes <= each)
    step = model.step if model.kind is Kind.SPARSE_PERCEPTRON else 0
    alpha = model.alpha if model.kind is Kind.NAIVE_BAYES else 0
    return Shape(model.kind, features, classes, capacity, step, alpha)


def _agents(table: AgentTable, behaviours: Behaviours | None) -> list[Agent | Player]:
    if table.behaviour is None:
        return [table.agent(name) for name in table.names]
    if behaviours is None:
        raise InvalidInput(
            f"the agent {table.name!r} has the behaviour {table.behaviour!r}, and no program was named that has it",
            NextStep("name the file of its class with {}; it is run", Parameter("agents")),
        )
    balance, watch_s, creator = table.balance or 0, table.watch or 0, bool(table.creator)
    return [behaviours.player(name, balance, table.behaviour, watch_s=watch_s, creator=creator) for name in table.names]
