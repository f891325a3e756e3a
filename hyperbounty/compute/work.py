"""What a user of compute gives: a function that prepares a worker, and the work that the worker then does.

Three types go through everything here: the payload of a task, what is told while it is in progress, and its result.
All three travel between processes, so they can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Never, TypeAlias, TypeVar

P = TypeVar("P")
"""Payload of a task."""
Q = TypeVar("Q")
"""What is told of a task in progress."""
R = TypeVar("R")
"""Result of a task."""

Work: TypeAlias = Callable[[Sequence[P], Callable[[int, Q], None]], Iterator[tuple[int, R]]]
"""Works on the payloads of a group, calls the function with an index and a progress, and yields each result as soon as
it is there, with the index of its payload. Every payload has one result, in any order."""

Prepare: TypeAlias = Callable[[], Work[P, Q, R]]
"""Runs once in each worker, before its first group: loads what the work needs. It is sent to the worker, so it is a
function of a module, or `functools.partial` of one with the data that it needs."""


@dataclass(frozen=True)
class Each(Generic[P, R]):
    """A `Prepare` for work that takes one payload at a time, tells no progress and needs nothing prepared.

    Args:
        function: gives the result of a payload; a function of a module where workers are other processes.

    >>> work = Each(abs)()
    >>> list(work([-2, 3], lambda index, progress: None))
    [(0, 2), (1, 3)]
    """

    function: Callable[[P], R]

    def __call__(self) -> Work[P, Never, R]:
        """The work."""
        return self._work

    def _work(self, payloads: Sequence[P], _on_progress: Callable[[int, Never], None]) -> Iterator[tuple[int, R]]:
        for index, payload in enumerate(payloads):
            yield index, self.function(payload)
