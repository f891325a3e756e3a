"""Behaviours that somebody wrote into a Python file. To read them is to run that file: it is a program of its author's.

>>> path = tmp_path / "agents.py"
>>> _ = path.write_text("class Idle:\\n    def act(self, turn):\\n        return 600\\n")
>>> player = Behaviours.read(path).player("idle", 10**12, "Idle")
>>> player.behaviour().act(None)
600
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import extract_tb
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from hyperbounty.errors import InvalidInput
from hyperbounty.faults import nearest
from hyperbounty.models.simulation.agents import Behaviour, Player

if TYPE_CHECKING:
    from hyperbounty.models.simulation.turn import Turn

_MODULE: Final = "agents_of_a_simulation"


class BehaviourError(InvalidInput):
    """A program that somebody wrote for a simulation failed."""

    error_code = "behaviour"


@dataclass(frozen=True)
class Behaviours:
    """The classes of one file that have a method `act`.

    Attributes:
        path: of the file.
        classes: by their names.
    """

    path: Path
    classes: Mapping[str, type[Any]]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Run the file, and take its classes.

        Raises:
            FileNotFoundError: there is no such file.
            BehaviourError: it is no Python, or ends with an error; says on which line.
        """
        module = ModuleType(_MODULE)
        module.__file__ = str(path)
        # Where dataclasses look for the module of a class.
        sys.modules[_MODULE] = module
        try:
            exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)  # noqa: S102 - that is what it is for
        except FileNotFoundError:
            raise
        except Exception as error:
            raise _failed(path, f"{path} failed", error) from error
        found = {name: value for name, value in vars(module).items() if isinstance(value, type)}
        return cls(path, {name: value for name, value in found.items() if callable(getattr(value, "act", None))})

    def player(self, name: str, balance: int, behaviour: str, *, watch_s: int = 0, creator: bool = False) -> Player:
        """An agent with the behaviour of this name.

        Args:
            name, balance, watch_s, creator: see `Player`.
            behaviour: the name of a class.

        Raises:
            InvalidInput: the file has no such class.
        """
        if behaviour not in self.classes:
            known = nearest(behaviour, self.classes) if self.classes else "it has no class with a method act"
            raise InvalidInput(f"{self.path} has no behaviour {behaviour!r}: {known}", "name one that it has")
        made = partial(_Explained, self.classes[behaviour], name, self.path)
        return Player(name, balance, made, watch_s=watch_s, creator=creator)


class _Explained:
    """A behaviour whose faults say where they are."""

    def __init__(self, kind: type[Any], name: str, path: Path) -> None:
        self._path = path
        self._name = name
        try:
            self._inner: Behaviour = kind()
        except Exception as error:
            raise _failed(path, f"the agent {name!r} could not be made", error) from error

    def act(self, turn: Turn) -> int:
        """What its author wrote."""
        try:
            return self._inner.act(turn)
        except Exception as error:
            raise _failed(self._path, f"the agent {self._name!r} failed at second {turn.now:,}", error) from error


def _failed(path: Path, what: str, error: Exception) -> BehaviourError:
    line = error.lineno if isinstance(error, SyntaxError) else _line(path, error.__traceback__)
    said = error.what if isinstance(error, InvalidInput) else f"{type(error).__name__}: {error}"
    where = f" (line {line})" if line else ""
    return BehaviourError(f"{what}{where}: {said}", f"correct the program in {path}")


def _line(path: Path, trace: TracebackType | None) -> int | None:
    """The last line of the file that was at work."""
    lines = [frame.lineno for frame in extract_tb(trace) if frame.filename == str(path)]
    return lines[-1] if lines else None
