"""The same jobs on a Ray cluster of this machine: same results, and actors and nodes that are lost cost nothing."""

from __future__ import annotations

import importlib.util
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evaluator.queue import reading
from evaluator.queue.coordinator import Progress, run_jobs
from evaluator.queue.queue import Queue
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import HashedWeights
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.executor import Finished
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.training import Training, prepare_training, training_executor
from hyperbounty.database import Database
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.windows import Dataset, Windows
from tests.compute.stub_training import (
    DATA,
    DIES_IN_COMPANY,
    SPEC,
    make_stub,
    stub_result,
    stub_task,
)
from tests.evaluator.queue.stub_jobs import numbered_jobs, stub_jobs
from tests.kills import KILLS

CONTEST = "31337/0xab/1"

# Ray leaves sockets and processes to the end of the interpreter.
pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def make_cluster(windows: tuple[Windows, Windows], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    pytest.importorskip("ray", reason="Ray is not installed: pip install hyperbounty[ray]")
    from hyperbounty.compute.cluster import RayCluster

    # Its nodes import what the test does.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path.cwd()), *sys.path]))
    with ExitStack() as stack:

        def make(**how: Any) -> Any:
            made = RayCluster(make_stub, **how)
            stack.callback(made.stop)
            return made

        yield make


@pytest.fixture
def cluster(make_cluster: Callable[..., Any]) -> Any:
    return make_cluster(workers=2, groups_per_worker=3)


def submit(cluster: Any, spec: Spec) -> None:
    cluster.submit([stub_task(spec)])


def hear(cluster: Any) -> Any:
    while not (events := cluster.wait(60)):
        pass
    (event,) = events
    return event


def test_the_cluster_gives_what_one_process_gives_and_hands_out_no_job_twice(cluster: Any, tmp_path: Path) -> None:
    queue = Queue(Database(tmp_path / "queue.sqlite", SCHEMA))
    wanted = stub_jobs(*(replace(SPEC, epochs=1 + i) for i in range(8)))
    heard: list[Progress] = []
    run_jobs(queue, CONTEST, DATA.name, wanted, executor=cluster, weights=HashedWeights(), on_progress=heard.append)
    assert Counter(p.event for p in heard) == {"started": 8, "finished": 8}
    for w in wanted:
        record = queue.result(w.job.key)
        assert record is not None
        assert record.result.checkpoints == stub_result(Spec.from_word(w.job.spec), 1).checkpoints
    assert reading.tally(queue.database, CONTEST) == reading.Tally(done=8)
    queue.database.close()


@pytest.fixture
def grouping(make_cluster: Callable[..., Any]) -> Any:
    """A cluster of one actor that takes groups of up to 8."""
    return make_cluster(workers=1, largest_group=8)


def test_a_group_is_one_task_and_its_companions_outlive_a_bomb(grouping: Any, tmp_path: Path) -> None:
    queue = Queue(Database(tmp_path / "queue.sqlite", SCHEMA), backoff_s=0.0)
    wanted = stub_jobs(*(replace(SPEC, epochs=epochs) for epochs in (1, 2, 4, 5)), DIES_IN_COMPANY)
    heard: list[Progress] = []
    with pytest.raises(TrainingError, match="actor was lost"):
        run_jobs(
            queue, CONTEST, DATA.name, wanted, executor=grouping, weights=HashedWeights(), on_progress=heard.append
        )
    assert [p.event for p in heard[:5]] == ["started"] * 5
    found = {s.key: (s.state, s.faults) for s in reading.jobs(queue.database, CONTEST)}
    assert found[wanted[-1].job.key] == ("failed", 3)
    # Those before the bomb may have been done, but may also have been on their way when the actor died.
    assert [found[w.job.key] for w in wanted[:2]] == [("done", 1)] * 2
    assert {found[w.job.key] for w in wanted[2:4]} <= {("done", 0), ("done", 1)}
    for w in wanted[:-1]:
        record = queue.result(w.job.key)
        assert record is not None
        assert record.result.checkpoints == stub_result(Spec.from_word(w.job.spec), 1).checkpoints
    queue.database.close()


def test_shares_of_a_gpu_are_workers_and_each_is_told_its_part_of_the_memory(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install hyperbounty[ray]")
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    from hyperbounty.compute.cluster import RayCluster

    assert dataset.holdout is not None
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path.cwd()), *sys.path]))
    # Ray takes our word that there is a GPU.
    nodes = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 8, "num_gpus": 1})
    try:
        executor = RayCluster(
            tell_the_memory,
            workers=8,
            address=nodes.address,
            gpus=0.5,
            largest_group=8,
        )
        assert executor.slots == 2
        submit(executor, SPEC)
        told = hear(executor)
        assert told.reason == "0.375 of GPU 0; as asked"
    finally:
        ray.shutdown()
        nodes.shutdown()


