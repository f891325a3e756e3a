"""Mutants of a contract: their list, and what the sources become."""

from __future__ import annotations

import json
import os
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contracts.tools.slither_findings import APART

_GENERATOR: Final = Path(__file__).with_name("generate.py")


class MutationError(Exception):
    """A campaign that cannot go on; the message is one line for people."""


@dataclass(frozen=True)
class Mutant:
    """One change of one source, as `generate.py` lists it; `start` and `end` count bytes."""

    operator: str
    file: str
    function: str
    line: int
    start: int
    end: int
    old: str
    new: str

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What names it although lines move."""
        return self.operator, self.file, self.function, self.old, self.new

    def apply(self, sources: dict[str, str]) -> dict[str, str]:
        """The sources with this change, by source unit name."""
        content = sources[self.file].encode()
        changed = content[: self.start] + self.new.encode() + content[self.end :]
        return sources | {self.file: changed.decode()}


def list_mutants(slither_python: str, unit: str) -> tuple[str, int, list[Mutant]]:
    """Slither's version, at how many statements it crashed, and every mutant that its operators make of a contract.

    Raises:
        MutationError: Slither or Foundry is not there, or fails.
    """
    command = [slither_python, str(_GENERATOR), unit]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | APART | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
    except OSError as error:
        raise MutationError(
            f"cannot run {slither_python}: {error.strerror}; name the Python that has Slither"
        ) from None
    if done.returncode:
        reason = (done.stderr.strip() or "no answer").splitlines()[-1]
        raise MutationError(f"the list of mutants could not be made: {reason}")
    answer = json.loads(done.stdout)
    return answer["slither"], answer["crashes"], [Mutant(**mutant) for mutant in answer["mutants"]]


def shuffled(mutants: list[Mutant], seed: int) -> list[Mutant]:
    """All of them in an order drawn from the seed: its first N are a sample."""
    order = list(mutants)
    random.Random(seed).shuffle(order)
    return order
