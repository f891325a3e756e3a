"""Commands of Hyperbounty that run beside a site: started again when they die, and ended with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Final, Self

PAUSES_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Before a command that died is started again; the last one holds for all later times."""

_LIVED_S: Final = 60.0
_PATIENCE_S: Final = 1.5
_LONGEST_LINE: Final = 2_000

_log = logging.getLogger(__name__)


class Child:
    """A command that runs as long as the `with` block, in a process of its own.

    It cannot outlive this process (`tethered`). Ctrl-C in a terminal does not reach it: this process ends it.

    Args:
        name: for the log.
        arguments: of `hyperbounty`. They stand in the list of processes, so secrets go into `environment`.
        environment: variables beside those of this process.
        is_kept: start it again when it ends.
        say: is told each line that it writes.
        pauses_s: see `PAUSES_S`.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        is_kept: bool = True,
        say: Callable[[str], None] | None = None,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.name = name
        self.said: list[str] = []
        self.exit_code: int | None = None
        self._arguments = [sys.executable, "-m", "hyperbounty.web.site.tethered", *arguments]
        self._environment = {**os.environ, **(environment or {}), "PYTHONUNBUFFERED": "1"}
        self._is_kept = is_kept
        self._say = say or (lambda line: _log.info("%s: %s", name, line))
        self._pauses_s = pauses_s
        self._ending = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.tell_to_end()
        self.wait_for_end()

    @property
    def is_running(self) -> bool:
        """Whether there is a process of it now."""
        process = self._process
        return process is not None and process.poll() is None

    @property
    def pid(self) -> int | None:
        """Of its process; None where there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def tell_to_end(self) -> None:
        """Have it end, and not start again; returns at once."""
        self._ending.set()
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()

    def wait_for_end(self, patience_s: float = _PATIENCE_S) -> None:
        """Wait until it has ended; what has not after so many seconds is killed."""
        if not self._ended.wait(patience_s):
            _log.warning("%s does not end, and is killed", self.name)
            with self._lock:
                if self._process is not None:
                    self._process.kill()
        self._thread.join()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended by itself, for so long at most; whether it has."""
        return self._ended.wait(seconds)

    def _keep(self) -> None:
        died = 0
        while not self._ending.is_set():
            began = time.monotonic()
            self.exit_code = self._run()
            if self._ending.is_set() or not self._is_kept:
                break
            died = 0 if time.monotonic() - began > _LIVED_S else died + 1
            pause = self._pauses_s[min(max(died - 1, 0), len(self._pauses_s) - 1)]
            _log.warning("%s ended with exit code %s; it is started again in %g s", self.name, self.exit_code, pause)
            self._ending.wait(pause)
        self._ended.set()

    def _run(self) -> int | None:
        with self._lock:
            if self._ending.is_set():
                return None
            process = subprocess.Popen(  # noqa: S603 - this program
                self._arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self._environment,
                text=True,
                errors="backslashreplace",
                start_new_session=True,
            )
            self._process = process
        assert process.stdout is not None
        assert process.stdin is not None
        with process.stdin, process.stdout:
            self._listen(process.stdout)
            return process.wait()

    def _listen(self, lines: IO[str]) -> None:
        while line := lines.readline(_LONGEST_LINE):
            self.said = [*self.said[-19:], line.rstrip("\n")]
            self._say(line.rstrip("\n"))
