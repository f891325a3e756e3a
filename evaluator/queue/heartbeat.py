"""The heartbeat of an evaluator: it renews the leases on its jobs for as long as its process lives."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Final, Self

from evaluator.queue.queue import Queue
from hyperbounty.errors import DatabaseError

BEATS_PER_LEASE: Final = 4
"""Heartbeats in the time of one lease."""

STUCK_S: Final = 1800.0
"""An evaluator that has not come to the start of its loop for so long counts as stuck, and its leases run out."""

_log = logging.getLogger(__name__)


class Heartbeat:
    """Renews leases in a thread of its own, so that an evaluator that waits for its disk or its store is not taken for
    dead.

    Args:
        queue: whose leases are renewed.
        stuck_s: see `STUCK_S`.

    Attributes:
        working: worker and finished epochs of each job in progress, by key; kept up to date by the evaluator.
    """

    def __init__(self, queue: Queue, *, stuck_s: float = STUCK_S) -> None:
        self.working: dict[str, tuple[str, int]] = {}
        self._stuck_s = stuck_s
        self._looped = time.monotonic()
        self._queue = queue
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._stop.set()
        self._thread.join()

    def looped(self) -> None:
        """The evaluator has come to the start of its loop again."""
        self._looped = time.monotonic()

    def _beat(self) -> None:
        while not self._stop.wait(self._queue.lease_s / BEATS_PER_LEASE):
            if time.monotonic() - self._looped > self._stuck_s:
                continue
            try:
                self._queue.renew(self.working.copy())
            except DatabaseError as error:
                # The jobs go on. Where the lease runs out, another may train them too, and the first result stands.
                _log.warning("no heartbeat: %s", error)
