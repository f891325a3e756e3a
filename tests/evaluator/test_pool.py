"""The pool gives what training in process gives, through kills of its workers and of itself."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluator.jobs import Job
from evaluator.pool import Progress, run_jobs
from evaluator.results import ResultStore
from hyperbounty.bounty.spec import Spec
from hyperbounty.errors import InvalidInput, SpecError, TrainingError
from hyperbounty.training.windows import Dataset

pytestmark = pytest.mark.training

SPEC = Spec(cell="SimpleRNN", recurrent_units=(3,), learning_rate=0.01, batch_size=16, epochs=2)
OTHER = replace(SPEC, recurrent_units=(4,), dropout=0.2)
# Its worker has more to say than a pipe holds, so it is at work until it is heard out.
LONG = replace(SPEC, epochs=1000)


def jobs_of(*specs: Spec, runs: int = 2) -> list[Job]:
    return [Job.of(spec.word, run=run, seed=10 + run, dataset="toy") for spec in specs for run in range(runs)]


def test_the_pool_and_one_process_give_the_same_results(dataset: Dataset, tmp_path: Path) -> None:
    from hyperbounty.training.engine import train

    jobs = jobs_of(SPEC, OTHER)
    heard: list[Progress] = []
    pooled = run_jobs(jobs, dataset, workers=2, results=ResultStore(tmp_path), on_progress=heard.append)

    assert dataset.holdout is not None
    assert list(pooled) == jobs
    for job in jobs:
        alone = train(Spec.from_word(job.spec), dataset.train, dataset.holdout, job.seed)
        assert pooled[job].fingerprint == alone.fingerprint
    assert len({result.fingerprint for result in pooled.values()}) == 4
    assert Counter(p.event for p in heard) == {"started": 4, "epoch": 8, "finished": 4}
    assert [p.done for p in heard if p.event == "finished"] == [1, 2, 3, 4]
    assert {p.total for p in heard} == {4}
    assert multiprocessing.active_children() == []

    again = run_jobs(jobs, dataset, workers=1, results=ResultStore(tmp_path), on_progress=heard.append)
    assert [p.event for p in heard[16:]] == ["kept"] * 4
    assert [again[job].fingerprint for job in jobs] == [pooled[job].fingerprint for job in jobs]


def test_the_dearest_come_first_and_programs_are_shared(dataset: Dataset, tmp_path: Path) -> None:
    dear = replace(SPEC, epochs=4)  # Shares its program with SPEC, and OTHER stands between them by cost.
    jobs = jobs_of(SPEC, OTHER, dear, runs=1)
    started: list[bytes] = []

    def note(progress: Progress) -> None:
        if progress.event == "started":
            started.append(progress.job.spec)

    run_jobs(jobs, dataset, workers=1, results=ResultStore(tmp_path), on_progress=note)
    assert started == [dear.word, SPEC.word, OTHER.word]


def test_equal_jobs_are_trained_once_and_workers_are_replaced(dataset: Dataset, tmp_path: Path) -> None:
    jobs = jobs_of(SPEC, SPEC, runs=2)
    heard: list[Progress] = []
    pids: set[int | None] = set()

    def note(progress: Progress) -> None:
        heard.append(progress)
        if progress.event == "epoch":
            pids.update(worker.pid for worker in multiprocessing.active_children())

    done = run_jobs(jobs, dataset, workers=1, results=ResultStore(tmp_path), on_progress=note, jobs_per_worker=1)
    assert len(done) == 2
    assert Counter(p.event for p in heard)["finished"] == 2
    assert len(pids) == 2


def test_a_killed_worker_is_replaced_and_its_job_done_again(dataset: Dataset, tmp_path: Path) -> None:
    (job,) = jobs_of(LONG, runs=1)
    heard: list[Progress] = []

    def kill_once(progress: Progress) -> None:
        heard.append(progress)
        if progress.event == "epoch" and not any(p.event == "retried" for p in heard):
            for worker in multiprocessing.active_children():
                worker.kill()

    done = run_jobs([job], dataset, workers=1, results=ResultStore(tmp_path), on_progress=kill_once)
    retried = [p for p in heard if p.event == "retried"]
    assert [p.job for p in retried] == [job]
    assert "SIGKILL" in retried[0].reason
    assert done[job].diverged_at is None
    assert len(done[job].losses) == LONG.epochs


def test_a_job_that_kills_every_worker_is_an_error_after_the_others_are_done(dataset: Dataset, tmp_path: Path) -> None:
    poison, other = jobs_of(LONG, SPEC, runs=1)
    heard: list[Progress] = []

    def kill_the_poisoned(progress: Progress) -> None:
        heard.append(progress)
        if progress.event == "epoch" and progress.job == poison:
            for worker in multiprocessing.active_children():
                worker.kill()

    store = ResultStore(tmp_path)
    with pytest.raises(TrainingError, match="SIGKILL") as failed:
        run_jobs([other, poison], dataset, workers=1, results=store, on_progress=kill_the_poisoned)

    assert poison.spec.hex() in str(failed.value)
    assert "SimpleRNN 3" in str(failed.value)
    assert "3 workers" in str(failed.value)
    events = Counter((p.job.spec, p.event) for p in heard if p.event != "epoch")
    assert events[poison.spec, "started"] == 3
    assert events[poison.spec, "retried"] == 2
    assert events[poison.spec, "failed"] == 1
    assert store.get(other.key) is not None, "the innocent job is done"
    assert store.get(poison.key) is None, "a fault of the machine is not a score"


def test_windows_that_cannot_be_trained_on_stop_everything_at_once(dataset: Dataset, tmp_path: Path) -> None:
    broken = replace(dataset.train, features=np.full_like(dataset.train.features, np.nan))
    with pytest.raises(TrainingError, match="row 0 of the training features is not finite"):
        run_jobs(jobs_of(SPEC), replace(dataset, train=broken), workers=1, results=ResultStore(tmp_path))
    assert multiprocessing.active_children() == []


def test_a_result_that_cannot_be_kept_ends_the_pool(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TrainingError, match=r"cannot (read|keep) the result"):
        run_jobs(jobs_of(SPEC), dataset, workers=1, results=ResultStore(tmp_path / "file"))
    assert multiprocessing.active_children() == []


def test_an_interrupt_ends_the_workers_and_keeps_what_is_finished(dataset: Dataset, tmp_path: Path) -> None:
    jobs = jobs_of(SPEC, OTHER, runs=1)

    def interrupt(progress: Progress) -> None:
        if progress.event == "finished":
            os.kill(os.getpid(), signal.SIGINT)

    store = ResultStore(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run_jobs(jobs, dataset, workers=1, results=store, on_progress=interrupt)
    assert multiprocessing.active_children() == []
    assert sum(store.get(job.key) is not None for job in jobs) == 1


COORDINATOR = """
import pickle, sys
from pathlib import Path
from evaluator.pool import run_jobs
from evaluator.results import ResultStore

