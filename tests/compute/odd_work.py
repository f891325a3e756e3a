"""Work that takes no time and goes wrong where a payload says so. In a module because workers import it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence

from hyperbounty.errors import TrainingError

DIES = "dies"
HANGS = "hangs"
CANNOT = "cannot"


def prepare_odd_work() -> OddWork:
    """A `Prepare`."""
    return OddWork()


def cannot_prepare() -> OddWork:
    """A `Prepare` that fails."""
    raise TrainingError("nothing to work with", "bring something")


class OddWork:
    """Gives every payload twice, and tells its characters as progress before."""

    def __call__(self, payloads: Sequence[str], on_progress: Callable[[int, str], None]) -> Iterator[tuple[int, str]]:
        for index, payload in enumerate(payloads):
            if payload == DIES:
                os.kill(os.getpid(), signal.SIGKILL)
            if payload == HANGS:
                threading.Event().wait()
            if payload == CANNOT:
                raise TrainingError("this cannot be done", "do something else")
            for character in payload:
                on_progress(index, character)
            yield index, 2 * payload
