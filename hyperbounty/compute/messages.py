"""What a worker tells its executor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True)
class Loaded:
    """The process is there; send what prepares it."""


@dataclass(frozen=True)
class Ready:
    """The worker is prepared, on this machine (`worker.machine_of`); send a group."""

    machine: Mapping[str, str]


@dataclass(frozen=True)
class ProgressOf(Generic[Q]):
    """How far the payload with this index is."""

    index: int
    progress: Q


@dataclass(frozen=True)
class ResultOf(Generic[R]):
    """The result of the payload with this index."""

    index: int
    result: R


@dataclass(frozen=True)
class Broken:
    """The worker could not do what it was asked, and ends. `lasting`: it would fail the same way again."""

    reason: str
    lasting: bool


Message: TypeAlias = Loaded | Ready | ProgressOf[Q] | ResultOf[R] | Broken
