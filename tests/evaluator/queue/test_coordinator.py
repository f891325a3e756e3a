"""The evaluator's loop: everything wanted gets its result, through faults of workers, results and stores."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from evaluator.queue import coordinator, reading
from evaluator.queue.coordinator import LOOKS_SHARE, Progress, run_jobs
from evaluator.queue.queue import MOST_FAULTS, Queue, Wanted
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.tables import SCHEMA, ResultRow
from evaluator.queue.weights import HashedWeights, PinnedWeights, Weights
from hyperbounty.compute.group import Group
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.limits import IDLE_WORKER_BYTES
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.training import TrainingEvent, TrainingExecutor, TrainingTask
from hyperbounty.database import Database
from hyperbounty.errors import SpecError, TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.fusing import Member
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.weights import from_npz
from hyperbounty.training.windows import Dataset
from tests.compute.stub_training import (
    CANNOT,
    DATA,
    DIES,
    DIVERGES,
    HANGS,
    SPEC,
    make_stub,
    stub_result,
)
from tests.evaluator.conftest import claim_one
from tests.evaluator.queue.stub_jobs import numbered_jobs, stub_jobs

CONTEST = "31337/0xab/1"
POLL_S = 0.02

Run = Callable[..., list[Progress]]


@pytest.fixture
def run(queue: Queue, dataset: Dataset) -> Run:
    """Runs jobs on the stub, in this process or on one worker, and gives what was told."""

    def call(
        wanted: Sequence[Wanted],
        *,
        pool: bool = False,
        executor: TrainingExecutor | None = None,
        weights: Weights | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
        heard: list[Progress] | None = None,
    ) -> list[Progress]:
        assert dataset.holdout is not None
        heard = [] if heard is None else heard

        def note(progress: Progress) -> None:
            heard.append(progress)
            on_progress(progress)

        if executor is None and pool:
            executor = LocalPool(make_stub, workers=1)
        elif executor is None:
            executor = InProcess(make_stub)
        run_jobs(
            queue,
            CONTEST,
            DATA.name,
            wanted,
            executor=executor,
            weights=weights or HashedWeights(),
            on_progress=note,
            poll_s=POLL_S,
        )
        return heard

    return call


def results(queue: Queue, wanted: Sequence[Wanted]) -> dict[int, int]:
    """Score by index of what has a result."""
    found = {w.spec_index: queue.result(w.job.key) for w in wanted}
    return {index: record.result.score_ppm("accuracy") for index, record in found.items() if record}


def test_everything_wanted_is_trained_once_and_told(queue: Queue, run: Run) -> None:
    specs = [replace(SPEC, epochs=1 + i) for i in range(5)]
    wanted = stub_jobs(*specs, SPEC)
    heard = run(wanted)
    assert Counter(p.event for p in heard) == {"started": 5, "epoch": 15, "finished": 5}
    assert [p.done for p in heard if p.event == "finished"] == [1, 2, 3, 4, 5]
    assert {p.total for p in heard} == {5}
    assert results(queue, wanted) == {i: stub_result(s, 1).score_ppm("accuracy") for i, s in enumerate([*specs, SPEC])}
    assert [p.event for p in run(wanted)] == ["kept"] * 5


def test_a_spec_that_diverges_has_a_result_of_zero(queue: Queue, run: Run) -> None:
    wanted = stub_jobs(DIVERGES)
    run(wanted)
    assert results(queue, wanted) == {0: 0}


@pytest.mark.heavy
@pytest.mark.parametrize("poison", [DIES, CANNOT])
def test_what_fails_for_good_is_an_error_and_no_score_once_the_others_are_done(
    queue: Queue, run: Run, poison: Spec
) -> None:
    wanted = stub_jobs(poison, SPEC)
    heard: list[Progress] = []
    with pytest.raises(TrainingError, match=r"run 0 of spec 0x.*SimpleRNN 3.*failed") as failed:
        run(wanted, pool=True, heard=heard)
    assert ("SIGKILL" if poison is DIES else "the stub cannot") in str(failed.value)
    assert results(queue, wanted) == {1: stub_result(SPEC, 1).score_ppm("accuracy")}
    told = Counter(p.event for p in heard if p.job.spec == poison.word)
    assert told == ({"started": 3, "retried": 2, "failed": 1} if poison is DIES else {"started": 1, "failed": 1})
    assert multiprocessing.active_children() == []


@pytest.mark.heavy
def test_a_killed_worker_is_replaced_and_its_job_done_again(queue: Queue, run: Run) -> None:
    killed: list[int | None] = []

    def kill_once(progress: Progress) -> None:
        if progress.event == "epoch" and not killed:
            for worker in multiprocessing.active_children():
                killed.append(worker.pid)
                worker.kill()

    # It says more than a pipe holds, so it is at work until it is heard out.
    wanted = stub_jobs(replace(SPEC, epochs=1000))
    heard = run(wanted, pool=True, on_progress=kill_once)
    retried = [p for p in heard if p.event == "retried"]
    assert len(retried) == 1
    assert "SIGKILL" in retried[0].reason
    assert results(queue, wanted) == {0: stub_result(Spec.from_word(wanted[0].job.spec), 1).score_ppm("accuracy")}


class _NeverStarts:
    """An executor whose workers die before they begin."""

    device = "cpu"
    slots, largest_group = 1, 4
    vacancy = ""
    room_bytes = None

    def __init__(self, *, lasting: bool) -> None:
        self._lasting = lasting
        self._groups: list[Group[Member]] = []
        self.starts = 0

    def submit(self, tasks: Sequence[TrainingTask]) -> str:
        self._groups.append(Group(tasks))
        self.starts += 1
        return "nobody"

    def wait(self, timeout_s: float) -> list[TrainingEvent]:
        groups, self._groups = self._groups, []
        return [group.failed("no backend", lasting=self._lasting, started=False) for group in groups]

    def stop(self) -> None:
        self._groups = []


@pytest.mark.parametrize("lasting", [True, False])
def test_workers_that_cannot_start_end_the_run_and_burden_no_job(queue: Queue, run: Run, lasting: bool) -> None:
    wanted, executor = stub_jobs(SPEC, runs=4), _NeverStarts(lasting=lasting)
    with pytest.raises(TrainingError, match="no worker can be started: no backend"):
        run(wanted, executor=executor)
    assert executor.starts == (1 if lasting else MOST_FAULTS), "a group counts once"
    assert {(s.state, s.faults) for s in reading.jobs(queue.database, CONTEST)} == {("waiting", 0)}


@pytest.mark.heavy
def test_a_job_too_large_for_the_machine_is_named_and_not_scored(queue: Queue, run: Run, dataset: Dataset) -> None:
    assert dataset.holdout is not None
    wanted = stub_jobs(SPEC, replace(SPEC, recurrent_units=(1024,)))
    small = min(w.job.memory_bytes for w in wanted)
    pool = LocalPool(make_stub, workers=2, memory_bytes=IDLE_WORKER_BYTES + small)
    with pytest.raises(TrainingError, match=r"may need 0\.1 GiB.*more memory"):
        run(wanted, executor=pool)
    assert results(queue, wanted) == {0: stub_result(SPEC, 1).score_ppm("accuracy")}


@pytest.mark.heavy
def test_a_job_that_fits_only_without_idle_workers_is_done(queue: Queue, run: Run, dataset: Dataset) -> None:
    assert dataset.holdout is not None
    wanted = stub_jobs(SPEC, replace(SPEC, recurrent_units=(2,)), replace(SPEC, recurrent_units=(1024,)))
    large = max(w.job.memory_bytes for w in wanted)
    memory = IDLE_WORKER_BYTES + large
    pool = LocalPool(make_stub, workers=2, memory_bytes=memory)
    assert Counter(p.event for p in run(wanted, executor=pool))["finished"] == 3


@pytest.mark.parametrize("damage", [{"document": "{}"}, {"checksum": ""}])
def test_a_damaged_result_is_trained_again(queue: Queue, run: Run, damage: dict[str, str]) -> None:
    wanted = stub_jobs(SPEC)
    run(wanted)
    queue.database.write(lambda c: c.execute(update(ResultRow).values(**damage)) and None)
    assert [p.event for p in run(wanted) if p.event != "epoch"] == ["started", "finished"]
    assert results(queue, wanted) == {0: stub_result(SPEC, 1).score_ppm("accuracy")}


def test_what_another_evaluator_finishes_is_not_trained_here(queue: Queue, run: Run) -> None:
    first, second = stub_jobs(SPEC, replace(SPEC, epochs=9))
    other = Queue(queue.database)
    other.put(CONTEST, DATA.name, [first, second])
    theirs = claim_one(other)
    assert theirs == second.job

    def finish_theirs(progress: Progress) -> None:
        if progress.event == "finished":
            assert other.finish(second.job.key, StoredResult.of(stub_result(SPEC, 1), "bafkqaaa", {}))

    heard = run([first, second], on_progress=finish_theirs)
    told = [(p.job.key, p.event) for p in heard if p.event != "epoch"]
    assert told == [(first.job.key, "started"), (first.job.key, "finished"), (second.job.key, "elsewhere")]


@pytest.mark.parametrize("look_s", [0.0, 0.1, 4.0])
def test_looks_at_what_others_did_take_a_small_part_of_the_time_however_long_one_takes(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, look_s: float
) -> None:
    now = looked = 0.0
    looks = 0
    states = reading.states

    def look(*arguments: Any) -> dict[str, str]:
        nonlocal now, looked, looks
        now, looked, looks = now + look_s, looked + look_s, looks + 1
        return states(*arguments)

    class Slow(InProcess[Member, EpochProgress, TrainingResult]):
        def wait(self, timeout_s: float) -> Sequence[TrainingEvent]:
            nonlocal now
            now += 1.0
            return super().wait(timeout_s)

    monkeypatch.setattr(coordinator, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(reading, "states", look)
    wanted = numbered_jobs(60, seed=1)
    run_jobs(queue, CONTEST, DATA.name, wanted, executor=Slow(make_stub), weights=HashedWeights())
    # Two are not of these: before the first training, and the first of the loop.
    assert looked - 2 * look_s <= LOOKS_SHARE * now
    if look_s == 0.0:
        assert looks >= 60


@pytest.mark.heavy
def test_an_interrupt_ends_the_workers_keeps_what_is_finished_and_gives_the_rest_back(
    queue: Queue, run: Run, dataset: Dataset
) -> None:
    assert dataset.holdout is not None
    two = LocalPool(make_stub, workers=2)

    def interrupt(progress: Progress) -> None:
        if progress.event == "finished":
            os.kill(os.getpid(), signal.SIGINT)

    # A shell starts what runs in the background with this signal ignored.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(stub_jobs(SPEC, HANGS), executor=two, on_progress=interrupt)
    finally:
        signal.signal(signal.SIGINT, ours)
    assert multiprocessing.active_children() == []
    assert reading.tally(queue.database, CONTEST) == reading.Tally(done=1, waiting=1)


def test_what_is_no_spec_is_refused_before_anything_starts() -> None:
    with pytest.raises(SpecError):
        stub_jobs(SPEC, replace(SPEC, epochs=5000))


def test_weights_are_in_the_store_when_their_training_is_done(
    queue: Queue, run: Run, store: ContentStore, tmp_path: Path
) -> None:
    wanted = stub_jobs(SPEC)
    run(wanted, weights=PinnedWeights(store, tmp_path / "outbox"))
    record = queue.result(wanted[0].job.key)
    assert record is not None
    (array,) = from_npz(store.get(Cid.parse(record.weights)))
    assert (array == stub_result(SPEC, 1).weights[0]).all()
    assert not record.result.weights
    assert not (tmp_path / "outbox").exists()


def test_a_result_whose_weights_are_gone_is_trained_again(
    queue: Queue, run: Run, store: ContentStore, tmp_path: Path
) -> None:
    wanted = stub_jobs(SPEC)
    run(wanted, weights=HashedWeights())
    kept = PinnedWeights(store, tmp_path / "outbox")
    assert [p.event for p in run(wanted, weights=kept) if p.event != "epoch"] == ["started", "finished"]
    assert [p.event for p in run(wanted, weights=kept)] == ["kept"]


def test_weights_wait_in_the_outbox_while_the_store_is_away(
    queue: Queue, run: Run, store: ContentStore, tmp_path: Path
) -> None:
    (tmp_path / "store").write_text("in the way")
    kept = PinnedWeights(store, tmp_path / "outbox")
    wanted = stub_jobs(SPEC)
    run(wanted, weights=kept)
    (file,) = (tmp_path / "outbox").iterdir()
    assert [p.event for p in run(wanted, weights=kept)] == ["kept"]

    (tmp_path / "store").unlink()
    kept.flush()
    assert store.has(Cid.parse(file.name))
    assert list((tmp_path / "outbox").iterdir()) == []


def test_weights_that_can_be_kept_nowhere_end_the_run_and_the_job_goes_back(
    queue: Queue, run: Run, store: ContentStore, tmp_path: Path
) -> None:
    for name in ("store", "outbox"):
        (tmp_path / name).write_text("in the way")
    with pytest.raises(TrainingError, match=r"cannot keep the weights.*finished trainings are kept"):
        run(stub_jobs(SPEC), weights=PinnedWeights(store, tmp_path / "outbox"))
    assert reading.tally(queue.database, CONTEST) == reading.Tally(waiting=1)


class _Beating(Queue):
    """Tells of its heartbeats."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, lease_s=0.1)
        self.beat = threading.Event()
        self.working: dict[str, tuple[str, int]] = {}

    def renew(self, working: Mapping[str, tuple[str, int]]) -> None:
        super().renew(working)
        self.working = dict(working)
        self.beat.set()


