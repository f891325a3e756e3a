"""Jobs trained side by side on this machine, each worker a process of its own with one thread.

Finished results go into the store at once, so whatever ends the pool costs at most the trainings in progress. A fault
of the machine never becomes a score: a worker that dies is replaced and its job tried again, and a job that fails for
good is an error, not a zero.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final, Literal

from evaluator.jobs import Job
from evaluator.results import ResultStore
from evaluator.worker import Failed, Loaded, Ready, work
from hyperbounty.bounty.cost import cost
from hyperbounty.bounty.spec import Spec
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.training.execution import program_key
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Dataset

ATTEMPTS: Final = 3
"""Workers that a job, or the start of a worker, may cost before it is given up."""

JOBS_PER_WORKER: Final = 16
"""TensorFlow keeps 10 to 30 MB of every program it ran, so a worker is replaced after this many."""


@dataclass(frozen=True)
class Progress:
    """What happened to `job`; `done` of `total` trainings now have a result.

    Attributes:
        event: `kept`, it had a result from before; `started`; `epoch`; `retried`, it goes back into the queue because
            its worker failed for `reason`; `failed`, given up for `reason`; `finished`.
        epoch: the numbers of the epoch, with that event.
    """

    event: Literal["kept", "started", "epoch", "retried", "failed", "finished"]
    job: Job
    done: int
    total: int
    epoch: EpochProgress | None = None
    reason: str = ""


def run_jobs(
    jobs: Iterable[Job],
    dataset: Dataset,
    *,
    workers: int,
    results: ResultStore,
    on_progress: Callable[[Progress], None] | None = None,
    jobs_per_worker: int = JOBS_PER_WORKER,
) -> dict[Job, TrainingResult]:
    """The result of every job, from `results` where it is there and trained by `workers` processes where not.

    The dearest jobs come first; a worker that has compiled a program is given the jobs that share it. The processes are
    spawned, so a script that calls this does it under `if __name__ == "__main__"`.

    Args:
        jobs: what to train; jobs with equal keys are trained once.
        dataset: the windows that the keys of the jobs name, with its holdout.
        workers: processes at a time, at least 1.
        results: where finished trainings are kept.
        on_progress: hears of everything that happens to a job, in this process.
        jobs_per_worker: trainings after which a worker is replaced.

    Raises:
        InvalidInput: `workers` or `jobs_per_worker` is below 1, or the dataset has no holdout.
        SpecError: a job's word is not a spec. Nothing was trained.
        TrainingError: a job failed for good, which is said after all others are done, or no worker can be started, or
            a result cannot be kept.
    """
    if workers < 1 or jobs_per_worker < 1:
        raise InvalidInput(f"{workers} workers of {jobs_per_worker} jobs", "choose at least 1 of each")
    if dataset.holdout is None:
        raise InvalidInput("the dataset has no holdout, so nothing can be scored", "open or fetch the holdout first")
    jobs = list(jobs)
    pool = _Pool({job.key: job for job in jobs}, dataset, results, on_progress or (lambda _: None), jobs_per_worker)
    try:
        pool.run(workers)
    finally:
        pool.stop()
    return {job: pool.done[job.key] for job in jobs}


@dataclass(eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    job: Job | None = None
    trained: int = 0
    program: bytes = b""


class _Pool:
    def __init__(
        self,
        jobs: dict[str, Job],
        dataset: Dataset,
        results: ResultStore,
        report: Callable[[Progress], None],
        jobs_per_worker: int,
    ) -> None:
        self._data = (dataset.train, dataset.holdout)
        self._results = results
        self._report = report
        self._jobs_per_worker = jobs_per_worker
        self._total = len(jobs)
        self._workers: list[_Worker] = []
        self._leaving: list[SpawnProcess] = []
        self._attempts: Counter[str] = Counter()
        self._failed_starts = 0
        self._failures: list[str] = []
        self.done: dict[str, TrainingResult] = {}
        self._programs = {key: program_key(_spec(job)) for key, job in jobs.items()}
        # Two specs of one cost are told apart by their program, so that jobs that share one stand together.
        self._pending = sorted(jobs.values(), key=lambda job: (-self._cost(job), self._programs[job.key], job.run))

    def run(self, workers: int) -> None:
        for job in list(self._pending):
            kept = self._results.get(job.key)
            if kept is not None:
                self._pending.remove(job)
                self.done[job.key] = kept
                self._say("kept", job)
        while self._pending or any(worker.job for worker in self._workers):
            # A worker without a job is starting, and will take one.
            starting = sum(worker.job is None for worker in self._workers)
            for _ in range(min(workers - len(self._workers), len(self._pending) - starting)):
                self._workers.append(_start())
            ready = wait([worker.connection for worker in self._workers])
            for worker in [worker for worker in self._workers if worker.connection in ready]:
                self._hear(worker)
        if self._failures:
            others = f"; {len(self._failures) - 1} more failed" if len(self._failures) > 1 else ""
            raise TrainingError(self._failures[0] + others, "mend the cause and run again: finished trainings are kept")

    def stop(self) -> None:
        """End every worker, at work or not."""
        processes = [worker.process for worker in self._workers] + self._leaving
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for process in processes:
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def _hear(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if isinstance(message, Loaded):
            self._send(worker, self._data)
        elif isinstance(message, Ready):
            self._failed_starts = 0
            self._assign(worker)
        elif isinstance(message, Failed):
            self._lose(worker, message)
        elif worker.job is not None and isinstance(message, EpochProgress):
            self._say("epoch", worker.job, epoch=message)
        elif worker.job is not None and isinstance(message, TrainingResult):
            self._finish(worker, worker.job, message)

    def _finish(self, worker: _Worker, job: Job, result: TrainingResult) -> None:
        self._results.put(job.key, result)
        self.done[job.key] = result
        worker.job, worker.trained = None, worker.trained + 1
        self._say("finished", job)
        if worker.trained < self._jobs_per_worker:
            self._assign(worker)
        else:
            self._dismiss(worker)

    def _assign(self, worker: _Worker) -> None:
        if not self._pending:
            self._dismiss(worker)
            return
        shared = (job for job in self._pending if self._programs[job.key] == worker.program)
        job = next(shared, self._pending[0])
        self._pending.remove(job)
        worker.job, worker.program = job, self._programs[job.key]
        self._attempts[job.key] += 1
        self._say("started", job)
        self._send(worker, (job.spec, job.seed))

    def _send(self, worker: _Worker, what: object) -> None:
        try:
            worker.connection.send(what)
        except OSError:
            self._bury(worker)

    def _bury(self, worker: _Worker) -> None:
        """The other end is closed, which only a worker that died leaves behind."""
        worker.process.join()
        self._lose(worker, Failed(_cause(worker.process.exitcode), lasting=False))

    def _lose(self, worker: _Worker, failed: Failed) -> None:
        job, worker.job = worker.job, None
        self._dismiss(worker)
        if job is None:
            self._failed_starts += 1
            if failed.lasting or self._failed_starts >= ATTEMPTS:
                raise TrainingError(f"no worker can be started: {failed.reason}", "check the machine and run again")
            return
        if not failed.lasting and self._attempts[job.key] < ATTEMPTS:
            self._pending.insert(0, job)
            self._say("retried", job, reason=failed.reason)
            return
        tried = f" in {self._attempts[job.key]} workers" if self._attempts[job.key] > 1 else ""
        self._failures.append(
            f"run {job.run} of spec 0x{job.spec.hex()} ({_spec(job).describe()}) failed{tried}: {failed.reason}"
        )
        self._say("failed", job, reason=failed.reason)

    def _dismiss(self, worker: _Worker) -> None:
        worker.connection.close()
        self._workers.remove(worker)
        self._leaving.append(worker.process)

    def _say(
        self,
        event: Literal["kept", "started", "epoch", "retried", "failed", "finished"],
        job: Job,
        *,
        epoch: EpochProgress | None = None,
        reason: str = "",
    ) -> None:
        self._report(Progress(event, job, len(self.done), self._total, epoch, reason))

    def _cost(self, job: Job) -> int:
        train = self._data[0]
        return cost(_spec(job), features=train.features.shape[1], sequence_length=train.length, rows=len(train))


def _start() -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # The worker has its own; ours must see the end when the worker dies.
    return _Worker(process, ours)


def _spec(job: Job) -> Spec:
    return Spec.from_word(job.spec)


def _cause(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        name = signal.Signals(-exitcode).name
        hint = ", as the system does when memory runs out" if -exitcode == signal.SIGKILL else ""
        return f"its worker was killed by {name}{hint}"
    return f"its worker ended with exit code {exitcode}"
