"""Long work beside the loop, one piece at a time: while a contest is trained, another's deadline is not missed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from hyperbounty.watching.duties import Say

Work = Callable[[Say], None]


@dataclass
class Piece:
    """One piece of work.

    Attributes:
        says: how far it is; empty until it says so.
        error: why it failed; None while it has not.
        is_done: whether it ended well.
    """

    work: Work = field(repr=False)
    says: str = ""
    error: Exception | None = None
    is_done: bool = False

    def say(self, how_far: str) -> None:
        """Note how far it is."""
        self.says = how_far

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.is_done or self.error is not None


class Bench:
    """Does the pieces of work that it is given, in order, in a thread that ends with the process."""

    def __init__(self) -> None:
        self._pieces: dict[Hashable, Piece] = {}
        self._waiting: deque[Piece] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def piece(self, name: Hashable, work: Work) -> Piece:
        """The piece of this name: begun as soon as those before it are over, and never twice until it is forgotten."""
        with self._changed:
            found = self._pieces.get(name)
            if found is None:
                found = self._pieces[name] = Piece(work)
                self._waiting.append(found)
                self._start()
            return found

    def forget(self, name: Hashable) -> None:
        """Let the piece of this name be done anew; one that is in progress goes on."""
        with self._changed:
            piece = self._pieces.get(name)
            if piece is not None and piece.is_over:
                del self._pieces[name]

    @property
    def is_busy(self) -> bool:
        """Whether a piece is in progress, or waits."""
        with self._changed:
            return any(not piece.is_over for piece in self._pieces.values())

    def wait(self, seconds: float) -> None:
        """Return once a piece is over, or after so many seconds."""
        with self._changed:
            self._changed.wait(seconds)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="work of a watch", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                piece = self._waiting.popleft()
            error: Exception | None = None
            try:
                piece.work(piece.say)
            except Exception as raised:  # noqa: BLE001 - it is said, and keeps no other piece from being done
                error = raised
            with self._changed:
                piece.error, piece.is_done = error, error is None
                self._changed.notify_all()