def tell_the_memory() -> Training:
    part, gpu = os.environ["XLA_PYTHON_CLIENT_MEM_FRACTION"], os.environ["CUDA_VISIBLE_DEVICES"]
    raise TrainingError(f"{part} of GPU {gpu}", "as asked")


def test_a_node_that_is_lost_costs_its_jobs_one_attempt(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, chance: random.Random
) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install hyperbounty[ray]")
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    from hyperbounty.compute.cluster import RayCluster

    assert dataset.holdout is not None
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path.cwd()), *sys.path]))
    nodes = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    queue = Queue(Database(tmp_path / "queue.sqlite", SCHEMA), backoff_s=0.0)
    try:
        for number in range(KILLS):
            left, last = [nodes.add_node(num_cpus=1)], chance.randrange(20)

            def lose_a_node(progress: Progress, left: list[Any] = left, last: int = last) -> None:
                if progress.event == "finished" and left and progress.done > last:
                    nodes.remove_node(left.pop(), allow_graceful=False)

            executor = RayCluster(make_stub, workers=2, address=nodes.address)
            wanted, contest = numbered_jobs(30, 1 + number), f"{CONTEST}{number}"
            run_jobs(
                queue, contest, DATA.name, wanted, executor=executor, weights=HashedWeights(), on_progress=lose_a_node
            )
            assert not left
            assert reading.tally(queue.database, contest) == reading.Tally(done=30)
            for w in wanted:
                record = queue.result(w.job.key)
                assert record is not None
                assert record.result.checkpoints == stub_result(Spec.from_word(w.job.spec), w.job.seed).checkpoints
    finally:
        ray.shutdown()
        nodes.shutdown()
        queue.database.close()


@pytest.mark.training
def test_a_training_on_the_cluster_is_one_here_bit_for_bit(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install hyperbounty[ray]")
    from hyperbounty.compute.cluster import RayCluster

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path.cwd()), *sys.path]))
    assert dataset.holdout is not None
    fingerprints = []
    prepare = partial(prepare_training, dataset.train, dataset.holdout)
    for executor in (
        RayCluster(prepare, workers=1, cpus=0.5),
        InProcess(prepare),
    ):
        submit(executor, SPEC)
        while not (events := [event for event in executor.wait(60) if isinstance(event, Finished)]):
            pass
        fingerprints.append(events[0].result.fingerprint)
        executor.stop()
    assert fingerprints[0] == fingerprints[1]


def test_without_ray_or_a_cluster_it_says_what_to_do(dataset: Dataset) -> None:
    if importlib.util.find_spec("ray") is None:
        with pytest.raises(InvalidInput, match=r"Ray is not installed; pip install \"hyperbounty\[ray\]\""):
            training_executor(ExecutorChoice(name="ray", workers=1), dataset)
        return
    with pytest.raises(TrainingError, match=r"no Ray cluster 127\.0\.0\.1:1"):
        training_executor(ExecutorChoice(name="ray", workers=1, address="127.0.0.1:1"), dataset)