def note(progress):
    sys.stdout.write(f"{progress.event} {progress.job.key}\\n")
    sys.stdout.flush()

if __name__ == "__main__":
    jobs, dataset = pickle.loads(Path(sys.argv[1]).read_bytes())
    run_jobs(jobs, dataset, workers=1, results=ResultStore(Path(sys.argv[2])), on_progress=note)
"""


def test_a_killed_coordinator_leaves_no_worker_and_only_what_is_missing_is_trained(
    dataset: Dataset, tmp_path: Path
) -> None:
    jobs = jobs_of(SPEC, OTHER, replace(SPEC, epochs=3), runs=1)
    (tmp_path / "coordinator.py").write_text(COORDINATOR)
    (tmp_path / "input").write_bytes(pickle.dumps((jobs, dataset)))
    command = [sys.executable, str(tmp_path / "coordinator.py"), str(tmp_path / "input"), str(tmp_path / "results")]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as coordinator:
        assert coordinator.stdout is not None
        kept: set[str] = set()
        for line in coordinator.stdout:
            event, key = line.split()
            if event == "finished":
                kept.add(key)
                break
        coordinator.kill()
        # The worker writes to the same pipe, which ends only when the last that could write to it does.
        coordinator.communicate(timeout=60)

    heard: list[Progress] = []
    store = ResultStore(tmp_path / "results")
    done = run_jobs(jobs, dataset, workers=1, results=store, on_progress=heard.append)
    reused = {p.job.key for p in heard if p.event == "kept"}
    trained = {p.job.key for p in heard if p.event == "started"}
    assert kept <= reused
    assert reused | trained == {job.key for job in jobs}
    assert not reused & trained
    assert set(done) == set(jobs)


def test_what_cannot_be_run_is_refused_before_anything_starts(dataset: Dataset, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with pytest.raises(InvalidInput, match="0 workers"):
        run_jobs(jobs_of(SPEC), dataset, workers=0, results=store)
    with pytest.raises(InvalidInput, match="no holdout"):
        run_jobs(jobs_of(SPEC), replace(dataset, holdout=None), workers=1, results=store)
    with pytest.raises(SpecError):
        run_jobs([Job.of(bytes(32), run=0, seed=1, dataset="toy")], dataset, workers=1, results=store)
    assert run_jobs([], dataset, workers=1, results=store) == {}
