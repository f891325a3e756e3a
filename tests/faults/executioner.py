"""A function that runs in a process of its own, is killed with SIGKILL again and again, and started until it ends."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from tests.faults.proxy import Exchange, Moment

SEED: Final = int(os.environ.get("HYPERBOUNTY_FAULT_SEED", "1"))


class Executioner:
    """Watches for a proxy, and kills a process when a chosen number of requests was seen, at a moment of the last.

    The moments: before the request reaches the node, after that and before the answer, and while the process works on
    with the answer.

    Args:
        most: kills after which every process is left alone.
        latest: the request at which a process is killed at the latest; about as many as one takes.

    Attributes:
        kills: so far, by their moment.
    """

    def __init__(self, most: int, latest: int) -> None:
        self.kills: Counter[Moment] = Counter()
        self._most = most
        self._latest = latest
        self._random = random.Random(SEED)
        self._lock = threading.Lock()
        self._process: Any = None
        self._left = 0
        self._moment = Moment.RECEIVED

    @property
    def is_done(self) -> bool:
        """Whether it kills nobody any more."""
        return self.kills.total() >= self._most

    def until_it_ends(self, target: Callable[..., None], *arguments: object) -> None:
        """Start `target` in a process, kill it, and start it again, until it ends by itself."""
        # The server forks children that have everything loaded, so a start costs milliseconds; a kill is a kill.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([target.__module__])
        code = None
        while code != 0:
            process: Any = context.Process(target=target, args=arguments)
            process.start()
            if not self.is_done:
                self._aim(process)
            process.join()
            self._rest()
            code = process.exitcode
            assert code in (0, -signal.SIGKILL)
            self.kills[self._moment] += code != 0

    def __call__(self, _: int, moment: Moment, __: Exchange) -> bool:
        with self._lock:
            if self._process is None or moment is not self._moment:
                return False
            self._left -= 1
            if self._left != 0 or not self._process.is_alive():
                return False
            self._process.kill()
            # Killed before it was sent: the request ends with its sender.
            return True

    def _aim(self, process: Any) -> None:
        with self._lock:
            self._left = self._random.randint(1, self._latest)
            self._moment = self._random.choice(list(Moment))
            self._process = process

    def _rest(self) -> None:
        # The number of a process that has ended may soon be another's.
        with self._lock:
            self._process = None
