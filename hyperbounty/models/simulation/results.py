"""What came of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import HyperbountyError
from hyperbounty.models.kinds import State
from hyperbounty.models.simulation.agents import Agent
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.events import NONE, Happened, changes

FORMAT: Final = "hyperbounty/simulation/1"

AUTHOR, TIME, LABEL, DEPOSIT, LEFT = range(5)
"""Columns of `Run.contributions`."""


class NotConserved(HyperbountyError):
    """Money that came from nowhere, or went there: a fault of the simulation."""

    error_code = "simulation-fault"


@dataclass(frozen=True)
class Measured:
    """How good the model was.

    Attributes:
        time: seconds since it went live.
        right: test samples that it predicted as they are labelled.
        tests: of how many.
        added: samples that were added by then.
        balances: of each agent.
    """

    time: int
    right: int
    tests: int
    added: int
    balances: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        """From 0 to 1."""
        return self.right / self.tests


@dataclass(frozen=True)
class Run:
    """One run of a design. Amounts are in the smallest unit, times in seconds since the model went live.

    Attributes:
        design: what was run.
        events: int64 [events, 5], the fields of `events.Event`.
        contributions: int64 [contributions, 5]: author, time, label, deposit, and what is left of it. The n-th has the
            n-th sample of the stream.
        measured: at the beginning, every `measure_s` seconds, and at the end.
        balances, valid: of each agent, at the end.
        state: of the model, at the end.
        ended: when.
    """

    design: Design
    events: NDArray[np.int64]
    contributions: NDArray[np.int64]
    measured: tuple[Measured, ...]
    balances: tuple[int, ...]
    valid: tuple[int, ...]
    state: State
    ended: int

    @property
    def held(self) -> int:
        """What nobody has claimed."""
        return int(self.contributions[:, LEFT].sum())

    def check(self) -> None:
        """Count all money.

        Raises:
            NotConserved: it is not what it was, or not what the events say.
        """
        before = [agent.balance for agent in self.design.agents]
        if sum(self.balances) + self.held != sum(before):
            raise NotConserved(
                f"there were {sum(before):,}, and there are {sum(self.balances) + self.held:,}",
                "report this as a fault",
            )
        for number, (balance, start) in enumerate(zip(self.balances, before, strict=True)):
            if balance < 0 or balance != start + int(self._changes_of(number).sum()):
                raise NotConserved(
                    f"the events do not lead to the balance {balance:,} of {self.design.agents[number].name!r}",
                    "report this as a fault",
                )

    def balance_of(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Times at which the balance of an agent changed, with what it was from then on; the first is 0."""
        times = self.events[self.events[:, 1] == number, 0]
        balances = self.design.agents[number].balance + np.cumsum(self._changes_of(number))
        # Of several events at one time, the last counts.
        last = np.append(times[1:] != times[:-1], True)[: len(times)]
        start = np.array([self.design.agents[number].balance], np.int64)
        return np.append([0], times[last]).astype(np.int64), np.append(start, balances[last]).astype(np.int64)

    def ruined(self, number: int, share: float = 0.01) -> int | None:
        """When the agent was ruined; None where it never was.

        Its balance was below this share of its start, or below the price when it wanted to add a sample.
        """
        times, balances = self.balance_of(number)
        low = times[balances < share * self.design.agents[number].balance]
        mine = self.events[self.events[:, 1] == number]
        poor = mine[mine[:, 2] == Happened.TOO_POOR, 0]
        return min((int(each[0]) for each in (low, poor) if len(each)), default=None)

    def amount(self, kind: Happened, number: int) -> int:
        """What all events of a kind came to for an agent."""
        mine = (self.events[:, 1] == number) & (self.events[:, 2] == kind)
        return int(self.events[mine, 4].sum())

    def count(self, kind: Happened, number: int) -> int:
        """How many events of a kind an agent had."""
        return int(((self.events[:, 1] == number) & (self.events[:, 2] == kind)).sum())

    def document(self, *, events: bool = False) -> dict[str, Any]:
        """The run as JSON; `events` adds every event and contribution."""
        design = self.design
        shown: dict[str, Any] = {
            "format": FORMAT,
            "seed": design.seed,
            "kind": design.shape.facts.name,
            "features": design.shape.features,
            "classes": design.shape.classes,
            "terms": {
                "weight": str(design.terms.weight),
                "floorShift": design.terms.floor_shift,
                "refundWait": design.terms.refund_wait,
                "ownerWait": design.terms.owner_wait,
                "anyWait": design.terms.any_wait,
                "minInterval": design.terms.min_interval,
            },
            "samples": len(design.stream),
            "tests": len(design.test),
            "ended": self.ended,
            "added": len(self.contributions),
            "held": str(self.held),
            "accuracies": [[each.time, each.right, each.added] for each in self.measured],
            "agents": [self._agent(number) for number in range(len(design.agents))],
        }
        if events:
            names = [kind.name.lower().replace("_", "-") for kind in Happened]
            shown["events"] = [
                [time, agent, names[kind], None if contribution == NONE else contribution, str(amount)]
                for time, agent, kind, contribution, amount in self.events.tolist()
            ]
            shown["contributions"] = [
                [author, time, label, str(deposit), str(left)]
                for author, time, label, deposit, left in self.contributions.tolist()
            ]
        return shown

    def _agent(self, number: int) -> dict[str, Any]:
        agent = self.design.agents[number]
        return {
            "name": agent.name,
            "good": agent.good if isinstance(agent, Agent) else None,
            "start": str(agent.balance),
            "balance": str(self.balances[number]),
            "valid": self.valid[number],
            "added": self.count(Happened.ADDED, number),
            "refunded": self.count(Happened.REFUNDED, number),
            "reported": self.count(Happened.REPORTED, number),
            "claimed": self.count(Happened.CLAIMED, number),
            "tooDear": self.count(Happened.TOO_DEAR, number),
            "tooPoor": self.count(Happened.TOO_POOR, number),
            "ruined": self.ruined(number),
            "balances": [str(each.balances[number]) for each in self.measured],
        }

    def _changes_of(self, number: int) -> NDArray[np.int64]:
        mine = self.events[self.events[:, 1] == number]
        return changes(mine)
