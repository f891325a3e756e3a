"""Commands killed with SIGKILL at random moments, and given again until they end by themselves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tests.faults.proxy import Exchange, Moment

# A command asks the chain some thirty times before it sends, and again and again until its transaction is mined.
LATEST_REQUEST: Final = 40
_FIRST_GUESS_SECONDS: Final = 3.0


class Killer:
    """Runs commands of `hyperbounty` in processes of their own, and kills most of them.

    Every other time the moment is one of time, from the start of the process to a little after its usual end; else it
    is one of the conversation with the chain: before a request reaches the node, after that, or after the answer.

    Args:
        seed: of the moments.
        most: kills after which every command is left alone.
        rate: part of the processes that are to be killed.

    Attributes:
        kills: by command.
        moments: of the kills.
        runs: processes started.
    """

    def __init__(self, seed: int, most: int, rate: float = 0.75) -> None:
        self._random = random.Random(seed)
        self._most = most
        self._rate = rate
        self._usual: dict[str, float] = {}
        self._lock = threading.Lock()
        self._victim: subprocess.Popen[bytes] | None = None
        self._left = 0
        self._moment = Moment.RECEIVED
        self.kills: Counter[str] = Counter()
        self.moments: Counter[str] = Counter()
        self.runs = 0

    def __call__(self, folder: Path, *arguments: object) -> dict[str, Any]:
        """The answer of a command given in `folder`, where its configuration is, however often it was killed before."""
        command = " ".join(map(str, arguments[:2]))
        while True:
            code, out, err = self._run(folder, command, [*map(str, arguments), "--json"])
            if code == 0:
                answer: dict[str, Any] = json.loads(out)
                return answer
            assert code == -signal.SIGKILL, f"{arguments}: {code}, {out}{err}"
            self.kills[command] += 1

    def watch(self, _: int, moment: Moment, __: Exchange) -> bool:
        """The proxy's watcher."""
        with self._lock:
            if self._victim is None or moment is not self._moment:
                return False
            self._left -= 1
            if self._left or self._victim.poll() is not None:
                return False
            self._victim.kill()
            self.moments[moment] += 1
            # Killed before it was sent: the request ends with its sender.
            return True

    def _run(self, folder: Path, command: str, arguments: list[str]) -> tuple[int, str, str]:
        # Files, not pipes: what a killed process leaves behind for a moment would hold a pipe open.
        out, err = folder / "out", folder / "err"
        doomed = self.kills.total() < self._most and self._random.random() < self._rate
        environment = {**os.environ, "HYPERBOUNTY_HOME": str(folder / "home")}
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "hyperbounty", *arguments],
                cwd=folder,
                env=environment,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self.runs += 1
        seconds = 0.0
        try:
            if doomed and self._random.random() < 0.5:
                seconds = self._random.random() * 1.1 * self._usual.get(command, _FIRST_GUESS_SECONDS)
                self._wait(process, seconds)
                process.kill()
                code = process.wait()
                self.moments["time"] += code != 0
            else:
                if doomed:
                    self._aim(process)
                code = self._timed(process, command)
        finally:
            with self._lock:
                self._victim = None
            # Children that train are not killed with their parent, and have nothing to do without it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return code, out.read_text(), err.read_text()

    def _aim(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._left = self._random.randint(1, LATEST_REQUEST)
            self._moment = self._random.choice(list(Moment))
            self._victim = process

    def _timed(self, process: subprocess.Popen[bytes], command: str) -> int:
        import time

        start = time.monotonic()
        code = process.wait()
        if code == 0:
            self._usual[command] = time.monotonic() - start
        return code

    @staticmethod
    def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
