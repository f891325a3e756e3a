"""Jobs that a worker trains side by side on JAX get the scores of the engine's own lanes, in whatever company."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from evaluator.queue.coordinator import run_jobs
from evaluator.queue.queue import Queue, Wanted
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import HashedWeights
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.executor import Failed, Finished, Progressed
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.compute.limits import Limits
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.training import TrainingEvent, TrainingExecutor, training_executor
from hyperbounty.database import Database
from hyperbounty.errors import TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.windows import Dataset, Windows
from tests.compute.jax_lanes import LANES, found_in_lanes, four_lanes, reserve_much
from tests.compute.stub_training import EATS_MEMORY, stub_task
from tests.compute.stub_training import SPEC as STUB

pytestmark = [
    pytest.mark.training,
    pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed (pip install 'hyperbounty[jax]')"),
]

SPEC = Spec(cell="SimpleRNN", recurrent_units=(3,), dropout=0.2, batch_size=16, epochs=3, gradient_clip=1.0)
MEMBERS = [
    (SPEC, 1),
    (SPEC, 2),
    (replace(SPEC, learning_rate=0.1), 1),
    (replace(SPEC, epochs=1), 3),
    (replace(SPEC, epochs=5, gradient_clip=0.1), 4),
    (replace(SPEC, epochs=2), 5),
]


def jobs_of(windows: tuple[Windows, Windows], device: str = "cpu") -> list[Wanted]:
    data = TrainingData.of("d" * 64, *windows)
    return [
        Wanted(index, 0, Job.of(spec.word, seed=seed, data=data, backend="jax", device=device))
        for index, (spec, seed) in enumerate(MEMBERS)
    ]


def found_by_pool(
    windows: tuple[Windows, Windows], folder: Path, order: Sequence[int], *, workers: int, largest_group: int
) -> list[tuple[str, str]]:
    """As of `found_in_lanes`, of jobs that were put into a queue in this order."""
    wanted = jobs_of(windows)
    queue = Queue(Database(folder / "queue.sqlite", SCHEMA))
    pool = LocalPool(partial(four_lanes, *windows), workers=workers, largest_group=largest_group)
    some = [wanted[index] for index in order]
    run_jobs(queue, "31337/0xab/1", "d" * 64, some, executor=pool, weights=HashedWeights(), poll_s=0.02)
    records = [queue.result(w.job.key) for w in wanted]
    queue.database.close()
    return [
        (repr((record.result.checkpoints, record.result.losses, record.result.logits.tobytes())), record.weights)
        for record in records
        if record is not None
    ]


def test_scores_are_those_of_the_engine_bit_for_bit_whatever_the_order_and_the_company(
    windows: tuple[Windows, Windows], tmp_path: Path
) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        expected = alone.submit(found_in_lanes, *windows, MEMBERS).result()
    assert len(set(expected)) == len(MEMBERS) > LANES
    back = range(len(MEMBERS))[::-1]
    for name, workers, largest_group in (("two", 2, 64), ("pairs", 1, 2)):
        (tmp_path / name).mkdir()
        found = found_by_pool(windows, tmp_path / name, back, workers=workers, largest_group=largest_group)
        assert found == expected, name


def end_of(pool: TrainingExecutor) -> TrainingEvent:
    """What is told last of a group of one."""
    while True:
        for event in pool.wait(60):
            if not isinstance(event, Progressed):
                return event


def test_on_an_accelerator_results_name_it_and_memory_that_is_only_reserved_is_free(
    windows: tuple[Windows, Windows],
) -> None:
    pool = LocalPool(reserve_much, workers=1, device="accelerator", largest_group=4)
    limits = Limits(memory_bytes=2**30)
    pool.submit([stub_task(STUB, limits)])
    done = end_of(pool)
    assert isinstance(done, Finished), done
    assert done.machine["accelerator"] == "cpu", "as JAX calls what is here"

    pool.submit([stub_task(EATS_MEMORY, limits)])
    failed = end_of(pool)
    assert isinstance(failed, Failed)
    assert "more memory than the formula allows" in failed.reason
    pool.stop()


def test_without_an_accelerator_the_evaluator_says_so_and_burdens_no_job(dataset: Dataset, tmp_path: Path) -> None:
    assert dataset.holdout is not None
    wanted = jobs_of((dataset.train, dataset.holdout), device="accelerator")
    executor = training_executor(ExecutorChoice(device="accelerator"), dataset, "jax", Arithmetic(lanes=64))
    assert (executor.slots, executor.largest_group, executor.device) == (1, 64, "accelerator")
    queue = Queue(Database(tmp_path / "queue.sqlite", SCHEMA))
    with pytest.raises(TrainingError, match="no worker can be started: JAX finds no accelerator here"):
        run_jobs(queue, "31337/0xab/1", "d" * 64, wanted, executor=executor, weights=HashedWeights())
    assert len(queue.claim("d" * 64, most=64)) == len(MEMBERS), "and they still train together"
    queue.database.close()
