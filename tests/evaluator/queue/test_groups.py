"""Jobs of one program train together: as many as is fair, each with its own result, and none pays for another."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.queue import reading
from evaluator.queue.coordinator import Progress, run_jobs
from evaluator.queue.queue import LOSSES_IN_COMPANY, Queue, Wanted
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import HashedWeights
from hyperbounty.compute.executor import Failed, Finished, Progressed
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.jobs import Job
from hyperbounty.compute.limits import IDLE_WORKER_BYTES
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.training import Training, TrainingEvent, TrainingTask
from hyperbounty.database import Database
from hyperbounty.errors import TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.fusing import Member
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Windows
from tests.compute.stub_training import (
    CANNOT_IN_COMPANY,
    DATA,
    DIES_IN_COMPANY,
    SPEC,
    make_stub,
    stub_result,
    stub_task,
)
from tests.evaluator.conftest import MakeDatabase
from tests.evaluator.queue.stub_jobs import stub_jobs

CONTEST = "31337/0xab/1"
OTHER = replace(SPEC, recurrent_units=(4,))
LAPSED = -1.0

Run = Callable[..., list[Progress]]


def of_one_program(count: int, spec: Spec = SPEC) -> list[Spec]:
    return [replace(spec, epochs=1 + i) for i in range(count)]


def tasks(*specs: Spec) -> list[TrainingTask]:
    return [stub_task(spec) for spec in specs]


@pytest.fixture(params=["in process", "pool"])
def run(request: pytest.FixtureRequest, queue: Queue, windows: tuple[Windows, Windows]) -> Run:
    """Runs jobs in groups of up to 8 on the stub, and gives what was told."""

    def call(wanted: Sequence[Wanted], *, on_progress: Callable[[Progress], None] = lambda _: None) -> list[Progress]:
        heard: list[Progress] = []

        def note(progress: Progress) -> None:
            heard.append(progress)
            on_progress(progress)

        executor = (
            LocalPool(make_stub, workers=1, largest_group=8)
            if request.param == "pool"
            else InProcess(make_stub, largest_group=8)
        )
        try:
            run_jobs(
                queue,
                CONTEST,
                DATA.name,
                wanted,
                executor=executor,
                weights=HashedWeights(),
                on_progress=note,
                poll_s=0.02,
            )
        except TrainingError as error:
            heard.append(replace(heard[-1], event="failed", reason=f"run: {error}"))
        return heard

    return call


in_the_pool = pytest.mark.parametrize("run", ["pool"], indirect=True)


def check_results(queue: Queue, wanted: Sequence[Wanted]) -> None:
    for w in wanted:
        record, expected = queue.result(w.job.key), stub_result(Spec.from_word(w.job.spec), w.job.seed)
        assert record is not None
        assert record.result.fingerprint == replace(expected, weights=()).fingerprint


def test_a_claim_gives_the_longest_of_one_program(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(*of_one_program(5), *of_one_program(2, OTHER)))
    job, *others = queue.claim(DATA.name, most=3)
    assert [Spec.from_word(j.spec).epochs for j in (job, *others)] == [5, 4, 3]
    assert len({j.program for j in (job, *others)}) == 1
    assert reading.tally(queue.database, CONTEST) == reading.Tally(training=3, waiting=4)
    theirs = Queue(make_database()).claim(DATA.name, program=stub_jobs(OTHER)[0].job.program, most=9)
    assert [j.spec for j in theirs] == [s.word for s in of_one_program(2, OTHER)[::-1]]


def test_workers_of_one_evaluator_begin_with_programs_of_their_own(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(*of_one_program(4), *of_one_program(2, OTHER)))
    first, second, third = (queue.claim(DATA.name)[0] for _ in range(3))
    # The shorter program is begun before the longer is compiled a second time; then the longest comes again.
    assert [Spec.from_word(job.spec) for job in (first, second, third)] == [
        replace(SPEC, epochs=4),
        replace(OTHER, epochs=2),
        replace(SPEC, epochs=3),
    ]
    assert Queue(make_database()).claim(DATA.name)[0].program == first.program, "another evaluator has its own workers"


@pytest.mark.parametrize(
    ("programs", "slots", "expected"),
    [
        ([64], 4, [16, 16, 16, 16]),
        ([64], 1, [64]),
        ([100], 1, [64, 36]),
        ([5], 4, [2, 2, 1]),
        ([3, 3, 3, 3, 3], 4, [3, 3, 3, 3, 3]),
        ([3, 3], 4, [2, 2, 1, 1]),
        ([16, 1], 4, [5, 5, 5, 1, 1]),
    ],
)
def test_slots_share_what_waits(queue: Queue, programs: list[int], slots: int, expected: list[int]) -> None:
    specs = [
        spec for at, count in enumerate(programs) for spec in of_one_program(count, replace(SPEC, batch_size=40 + at))
    ]
    queue.put(CONTEST, DATA.name, stub_jobs(*specs))
    sizes = []
    while group := queue.claim(DATA.name, most=64, slots=slots):
        sizes.append(len(group))
    assert sorted(sizes, reverse=True) == expected


def test_a_group_takes_no_more_memory_than_is_at_hand(queue: Queue, windows: tuple[Windows, Windows]) -> None:
    wanted = stub_jobs(*of_one_program(3), *of_one_program(3, replace(SPEC, recurrent_units=(1024,))))
    queue.put(CONTEST, DATA.name, wanted)
    small = min(w.job.memory_bytes for w in wanted)
    assert {job.memory_bytes for job in queue.claim(DATA.name, room_bytes=small, most=8)} == {small}
    assert queue.claim(DATA.name, room_bytes=small, most=8) == []

    pool = LocalPool(make_stub, workers=2, memory_bytes=4 * IDLE_WORKER_BYTES, largest_group=3)
    pool.submit(tasks(*of_one_program(3)))
    assert pool.room_bytes == 2 * IDLE_WORKER_BYTES - small, "side by side, they need what one needs"
    pool.stop()


def test_what_failed_before_comes_alone(queue: Queue) -> None:
    queue.put(CONTEST, DATA.name, stub_jobs(*of_one_program(4)))
    first = queue.claim(DATA.name, most=9)
    assert len(first) == 4
    for job in first[:2]:
        queue.fail(job.key, "its worker died")
    queue.release([job.key for job in first[2:]])
    assert [len(queue.claim(DATA.name, most=9)) for _ in range(3)] == [1, 1, 2]


def test_what_lost_some_evaluators_comes_alone(queue: Queue) -> None:
    queue.put(CONTEST, DATA.name, stub_jobs(*of_one_program(2)))
    lost = Queue(queue.database, lease_s=LAPSED)
    assert [len(lost.claim(DATA.name, most=9)) for _ in range(LOSSES_IN_COMPANY)] == [2] * LOSSES_IN_COMPANY
    assert [len(queue.claim(DATA.name, most=9)) for _ in range(3)] == [1, 1, 0]


@pytest.mark.heavy
@given(
    jobs=st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=12),
    asked=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4)), min_size=1, max_size=12),
)
@settings(max_examples=30)
def test_whatever_is_asked_for_every_job_is_in_one_group_of_its_program(
    tmp_path_factory: pytest.TempPathFactory, jobs: list[tuple[int, bool]], asked: list[tuple[int, int]]
) -> None:
    queue = Queue(Database(tmp_path_factory.mktemp("queue") / "queue.sqlite", SCHEMA), backoff_s=0.0)
    specs = [replace(SPEC, batch_size=40 + program, epochs=1 + i) for i, (program, _) in enumerate(jobs)]
    wanted = stub_jobs(*specs)
    queue.put(CONTEST, DATA.name, wanted)
    faulty = {w.job.key for w, (_, fails) in zip(wanted, jobs, strict=True) if fails}
    every = [job for _ in wanted for job in queue.claim(DATA.name)]
    for job in every:
        if job.key in faulty:
            queue.fail(job.key, "its worker died")
    queue.release()

    left, turn = [w.job for w in wanted], 0
    programs: set[str] = set()
    while left:
        most, slots = asked[turn % len(asked)]
        turn += 1
        group = queue.claim(DATA.name, most=most, slots=slots)
        assert 1 <= len(group) <= most
        assert len(group) == 1 or not faulty & {job.key for job in group}
        assert len({job.program for job in group}) == 1
        # Jobs that come alone begin with programs that no worker has compiled.
        new = [job for job in left if job.program not in programs] if most == 1 else []
        assert group[0].estimate_s == max(job.estimate_s for job in new or left)
        programs.add(group[0].program)
        for job in group:
            left.remove(job)
    assert queue.claim(DATA.name, most=9) == []
    queue.database.close()


def test_evaluators_that_claim_groups_at_once_never_hold_the_same_job(make_database: MakeDatabase) -> None:
    wanted = stub_jobs(*of_one_program(40), *of_one_program(20, OTHER))
    Queue(make_database()).put(CONTEST, DATA.name, wanted)
    done: list[str] = []

    def evaluator(queue: Queue) -> None:
        while group := queue.claim(DATA.name, most=7, slots=3):
            for job in group:
                assert queue.finish(job.key, StoredResult.of(stub_result(SPEC, 1), "bafkqaaa", {}))
                done.append(job.key)

    threads = [threading.Thread(target=evaluator, args=(Queue(make_database()),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(done) == dict.fromkeys((w.job.key for w in wanted), 1)


def test_a_group_trains_together_and_each_result_is_kept_at_once(queue: Queue, run: Run) -> None:
    wanted = stub_jobs(*of_one_program(5), *of_one_program(3, OTHER))
    tallies: list[reading.Tally] = []

    def look(progress: Progress) -> None:
        if progress.event == "finished":
            tallies.append(reading.tally(queue.database, CONTEST))

    heard = run(wanted, on_progress=look)
    assert Counter(p.event for p in heard) == {"started": 8, "epoch": 15 + 6, "finished": 8}
    told = [p.event for p in heard if p.event != "epoch"]
    assert told == ["started"] * 5 + ["finished"] * 5 + ["started"] * 3 + ["finished"] * 3
    assert tallies[:2] == [reading.Tally(waiting=3, training=4, done=1), reading.Tally(waiting=3, training=3, done=2)]
    assert [p.done for p in heard if p.event == "finished"] == list(range(1, 9))
    check_results(queue, wanted)


@pytest.mark.heavy
def test_workers_share_the_jobs_of_one_program(queue: Queue, windows: tuple[Windows, Windows]) -> None:
    sizes: list[int] = []

    class Watched(LocalPool[Member, EpochProgress, TrainingResult]):
        def submit(self, tasks: Sequence[TrainingTask]) -> str:
            sizes.append(len(tasks))
            return super().submit(tasks)

    wanted, pool = stub_jobs(*of_one_program(6)), Watched(make_stub, workers=2, largest_group=8)
    run_jobs(queue, CONTEST, DATA.name, wanted, executor=pool, weights=HashedWeights(), poll_s=0.02)
    assert sizes == [3, 3]
    check_results(queue, wanted)


@pytest.mark.heavy
@in_the_pool
def test_a_worker_killed_in_a_group_costs_the_unfinished_one_try_each_and_they_finish_alone(
    queue: Queue, run: Run
) -> None:
    # Both say more than a pipe holds, so the worker is at the second when the first is heard out.
    wanted = stub_jobs(replace(SPEC, epochs=1000), replace(SPEC, epochs=999), *of_one_program(4))
    killed: list[int | None] = []

    def kill_once(progress: Progress) -> None:
        if progress.event == "finished" and not killed:
            for worker in multiprocessing.active_children():
                killed.append(worker.pid)
                worker.kill()

    heard = run(wanted, on_progress=kill_once)
    first, *rest = (w.job.key for w in wanted)
    assert len(killed) == 1
    told = [(p.event, p.job.key) for p in heard if p.event != "epoch"]
    assert Counter(key for event, key in told if event == "retried") == dict.fromkeys(rest, 1)
    assert {s.key: s.faults for s in reading.jobs(queue.database, CONTEST)} == {first: 0, **dict.fromkeys(rest, 1)}
    after = [event for event, _ in told[told.index(("retried", rest[0])) :] if event != "retried"]
    assert after == ["started", "finished"] * 5, "one after the other"
    check_results(queue, wanted)


@pytest.mark.heavy
@in_the_pool
def test_a_bomb_in_a_group_is_given_up_and_its_companions_are_not(queue: Queue, run: Run) -> None:
    wanted = stub_jobs(*(replace(SPEC, epochs=epochs) for epochs in (1, 2, 4, 5)), DIES_IN_COMPANY)
    assert len({w.job.program for w in wanted}) == 1
    heard = run(wanted)
    assert "SIGKILL" in heard[-1].reason
    assert heard[-1].reason.startswith("run: run 0 of spec 0x" + DIES_IN_COMPANY.word.hex())
    found = {s.key: (s.state, s.faults) for s in reading.jobs(queue.database, CONTEST)}
    assert found[wanted[-1].job.key] == ("failed", 3)
    # Those that the stub came to before the bomb were done, the others lost their place beside it once.
    assert Counter(found[w.job.key] for w in wanted[:-1]) == {("done", 0): 2, ("done", 1): 2}
    check_results(queue, wanted[:-1])


@pytest.mark.heavy
def test_an_error_in_a_group_is_lasting_for_nobody_before_it_is_made_alone(queue: Queue, run: Run) -> None:
    wanted = stub_jobs(*of_one_program(4), CANNOT_IN_COMPANY)
    heard = run(wanted)
    assert "the stub cannot; train another spec" in heard[-1].reason
    told = Counter(p.event for p in heard[:-1] if p.job.spec == CANNOT_IN_COMPANY.word)
    assert told == {"started": 2, "retried": 1, "failed": 1}
    check_results(queue, wanted[:-1])


@pytest.mark.heavy
def test_a_group_counts_once_for_the_life_of_a_worker(windows: tuple[Windows, Windows]) -> None:
    pool = LocalPool(make_stub, workers=1, groups_per_worker=2, largest_group=3)
    names = []
    for _ in range(3):
        names.append(pool.submit(tasks(*of_one_program(3))))
        told: list[TrainingEvent] = []
        while sum(isinstance(event, Finished) for event in told) < 3:
            assert pool.vacancy is None
            told += pool.wait(60)
        assert Counter(type(event) for event in told) == {Progressed: 6, Finished: 3}
    assert names[0] == names[1] != names[2]
    pool.stop()


@pytest.mark.heavy
def test_a_group_that_cannot_begin_is_told_once_and_whole(windows: tuple[Windows, Windows]) -> None:
    group = tasks(*of_one_program(3))
    for executor in (
        LocalPool(cannot_begin, workers=1, largest_group=3),
        InProcess(cannot_begin, largest_group=3),
    ):
        executor.submit(group)
        while not (told := executor.wait(60)):
            pass
        executor.stop()
        assert told == [Failed(tuple(task.key for task in group), "no backend; install one", True, False)]


def cannot_begin() -> Training:
    raise TrainingError("no backend", "install one")


def test_the_time_left_counts_those_that_train_and_not_those_that_wait_beside_them(queue: Queue) -> None:
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC, runs=10))
    done, *group = queue.claim(DATA.name, most=7)
    result = replace(stub_result(SPEC, 1), seconds=2 * done.estimate_s)
    queue.finish(done.key, StoredResult.of(result, "bafkqaaa", {}))
    # Six in progress, half done on average, and three that wait, at twice the estimate.
    assert reading.seconds_left(queue.database, CONTEST) == pytest.approx(2 * 6 * done.estimate_s / 6)
    queue.renew({job.key: ("process 1", 1 if at < 2 else 0) for at, job in enumerate(group)})
    assert reading.seconds_left(queue.database, CONTEST) == pytest.approx(2 * 6 * done.estimate_s / 2)


def test_evaluators_that_want_other_trainings_for_a_contest_say_so(queue: Queue, run: Run) -> None:
    theirs = [replace(w, job=Job.of(w.job.spec, seed=1, data=DATA, device="accelerator")) for w in stub_jobs(SPEC)]

    def interfere(progress: Progress) -> None:
        if progress.event == "started":
            queue.put(CONTEST, DATA.name, theirs)
            queue.finish(theirs[0].job.key, StoredResult.of(stub_result(SPEC, 1), "bafkqaaa", {}))

    heard = run(stub_jobs(SPEC, OTHER), on_progress=interfere)
    assert "wants other trainings for this contest" in heard[-1].reason
    assert "the same device" in heard[-1].reason