def test_the_lease_is_renewed_while_the_store_takes_the_weights(tmp_path: Path, dataset: Dataset) -> None:
    queue = _Beating(Database(tmp_path / "queue.sqlite", SCHEMA))
    (wanted,) = stub_jobs(SPEC)

    class Slow(HashedWeights):
        def keep(self, archive: bytes) -> Cid:
            for _ in range(2):  # The first may have been under way already.
                queue.beat.clear()
                queue.beat.wait()
            assert wanted.job.key in queue.working
            return super().keep(archive)

    assert dataset.holdout is not None
    executor = InProcess(make_stub)
    run_jobs(queue, CONTEST, DATA.name, [wanted], executor=executor, weights=Slow(), poll_s=POLL_S)
    assert reading.tally(queue.database, CONTEST) == reading.Tally(done=1)
    queue.database.close()


def test_a_damaged_file_in_the_outbox_does_not_reach_the_store(store: ContentStore, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("in the way")
    kept = PinnedWeights(store, tmp_path / "outbox")
    cid = kept.keep(b"weights")
    (tmp_path / "outbox" / str(cid)).write_bytes(b"weighty")
    (tmp_path / "store").unlink()
    kept.flush()
    assert not kept.has(cid)
    assert not kept.has(Cid.raw(b"weighty"))
