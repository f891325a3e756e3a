"""How the index went on while the site looked: which of what it shows is something else since when."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Final

KEPT: Final = 100
"""The latest moves."""


@dataclass(frozen=True)
class Move:
    """The index shows something else, or speaks of a later block.

    Attributes:
        at: when the site saw it, in monotonic seconds.
        time: the chain's time at the block of the index, in unix seconds; None where nobody knows.
        topics: what shows something else (see `SiteFamily.topics_of`); None where everything may.
    """

    at: float
    time: int | None
    topics: Collection[str] | None


class Moves:
    """The latest moves, the number of each its place in their order; it lives in one event loop."""

    def __init__(self) -> None:
        self._latest: deque[Move] = deque(maxlen=KEPT)
        self.end = 0

    def add(self, move: Move) -> None:
        """Note what has just been seen."""
        self._latest.append(move)
        self.end += 1

    def since(self, number: int) -> Move | None:
        """All moves from this number on as one, which began with the first of them; None where there is none.

        >>> moves = Moves()
        >>> moves.add(Move(1.0, 100, {"contests/1"}))
        >>> moves.add(Move(2.0, 112, {"contests/2"}))
        >>> move = moves.since(0)
        >>> move.at, move.time, sorted(move.topics)
        (1.0, 112, ['contests/1', 'contests/2'])
        """
        if number >= self.end:
            return None
        first = self.end - len(self._latest)
        if number < first:
            return Move(-math.inf, None, None)
        missed = list(islice(self._latest, number - first, None))
        topics: set[str] | None = set()
        for move in missed:
            topics = None if topics is None or move.topics is None else topics.union(move.topics)
        return Move(missed[0].at, missed[-1].time, topics)
