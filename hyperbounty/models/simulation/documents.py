"""Runs as they lie in files, read back to be shown together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hyperbounty.errors import InvalidInput
from hyperbounty.faults import faults_of, not_json, together
from hyperbounty.files import write_atomic
from hyperbounty.foreign_json import read_json
from hyperbounty.models.simulation.results import Run
from hyperbounty.next_steps import Action, NextStep

_LONGEST_NAME: Final = 200
_MOST_BYTES: Final = 512 * 2**20

_Count = Annotated[int, Field(ge=0, lt=2**63)]
_Amount = Annotated[str, Field(pattern=r"^[0-9]{1,40}$")]


class AgentShown(BaseModel):
    """An agent of a run, as `Run.document` has it; what is not shown is not read."""

    model_config = ConfigDict(strict=True, frozen=True)

    name: Annotated[str, Field(max_length=_LONGEST_NAME)]
    good: bool | None
    start: _Amount
    balance: _Amount
    valid: _Count
    added: _Count
    refunded: _Count
    reported: _Count
    claimed: _Count
    ruined: _Count | None
    balances: tuple[_Amount, ...]


class RunShown(BaseModel):
    """A run, as `Run.document` has it.

    Attributes:
        accuracies: time, test samples that were right, samples added by then; for each measurement.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    format: Literal["hyperbounty/simulation/1"]
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    kind: Annotated[str, Field(max_length=_LONGEST_NAME)]
    features: _Count
    samples: _Count
    tests: Annotated[int, Field(ge=1, lt=2**63)]
    ended: _Count
    added: _Count
    held: _Amount
    accuracies: Annotated[tuple[tuple[_Count, _Count, _Count], ...], Field(min_length=1)]
    agents: Annotated[tuple[AgentShown, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        times = [time for time, _, _ in self.accuracies]
        if times != sorted(times):
            raise ValueError("the times do not rise")
        if any(right > self.tests for _, right, _ in self.accuracies):
            raise ValueError("more is right than there is")
        if any(len(agent.balances) != len(times) for agent in self.agents):
            raise ValueError("an agent has not one balance for each measurement")
        return self

    @classmethod
    def of(cls, run: Run) -> Self:
        """What is shown of a run."""
        return cls.model_validate_json(json.dumps(run.document()))

    @property
    def accuracy_times(self) -> list[int]:
        """Of each measurement."""
        return [time for time, _, _ in self.accuracies]

    @property
    def accuracy(self) -> list[float]:
        """At each measurement."""
        return [right / self.tests for _, right, _ in self.accuracies]


def write_run(run: Run, path: Path, *, events: bool = False) -> None:
    """Write a run as JSON; the same run makes the same bytes."""
    text = json.dumps(run.document(events=events), sort_keys=True, separators=(",", ":"))
    write_atomic(path, f"{text}\n".encode())


def read_run(path: Path) -> RunShown:
    """Read a run that was written.

    Raises:
        FileNotFoundError: there is no such file.
        InvalidInput: it is no run; says where.
    """
    step = NextStep("simulate it again: {}", Action("model.simulate.run"))
    if path.stat().st_size > _MOST_BYTES:
        raise InvalidInput(f"{path} is larger than any run", step)
    try:
        # By way of JSON, so that lists are tuples and no number is taken for a text.
        return RunShown.model_validate_json(json.dumps(read_json(path.read_bytes())))
    except ValidationError as error:
        raise InvalidInput(f"{path} is no run: {together(faults_of(error))}", step) from None
    except ValueError as error:
        raise InvalidInput(f"{path} is no run: {not_json(str(error))}", step) from None
