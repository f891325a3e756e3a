"""SIGKILL at any moment between two processes of one command: every effect is there once."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Witness
from tests.faults.proxy import Exchange, FaultyProxy, Moment, running
from tests.faults.sender import send_all

KILLS = int(os.environ.get("HYPERBOUNTY_FAULT_KILLS", "8"))
SEED = int(os.environ.get("HYPERBOUNTY_FAULT_SEED", "1"))
NUMBERS_A_ROUND = 4
# A round takes some 40 requests, so most kills fall inside one.
LATEST_REQUEST = 50


class Executioner:
    """Kills a process when the proxy has seen a chosen number of requests, at a chosen moment of the last.

    The moments: before the request reaches the node, after that and before the answer, and while the process works on
    with the answer.
    """

    def __init__(self, seed: int, latest: int = LATEST_REQUEST) -> None:
        self._random = random.Random(seed)
        self._latest = latest
        self._lock = threading.Lock()
        self._process: Any = None
        self._left = 0
        self.moment = Moment.RECEIVED

    def aim(self, process: Any) -> None:
        """Choose when to kill `process`, if it is still there then."""
        with self._lock:
            self._left = self._random.randint(1, self._latest)
            self.moment = self._random.choice(list(Moment))
            self._process = process

    def rest(self) -> None:
        """Kill nobody: the number of a process that has ended may soon be another's."""
        with self._lock:
            self._process = None

    def __call__(self, _: int, moment: Moment, __: Exchange) -> bool:
        with self._lock:
            if self._process is None or moment is not self.moment:
                return False
            self._left -= 1
            if self._left != 0 or not self._process.is_alive():
                return False
            self._process.kill()
            # Killed before it was sent: the request ends with its sender.
            return True


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_killed_command_continues_and_doubles_nothing(witness: Witness, tmp_path: Path, rate: float) -> None:
    # The server forks children that have everything loaded, so a start costs milliseconds; a kill is a kill.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.sender"])
    executioner = Executioner(SEED)
    proxy = FaultyProxy(witness.url, SEED, rate, watcher=executioner)
    done, kills = 0, Counter[Moment]()
    with running(proxy) as url:
        while kills.total() < KILLS:
            numbers = list(range(done, done + NUMBERS_A_ROUND))
            code = None
            while code != 0:
                process: Any = context.Process(
                    target=send_all, args=(url, tmp_path, witness.probe.address, numbers, witness.number)
                )
                process.start()
                executioner.aim(process)
                process.join()
                executioner.rest()
                code = process.exitcode
                assert code in (0, -signal.SIGKILL)
                kills[executioner.moment] += code != 0
            done += NUMBERS_A_ROUND
    killed = f"{kills.total()} kills {dict(kills)}"
    print(f"\n{done} operations, {killed}, {proxy.requests} requests, {proxy.seen.total()} faults")  # noqa: T201
    assert witness.effects() == dict.fromkeys(range(done), 1)
    assert witness.transactions() == done
