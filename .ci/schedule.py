"""Runs steps beside each other as far as the cores go, and says what each of them took.

A step is a shell command. It starts when the steps it needs are done and its cores are free, in the order of the table.
A step that waits for cores lets no later one pass, so that one with two cores gets them. What a step writes is shown
whole when it ends, that of one that failed at the very end.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import IO


@dataclass(frozen=True)
class Step:
    """Something to run.

    Attributes:
        name: what the table calls it.
        command: for bash, in the root of the checkout.
        needs: names of the steps that must have passed.
        cores: how many it keeps busy. 0 is for what waits for the network most of its time.
        holds: what no other step may use meanwhile, as a folder that each of them writes.
    """

    name: str
    command: str
    needs: tuple[str, ...] = ()
    cores: int = 1
    holds: frozenset[str] = frozenset()


@dataclass
class Run:
    """A step that was started."""

    step: Step
    process: subprocess.Popen[bytes]
    output: IO[bytes]
    started_s: float
    wall_s: float = 0.0
    cpu_s: float = 0.0
    stopped: bool = False

    @property
    def result(self) -> str:
        """What became of it, in a word."""
        if self.stopped:
            return "stopped"
        return "passed" if self.process.returncode == 0 else "FAILED"


@dataclass
class Schedule:
    """Steps, the cores they share, and whether one that fails ends the others.

    Example:
        Schedule([Step("lint", "ruff check ."), Step("tests", "pytest", needs=("lint",))], cores=2).run()
    """

    steps: list[Step]
    cores: int
    stop_at_failure: bool = True
    done: list[Run] = field(default_factory=list)
    _running: list[Run] = field(default_factory=list)
    _ended: queue.SimpleQueue[Run] = field(default_factory=queue.SimpleQueue)
    _begin_s: float = field(default_factory=time.monotonic)

    def run(self) -> int:
        """Run all of them; returns the exit status: 0 if every step passed."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        waiting = list(self.steps)
        try:
            while waiting or self._running:
                if not (self.stop_at_failure and self._failed()):
                    self._start_what_can(waiting)
                if not self._running:
                    break
                self._end(self._ended.get())
                if self.stop_at_failure and self._failed():
                    break
        finally:
            self._stop()
            for run in self._failed():
                self._show(run)
            self._table(waiting)
        return 1 if self._failed() or waiting else 0

    def _failed(self) -> list[Run]:
        return [run for run in self.done if run.result == "FAILED"]

    def _start_what_can(self, waiting: list[Step]) -> None:
        passed = {run.step.name for run in self.done if run.result == "passed"}
        held = frozenset[str]().union(*(run.step.holds for run in self._running))
        free = self.cores - sum(run.step.cores for run in self._running)
        for step in list(waiting):
            if not passed.issuperset(step.needs) or step.holds & held:
                continue
            cores = min(step.cores, self.cores)
            if cores > max(free, 0):
                free = 0  # what comes later and needs a core waits too
                continue
            waiting.remove(step)
            self._start(step)
            held |= step.holds
            free -= cores

    def _start(self, step: Step) -> None:
        output = tempfile.TemporaryFile()  # noqa: SIM115
        process = subprocess.Popen(  # noqa: S603
            ["bash", "-c", step.command],  # noqa: S607
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        run = Run(step, process, output, time.monotonic() - self._begin_s)
        self._running.append(run)
        threading.Thread(target=self._wait, args=(run,), daemon=True).start()
        self._say(f"{self._clock(run.started_s)}  {step.name}: started")

    def _wait(self, run: Run) -> None:
        _, status, usage = os.wait4(run.process.pid, 0)
        run.process.returncode = os.waitstatus_to_exitcode(status)
        run.wall_s = time.monotonic() - self._begin_s - run.started_s
        run.cpu_s = usage.ru_utime + usage.ru_stime
        self._ended.put(run)

    def _end(self, run: Run) -> None:
        self._running.remove(run)
        self.done.append(run)
        if run.result == "FAILED":
            self._say(f"{self._clock(run.started_s + run.wall_s)}  {run.step.name}: FAILED, its output is below")
        else:
            self._show(run)

    def _stop(self) -> None:
        for run in self._running:
            run.stopped = True
            os.killpg(run.process.pid, signal.SIGKILL)
        while self._running:
            self._end(self._ended.get())

    def _show(self, run: Run) -> None:
        moment = self._clock(run.started_s + run.wall_s)
        self._say(f"\n== {run.step.name}: {run.result} after {run.wall_s:.0f} s  {moment}\n")
        run.output.seek(0)
        sys.stdout.buffer.write(run.output.read())
        sys.stdout.flush()

    def _table(self, waiting: list[Step]) -> None:
        width = max(len(step.name) for step in self.steps)
        self._say(f"\n{'step':{width}}  {'start':>6}  {'wall s':>7}  {'CPU s':>7}")
        for run in sorted(self.done, key=lambda run: run.started_s):
            figures = f"{self._clock(run.started_s):>6}  {run.wall_s:7.1f}  {run.cpu_s:7.1f}"
            self._say(f"{run.step.name:{width}}  {figures}  {run.result}")
        for step in waiting:
            self._say(f"{step.name:{width}}  {'':>6}  {'':>7}  {'':>7}  not run")
        cpu_s = sum(run.cpu_s for run in self.done)
        self._say(f"{'all':{width}}  {'':>6}  {time.monotonic() - self._begin_s:7.1f}  {cpu_s:7.1f}")

    @staticmethod
    def _clock(seconds: float) -> str:
        return f"{int(seconds) // 60}:{int(seconds) % 60:02}"

    @staticmethod
    def _say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
