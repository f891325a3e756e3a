"""The evaluator's loop: jobs from the queue to an executor, results and reasons back.

A finished training is in the queue and its weights in the store before the next is handed out, so whatever ends the
evaluator costs at most the trainings in progress. A fault of the machine never becomes a score: the job is tried again,
by this evaluator or another, and one that fails for good is an error, not a zero.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from evaluator.queue import reading
from evaluator.queue.heartbeat import Heartbeat
from evaluator.queue.queue import MOST_FAULTS, Queue, Wanted
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.weights import Weights
from hyperbounty.compute.executor import Failed, Finished, Progressed
from hyperbounty.compute.jobs import Job
from hyperbounty.compute.training import TrainingEvent, TrainingExecutor, training_task
from hyperbounty.errors import DatabaseError, TrainingError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.spec.spec import Spec
from hyperbounty.store import Cid
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.weights import to_npz

POLL_S: Final = 1.0
"""Seconds between looks at what other evaluators have done, at least."""

LOOKS_SHARE: Final = 1 / 50
"""Of the time, at most, that looks take: one reads every finished training, so the more there are the rarer it is."""


@dataclass(frozen=True)
class Progress:
    """What happened to `job`; `done` of `total` trainings now have a result.

    Attributes:
        event: `kept`, it had a result from before; `elsewhere`, another evaluator finished it; `started`; `epoch`;
            `retried`, it goes back into the queue because its worker failed for `reason`; `failed`, given up for
            `reason`; `finished`.
        epoch: the numbers of the epoch, with that event.
    """

    event: Literal["kept", "elsewhere", "started", "epoch", "retried", "failed", "finished"]
    job: Job
    done: int
    total: int
    epoch: EpochProgress | None = None
    reason: str = ""


def run_jobs(
    queue: Queue,
    contest: str,
    dataset: str,
    wanted: Sequence[Wanted],
    *,
    executor: TrainingExecutor,
    weights: Weights,
    on_progress: Callable[[Progress], None] | None = None,
    poll_s: float = POLL_S,
) -> None:
    """Return once every training that `contest` wants has a result in the queue, made here or elsewhere.

    Args:
        queue: where jobs and results are; other evaluators may work on it too.
        contest: as of `Queue.put`.
        dataset: name of the windows that `executor` has; all jobs are of them.
        wanted: every training of the contest.
        executor: where the trainings happen; it is stopped at the end.
        weights: where their weights go.
        on_progress: hears of everything that happens to a job.
        poll_s: see `POLL_S`.

    Raises:
        TrainingError: a job failed for good, which is said after all others are done, or no worker can be started, or
            queue or disk can't be used, or another evaluator wants other trainings under the contest's name.
    """
    run = _Run(queue, contest, dataset, wanted, executor, weights, on_progress or (lambda _: None), poll_s)
    try:
        run.prepare(wanted)
        with Heartbeat(queue) as heartbeat:
            run.train(heartbeat)
    finally:
        executor.stop()
        with suppress(DatabaseError):  # What cannot be given back now comes back when the lease runs out.
            queue.release()


class _Run:
    def __init__(
        self,
        queue: Queue,
        contest: str,
        dataset: str,
        wanted: Sequence[Wanted],
        executor: TrainingExecutor,
        weights: Weights,
        report: Callable[[Progress], None],
        poll_s: float,
    ) -> None:
        self._queue, self._contest, self._dataset = queue, contest, dataset
        self._executor, self._weights, self._report, self._poll_s = executor, weights, report, poll_s
        self._jobs = {w.job.key: w.job for w in wanted}
        self._runs = {w.job.key: w.run for w in reversed(wanted)}
        self._done: set[str] = set()
        self._mine: dict[str, Job] = {}
        self._failed_starts = 0
        self._slowness = 1.0
        self._claim_at = self._look_at = 0.0

    def prepare(self, wanted: Sequence[Wanted]) -> None:
        """Put the jobs into the queue, and reopen those whose results are of no use any more."""
        self._queue.put(self._contest, self._dataset, wanted)
        states = reading.states(self._queue.database, self._contest)
        for key in sorted(key for key, state in states.items() if state == "done"):
            stored = self._queue.result(key)
            if stored is None:
                self._queue.reopen(key, "its result was damaged")
            elif not self._weights.has(Cid.parse(stored.weights)):
                self._queue.reopen(key, f"its weights {stored.weights} are not in the store")
            else:
                self._done.add(key)
                self._say("kept", self._jobs[key])

    def train(self, heartbeat: Heartbeat) -> None:
        """Until all is done."""
        while not self._over():
            heartbeat.looped()
            self._fill(heartbeat)
            for event in self._executor.wait(self._poll_s):
                self._hear(event, heartbeat)
        failures = reading.failures(self._queue.database, self._contest)
        if failures:
            key, reason = min(failures.items())
            others = f"; {len(failures) - 1} more failed" if len(failures) > 1 else ""
            raise TrainingError(
                f"{self._name(self._jobs[key])} failed: {reason}{others}",
                "mend the cause and run again: finished trainings are kept",
            )

    def _over(self) -> bool:
        """Whether nothing is left to do or to wait for; looks at the queue now and then."""
        if len(self._done) == len(self._jobs):
            return True
        began = time.monotonic()
        if began < self._look_at:
            return False
        over = self._look()
        ended = time.monotonic()
        self._look_at = max(began + self._poll_s, ended + (ended - began) / LOOKS_SHARE)
        return over

    def _look(self) -> bool:
        """Tell of what other evaluators have finished; whether nothing is left to do or to wait for."""
        states = reading.states(self._queue.database, self._contest)
        finished = {key for key, state in states.items() if state == "done"}
        if not finished <= self._jobs.keys():
            raise TrainingError(
                f"another evaluator of the queue {self._queue.database} wants other trainings for this contest",
                NextStep(
                    "run all of them with the same {} and the same versions, or give each a {} of its own",
                    Parameter("device"),
                    Parameter("queue"),
                ),
            )
        for key in finished - self._done:
            self._done.add(key)
            self._say("elsewhere", self._jobs[key])
        return not self._mine and not any(state in {"waiting", "training"} for state in states.values())

    def _fill(self, heartbeat: Heartbeat) -> None:
        """Hand out jobs until no slot is free or no job is there."""
        while (program := self._executor.vacancy) is not None and time.monotonic() >= self._claim_at:
            jobs = self._queue.claim(
                self._dataset,
                program=program,
                room_bytes=self._executor.room_bytes,
                most=self._executor.largest_group,
                slots=self._executor.slots,
            )
            if not jobs:
                self._claim_at = time.monotonic() + self._poll_s
                if not self._mine:
                    self._make_room()
                return
            self._mine |= {job.key: job for job in jobs}
            slot = self._executor.submit([training_task(job, slowness=self._slowness) for job in jobs])
            for job in jobs:
                heartbeat.working[job.key] = (slot, 0)
                self._say("started", job)

    def _make_room(self) -> None:
        """No job fits, and none is in progress here: without idle workers there may be room for one.

        Raises:
            TrainingError: there is not.
        """
        room = self._executor.room_bytes
        needed = reading.smallest_waiting_bytes(self._queue.database, self._dataset)
        if room is None or needed is None or needed <= room:
            return
        self._executor.stop()
        room = self._executor.room_bytes
        self._claim_at = 0.0
        if room is not None and needed > room:
            raise TrainingError(
                f"the next training may need {needed / 2**30:.1f} GiB, and this machine has room for "
                f"{max(room, 0) / 2**30:.1f}",
                "run the evaluator on a machine with more memory: finished trainings are kept",
            )

    def _hear(self, event: TrainingEvent, heartbeat: Heartbeat) -> None:
        # A job whose lease ran out may have been claimed here again: the first that is told of it counts.
        keys = [key for key in (event.keys if isinstance(event, Failed) else (event.key,)) if key in self._mine]
        if not keys:
            return
        if isinstance(event, Progressed):
            heartbeat.working[event.key] = (heartbeat.working[event.key][0], event.progress.epoch)
            self._say("epoch", self._mine[event.key], epoch=event.progress)
            return
        jobs = [self._mine.pop(key) for key in keys]
        if isinstance(event, Finished):
            self._finish(jobs[0], event)
        elif event.started:
            self._fail(jobs, event)
        else:
            self._fail_to_start(jobs, event)
        # Not before: the lease must last while the store takes the weights.
        for key in keys:
            del heartbeat.working[key]

    def _finish(self, job: Job, event: Finished[TrainingResult]) -> None:
        self._failed_starts = 0
        self._slowness = max(self._slowness, event.result.seconds / job.estimate_s)
        cid = self._weights.keep(to_npz(event.result.weights))
        first = self._queue.finish(job.key, StoredResult.of(event.result, str(cid), event.machine))
        if job.key in self._jobs and job.key not in self._done:
            self._done.add(job.key)
            self._say("finished" if first else "elsewhere", job)

    def _fail(self, jobs: Sequence[Job], failed: Failed) -> None:
        """In company nobody can tell whose fault it was: each has one, and will be tried alone."""
        self._failed_starts = 0
        self._claim_at = 0.0
        for job in jobs:
            over = self._queue.fail(job.key, failed.reason, lasting=failed.lasting and len(failed.keys) == 1)
            self._say("failed" if over else "retried", job, reason=failed.reason)

    def _fail_to_start(self, jobs: Sequence[Job], failed: Failed) -> None:
        """A worker that cannot even start says nothing about the jobs that waited for it."""
        self._queue.release([job.key for job in jobs])
        self._failed_starts += 1
        if failed.lasting or self._failed_starts >= MOST_FAULTS:
            raise TrainingError(f"no worker can be started: {failed.reason}", "check the machine and run again")
        self._claim_at = 0.0
        for job in jobs:
            self._say("retried", job, reason=failed.reason)

    def _name(self, job: Job) -> str:
        return f"run {self._runs[job.key]} of spec 0x{job.spec.hex()} ({Spec.from_word(job.spec).describe()})"

    def _say(
        self,
        event: Literal["kept", "elsewhere", "started", "epoch", "retried", "failed", "finished"],
        job: Job,
        *,
        epoch: EpochProgress | None = None,
        reason: str = "",
    ) -> None:
        if job.key in self._jobs:  # It may be another contest's, on the same windows.
            self._report(Progress(event, job, len(self._done), len(self._jobs), epoch, reason))
