"""What an answer shows of the index: it is kept for as long as none of that shows something else.

Whoever reads the index for an answer says what of it matters: `Snapshot.shows`. Who says nothing shows everything, and
such an answer is made anew whenever the index goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from hyperbounty.web.site.moves import Move


@dataclass(frozen=True)
class Shown:
    """What an answer shows.

    Attributes:
        topics: see `SiteFamily.topics_of`; None for everything.
        until: the chain's time from which on it may be another answer though nothing happened, such as the end of a
            phase, in unix seconds; None where time alone changes nothing that matters.
    """

    topics: frozenset[str] | None
    until: int | None = None

    def holds(self, move: Move) -> bool:
        """Whether an answer that was right before `move` is right after it.

        >>> Shown(frozenset({"contests/7"}), until=200).holds(Move(0.0, 100, {"contests/8"}))
        True
        >>> Shown(frozenset({"contests/7"}), until=200).holds(Move(0.0, 200, {"contests/8"}))
        False
        """
        if self.topics is None or move.topics is None:
            return False
        if self.until is not None and (move.time is None or move.time >= self.until):
            return False
        return self.topics.isdisjoint(move.topics)


EVERYTHING: Final = Shown(None)

_NOTED: Final[ContextVar[list[Shown] | None]] = ContextVar("hyperbounty.shown", default=None)


def note(shown: Shown) -> None:
    """Note what was read for the answer that is being made here, in whichever thread."""
    noted = _NOTED.get()
    if noted is not None:
        noted.append(shown)


@contextmanager
def noting() -> Iterator[list[Shown]]:
    """Inside, what is read is noted in the list that it gives."""
    noted: list[Shown] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def together(noted: Sequence[Shown]) -> Shown:
    """All of it; everything where nothing was noted."""
    topics: frozenset[str] | None = frozenset() if noted else None
    for shown in noted:
        topics = None if topics is None or shown.topics is None else topics | shown.topics
    return Shown(topics, min((shown.until for shown in noted if shown.until is not None), default=None))
