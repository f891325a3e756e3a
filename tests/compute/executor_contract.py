"""What every executor passes: derive a class from `ExecutorContract`, or from `GuardedExecutorContract` where the work
is done in other processes, and give it a fixture `make_executor`.

No test here is told by a clock: limits are either reached on purpose or never.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from hyperbounty.compute.executor import Event, Executor, Failed, Finished, Progressed, Task, run_tasks
from hyperbounty.compute.limits import Limits
from tests.compute.odd_work import CANNOT, DIES, HANGS, cannot_prepare, prepare_odd_work

OddExecutor: TypeAlias = Executor[str, str, str]
MakeExecutor: TypeAlias = Callable[..., OddExecutor]
"""Makes a new executor with one slot from a `Prepare`; takes `largest_group`, and stops it at the end of the test."""


def task(payload: str, limits: Limits | None = None, program: str = "") -> Task[str]:
    return Task(f"key of {payload}", payload, limits or Limits(), program=program)


def outcomes(executor: OddExecutor, count: int) -> list[Event[str, str]]:
    """What is told until `count` tasks are over, but progress."""
    found: list[Event[str, str]] = []
    while sum(len(event.keys) if isinstance(event, Failed) else 1 for event in found) < count:
        found += [event for event in executor.wait(60) if not isinstance(event, Progressed)]
    return found


class ExecutorContract:
    """For every executor."""

    tells_progress = True

    @pytest.fixture
    def make_executor(self) -> MakeExecutor:
        raise NotImplementedError("a fixture of the class under test")

    def test_every_task_has_its_result_and_what_was_told_of_it_before(self, make_executor: MakeExecutor) -> None:
        payloads = ["one", "two", "three", "four"]
        told: dict[str, list[str]] = {payload: [] for payload in payloads}
        for event in run_tasks(make_executor(prepare_odd_work), [task(payload) for payload in payloads]):
            assert not isinstance(event, Failed)
            payload = event.key.removeprefix("key of ")
            told[payload].append(event.progress if isinstance(event, Progressed) else f"done: {event.result}")
        for payload in payloads:
            assert told[payload] == [*(payload if self.tells_progress else ""), f"done: {2 * payload}"]

    def test_a_result_names_the_machine(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work)
        executor.submit([task("one")])
        (finished,) = outcomes(executor, 1)
        assert isinstance(finished, Finished)
        assert finished.machine.keys() == {"cpu", "cores", "platform", "architecture"}
        assert executor.device == "cpu"

    def test_a_group_has_a_result_for_each(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work, largest_group=3)
        assert executor.largest_group == 3
        executor.submit([task("one"), task("two"), task("three")])
        found = outcomes(executor, 3)
        assert {event.key: event.result for event in found if isinstance(event, Finished)} == {
            "key of one": "oneone",
            "key of two": "twotwo",
            "key of three": "threethree",
        }

    def test_a_slot_is_vacant_until_it_is_taken_and_remembers_its_program(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work)
        assert (executor.slots, executor.vacancy) == (1, "")
        assert executor.submit([task("one", program="a program")])
        assert executor.vacancy is None
        outcomes(executor, 1)
        assert executor.vacancy == "a program"

    def test_an_error_of_ours_keeps_its_words_and_the_next_task_is_done(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work)
        for payload in (CANNOT, "one"):
            executor.submit([task(payload)])
            (event,) = outcomes(executor, 1)
            if payload == CANNOT:
                reason = "this cannot be done; do something else"
                assert event == Failed((f"key of {CANNOT}",), reason, lasting=True, started=True)
            else:
                assert isinstance(event, Finished)

    def test_what_was_done_of_a_group_before_it_failed_stands(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work, largest_group=3)
        executor.submit([task("one"), task(CANNOT), task("three")])
        done, failed = outcomes(executor, 3)
        assert isinstance(done, Finished)
        assert done.key == "key of one"
        assert isinstance(failed, Failed)
        assert failed.keys == (f"key of {CANNOT}", "key of three")

    def test_a_result_of_a_group_is_told_before_the_group_is_over(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work, largest_group=2)
        executor.submit([task("one"), task(HANGS)])
        (first,) = outcomes(executor, 1)
        assert isinstance(first, Finished)
        assert executor.vacancy is None

    def test_work_that_cannot_be_prepared_is_told_once_and_whole(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(cannot_prepare, largest_group=2)
        executor.submit([task("one"), task("two")])
        reason = "nothing to work with; bring something"
        assert outcomes(executor, 2) == [Failed(("key of one", "key of two"), reason, lasting=True, started=False)]

    def test_what_is_stopped_gives_up_its_tasks(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work)
        executor.submit([task("one")])
        executor.stop()


class GuardedExecutorContract(ExecutorContract):
    """For executors whose work happens in other processes, so that it can die or hang alone."""

    def test_a_worker_that_dies_is_told_and_replaced(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work)
        executor.submit([task(DIES)])
        (dead,) = outcomes(executor, 1)
        assert isinstance(dead, Failed)
        assert (dead.lasting, dead.started) == (False, True)
        executor.submit([task("one")])
        assert isinstance(outcomes(executor, 1)[0], Finished)

    @pytest.mark.parametrize("limits", [Limits(silence_s=0.2, total_s=1.0), Limits(total_s=0.2)])
    def test_a_worker_that_hangs_is_ended_and_replaced(self, make_executor: MakeExecutor, limits: Limits) -> None:
        executor = make_executor(prepare_odd_work)
        executor.submit([task(HANGS, limits)])
        (hung,) = outcomes(executor, 1)
        assert isinstance(hung, Failed)
        assert (hung.lasting, hung.started) == (False, True)
        assert "its worker hung: nothing was heard of it" in hung.reason
        executor.submit([task("one")])
        assert isinstance(outcomes(executor, 1)[0], Finished)

    def test_a_death_costs_those_who_were_not_done(self, make_executor: MakeExecutor) -> None:
        executor = make_executor(prepare_odd_work, largest_group=3)
        executor.submit([task("one"), task(DIES), task("three")])
        found = outcomes(executor, 3)
        assert isinstance(found[-1], Failed)
        # The first result may have been on its way when the worker died, which is then told as failed too.
        assert set(found[-1].keys) >= {f"key of {DIES}", "key of three"}
