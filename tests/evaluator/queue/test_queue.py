"""The queue hands every job out once, gives back what was lost, and keeps one result a job."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from evaluator.queue import reading
from evaluator.queue.queue import MOST_FAULTS, MOST_LOSSES, Queue, Wanted
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.tables import SCHEMA, ResultRow
from hyperbounty.database import Database
from hyperbounty.spec.spec import Spec
from tests.compute.stub_training import DATA, DIVERGES, SPEC, stub_result
from tests.evaluator.conftest import MakeDatabase, claim_one
from tests.evaluator.queue.stub_jobs import stub_jobs

CONTEST = "31337/0xab/1"
OTHER = replace(SPEC, recurrent_units=(4,))
# Leases of an evaluator that was lost: over as soon as they are taken.
LAPSED = -1.0


def record_of(spec: Spec, seed: int = 1) -> StoredResult:
    return StoredResult.of(stub_result(spec, seed), "bafkqaaa", {})


def test_a_job_is_handed_out_once_and_its_result_comes_back(make_database: MakeDatabase) -> None:
    mine, theirs = Queue(make_database()), Queue(make_database())
    wanted = stub_jobs(SPEC)
    mine.put(CONTEST, DATA.name, wanted)
    job = claim_one(mine)
    assert job == wanted[0].job
    assert claim_one(theirs) is None
    assert reading.tally(mine.database, CONTEST) == reading.Tally(training=1)

    assert mine.finish(job.key, record_of(SPEC))
    assert not theirs.finish(job.key, record_of(OTHER)), "a second result is dropped"
    kept = theirs.result(job.key)
    assert kept is not None
    assert kept.to_json() == record_of(SPEC).to_json()
    assert claim_one(theirs) is None
    assert reading.tally(theirs.database, CONTEST) == reading.Tally(done=1)


def test_the_longest_come_first_but_what_a_worker_has_compiled_before(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    long = replace(SPEC, epochs=50)
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC, OTHER, long))
    claimed = [claim_one(queue, program=program) for program in ("", stub_jobs(SPEC)[0].job.program, "")]
    assert [job.spec for job in claimed if job] == [long.word, SPEC.word, OTHER.word]


def test_only_jobs_of_the_windows_and_the_memory_at_hand_are_handed_out(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    large = replace(SPEC, recurrent_units=(1024,))
    wanted = stub_jobs(SPEC, large)
    queue.put(CONTEST, DATA.name, wanted)
    assert claim_one(queue, "e" * 64) is None
    small = min(w.job.memory_bytes for w in wanted)
    job = claim_one(queue, room_bytes=small)
    assert job is not None
    assert job.spec == SPEC.word
    assert claim_one(queue, room_bytes=small) is None
    assert reading.smallest_waiting_bytes(queue.database, DATA.name) == max(w.job.memory_bytes for w in wanted)
    assert claim_one(queue) is not None


def test_a_job_of_two_contests_is_trained_once(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    job = claim_one(queue)
    assert job is not None
    queue.finish(job.key, record_of(SPEC))
    queue.put("31337/0xab/2", DATA.name, stub_jobs(SPEC, OTHER))
    assert reading.tally(queue.database, "31337/0xab/2") == reading.Tally(waiting=1, done=1)
    states = reading.states(queue.database, "31337/0xab/2")
    assert states.pop(job.key) == "done"
    assert list(states.values()) == ["waiting"]


def test_what_no_contest_wants_any_more_is_not_handed_out(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    queue.put(CONTEST, DATA.name, stub_jobs(OTHER))
    assert reading.smallest_waiting_bytes(queue.database, DATA.name) == stub_jobs(OTHER)[0].job.memory_bytes
    job = claim_one(queue)
    assert job is not None
    assert job.spec == OTHER.word
    assert claim_one(queue) is None
    assert reading.smallest_waiting_bytes(queue.database, DATA.name) is None


def test_the_jobs_of_a_lost_evaluator_come_back_and_its_late_result_still_counts(make_database: MakeDatabase) -> None:
    lost, other = Queue(make_database(), lease_s=LAPSED), Queue(make_database())
    lost.put(CONTEST, DATA.name, stub_jobs(SPEC))
    job = claim_one(lost)
    assert job is not None
    assert reading.tally(other.database, CONTEST) == reading.Tally(waiting=1), "its lease has run out"
    assert claim_one(other) == job
    (status,) = reading.jobs(other.database, CONTEST)
    assert (status.state, status.losses, status.fault, status.owner) == ("training", 1, "infrastructure", other.owner)
    assert "lost" in status.reason

    assert not lost.fail(job.key, "too late to say so")
    assert lost.finish(job.key, record_of(SPEC)), "the key says all that decides a result, so the first one stands"
    assert not other.finish(job.key, record_of(SPEC))


def test_a_heartbeat_keeps_the_leases_and_shows_who_is_where(make_database: MakeDatabase) -> None:
    short, other = Queue(make_database(), lease_s=LAPSED), Queue(make_database())
    short.put(CONTEST, DATA.name, stub_jobs(SPEC))
    job = claim_one(short)
    assert job is not None
    short.lease_s = 1000.0
    short.renew({job.key: ("process 7", 3)})
    assert claim_one(other) is None
    (status,) = reading.jobs(other.database, CONTEST)
    assert (status.worker, status.epoch, status.place) == ("process 7", 3, 0)


def test_a_lease_that_its_evaluator_knows_nothing_of_runs_out(make_database: MakeDatabase) -> None:
    queue = Queue(make_database(), lease_s=LAPSED)
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    job = claim_one(queue)
    queue.lease_s = 1000.0
    queue.renew({})
    assert claim_one(queue) == job


def test_a_fault_is_tried_again_later_and_given_up_after_some(make_database: MakeDatabase) -> None:
    queue = Queue(make_database(), backoff_s=0.0)
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    for fault in range(1, MOST_FAULTS + 1):
        job = claim_one(queue)
        assert job is not None
        assert queue.fail(job.key, f"fault {fault}") == (fault == MOST_FAULTS)
    assert job is not None
    assert claim_one(queue) is None
    assert reading.failures(queue.database, CONTEST) == {job.key: f"fault {MOST_FAULTS}"}
    assert queue.result(job.key) is None, "a fault of the machine is no result"

    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    assert claim_one(queue) == job, "asked for again, it is tried afresh"


def test_a_job_waits_after_a_fault_and_says_how_long(make_database: MakeDatabase) -> None:
    queue = Queue(make_database(), backoff_s=500.0)
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    job = claim_one(queue)
    assert job is not None
    queue.fail(job.key, "no luck")
    assert claim_one(queue) is None
    (status,) = reading.jobs(queue.database, CONTEST)
    assert (status.state, status.faults, status.reason) == ("waiting", 1, "no luck")
    assert 400 < status.retry_in_s <= 500


def test_a_lasting_fault_is_given_up_at_once(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    job = claim_one(queue)
    assert job is not None
    assert queue.fail(job.key, "always", lasting=True)


def test_a_job_that_loses_every_evaluator_is_given_up(make_database: MakeDatabase) -> None:
    queue = Queue(make_database(), lease_s=LAPSED)
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    claims = sum(claim_one(queue) is not None for _ in range(MOST_LOSSES + 5))
    assert claims == MOST_LOSSES
    assert "lost" in next(iter(reading.failures(queue.database, CONTEST).values()))


def test_what_is_given_back_untried_is_no_fault(make_database: MakeDatabase) -> None:
    queue, other = Queue(make_database()), Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC, OTHER))
    first, second = claim_one(queue), claim_one(queue)
    assert first is not None
    assert second is not None
    queue.release([first.key])
    assert claim_one(other) == first
    queue.release()
    assert claim_one(other) == second, "and what another has claimed meanwhile stays with it"
    assert claim_one(queue) is None
    assert {(s.faults, s.losses) for s in reading.jobs(queue.database, CONTEST)} == {(0, 0)}


def test_a_spec_that_diverged_is_done_and_says_so(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(DIVERGES))
    job = claim_one(queue)
    assert job is not None
    queue.finish(job.key, record_of(DIVERGES))
    (status,) = reading.jobs(queue.database, CONTEST)
    assert (status.state, status.fault, status.reason) == ("done", "spec", "diverged in epoch 1")


@pytest.mark.parametrize("damage", [{"document": "{}"}, {"checksum": "0" * 64}])
def test_a_damaged_result_is_none_and_can_be_made_again(
    make_database: MakeDatabase, damage: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC))
    job = claim_one(queue)
    assert job is not None
    queue.finish(job.key, record_of(SPEC))
    queue.database.write(lambda c: c.execute(update(ResultRow).values(**damage)) and None)
    assert queue.result(job.key) is None
    assert "damaged" in caplog.text

    queue.reopen(job.key, "damaged")
    assert claim_one(queue) == job
    assert queue.finish(job.key, record_of(SPEC))
    assert queue.result(job.key) is not None


def test_places_count_what_waits_for_the_same_windows(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    specs = [replace(SPEC, epochs=epochs) for epochs in (10, 40, 20, 30)]
    queue.put(CONTEST, DATA.name, stub_jobs(*specs))
    assert claim_one(queue) is not None
    statuses = reading.jobs(queue.database, CONTEST)
    assert [(s.spec_index, s.state, s.place) for s in statuses] == [
        (0, "waiting", 3),
        (1, "training", 0),
        (2, "waiting", 2),
        (3, "waiting", 1),
    ]


def test_the_time_left_follows_what_was_measured(make_database: MakeDatabase) -> None:
    queue = Queue(make_database())
    queue.put(CONTEST, DATA.name, stub_jobs(SPEC, runs=4))
    assert reading.seconds_left(queue.database, CONTEST) is None
    job = claim_one(queue)
    assert job is not None
    result = replace(stub_result(SPEC, 1), seconds=2 * job.estimate_s)
    queue.finish(job.key, StoredResult.of(result, "bafkqaaa", {}))
    claim_one(queue)
    # Twice as slow as estimated; one in progress, half done, two waiting.
    assert reading.seconds_left(queue.database, CONTEST) == pytest.approx(2 * 2.5 * job.estimate_s)
    queue.release()
    assert reading.seconds_left(queue.database, CONTEST) is None, "nobody is at work"


@pytest.mark.heavy
def test_many_evaluators_at_once_share_the_jobs_and_no_job_is_done_twice(make_database: MakeDatabase) -> None:
    wanted = stub_jobs(*(replace(SPEC, epochs=1 + i) for i in range(40)))
    Queue(make_database()).put(CONTEST, DATA.name, wanted)
    done: list[tuple[str, str]] = []

    def evaluator(queue: Queue) -> None:
        queue.put(CONTEST, DATA.name, wanted)
        while (job := claim_one(queue)) is not None:
            assert queue.finish(job.key, record_of(SPEC))
            done.append((job.key, queue.owner))

    threads = [threading.Thread(target=evaluator, args=(Queue(make_database()),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(key for key, _ in done) == dict.fromkeys((w.job.key for w in wanted), 1)
    assert reading.tally(make_database(), CONTEST) == reading.Tally(done=40)


@pytest.mark.heavy
@given(moves=st.lists(st.sampled_from(["claim", "finish", "fail", "release", "lose", "put"]), max_size=40))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_no_job_gets_lost_and_no_result_changes(
    tmp_path_factory: pytest.TempPathFactory, moves: list[str]
) -> None:
    database = Database(tmp_path_factory.mktemp("queue") / "queue.sqlite", SCHEMA)
    queue, dying = Queue(database, backoff_s=0.0), Queue(database, lease_s=LAPSED)
    wanted = stub_jobs(*(replace(SPEC, epochs=1 + i) for i in range(3)))
    queue.put(CONTEST, DATA.name, wanted)
    held: list[str] = []
    results: dict[str, str] = {}
    for number, move in enumerate(moves):
        if move == "claim" and (job := claim_one(queue)):
            assert job.key not in results
            held.append(job.key)
        elif move == "finish" and held:
            record = record_of(replace(SPEC, epochs=1 + number))
            key = held.pop()
            if queue.finish(key, record):
                assert results.setdefault(key, record.to_json()) == record.to_json()
        elif move == "fail" and held:
            queue.fail(held.pop(), "fault")
        elif move == "release":
            queue.release()
            held.clear()
        elif move == "lose":
            claim_one(dying)
        elif move == "put":
            queue.put(CONTEST, DATA.name, wanted)
        tally = reading.tally(database, CONTEST)
        assert tally.total == 3
        assert tally.done == len(results)
        assert tally.training == len(held)
    for key, line in results.items():
        kept = queue.result(key)
        assert kept is not None
        assert kept.to_json() == line
    database.close()


def test_what_another_evaluator_lost_is_handed_out_at_once_where_nothing_else_waits(
    make_database: MakeDatabase,
) -> None:
    longest, lost, last = sorted(
        (w.job for w in stub_jobs(*(replace(SPEC, epochs=1 + i) for i in range(3)))), key=lambda job: -job.estimate_s
    )
    queue = Queue(make_database(), lease_s=1e9)
    queue.put(CONTEST, DATA.name, [Wanted(i, 0, job) for i, job in enumerate((longest, lost, last))])
    assert claim_one(queue) == longest
    assert claim_one(Queue(queue.database, lease_s=LAPSED)) == lost
    # It has just looked for leases that ran out, and other work is there.
    assert claim_one(queue) == last
    assert claim_one(queue) == lost
