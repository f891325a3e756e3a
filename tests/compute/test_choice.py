"""Choices of executor, device and backend: those that go together, and what is said of the others."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest

from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.executor import Finished, Progressed
from hyperbounty.compute.jobs import Job, TrainingData, deciding_versions
from hyperbounty.compute.training import prepare_training, training_executor, training_task
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.machine import MOST_LANES
from hyperbounty.training.windows import Dataset, Windows

SPEC = Spec(cell="SimpleRNN", recurrent_units=(3,), dropout=0.2, batch_size=16, epochs=2)
JAX = find_spec("jax") is not None
needs_jax = pytest.mark.skipif(not JAX, reason="JAX is not installed (pip install 'hyperbounty[jax]')")


@pytest.mark.parametrize(
    ("choice", "backend", "said"),
    [
        (ExecutorChoice(device="accelerator"), "tensorflow", "scored with tensorflow.*leave out device"),
        (ExecutorChoice(name="in-process", device="accelerator"), "tensorflow", "a manifest whose backend is jax"),
        (ExecutorChoice(workers=2, device="accelerator"), "jax", "2 processes.*workers 1; for several.*ray"),
        (ExecutorChoice(name="ray", device="accelerator"), "jax", "0 GPUs each.*choose gpus per worker 1"),
        (ExecutorChoice(name="ray", gpus=2, device="accelerator"), "jax", "2 GPUs each.*or a share such as"),
        (ExecutorChoice(name="ray", gpus=0.5), "jax", "0.5 GPUs each and train on the CPU; add device accelerator"),
    ],
)
def test_a_device_that_does_not_go_with_the_rest_is_refused_with_what_would(
    dataset: Dataset, choice: ExecutorChoice, backend: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        training_executor(choice, dataset, backend)


def test_a_job_trains_alone_unless_the_manifest_has_lanes(dataset: Dataset) -> None:
    alone = training_executor(ExecutorChoice(workers=3), dataset)
    assert (alone.device, alone.slots, alone.largest_group) == ("cpu", 3, 1)
    choice = ExecutorChoice(name="in-process", device="accelerator")
    single = training_executor(choice, dataset, "jax")
    assert (single.device, single.slots, single.largest_group) == ("accelerator", 1, 1)
    assert training_executor(choice, dataset, "jax", Arithmetic(lanes=2)).largest_group == MOST_LANES


@needs_jax
def test_what_a_manifest_fixes_of_the_machine_is_part_of_a_job_and_lanes_of_its_memory(dataset: Dataset) -> None:
    data = TrainingData.of("d" * 64, dataset.train, dataset.train)
    one, four = (
        Job.of(SPEC.word, seed=1, data=data, backend="jax", arithmetic=Arithmetic(lanes=lanes)) for lanes in (1, 4)
    )
    assert one.key == Job.of(SPEC.word, seed=1, data=data, backend="jax").key
    assert one.key != four.key
    assert one.memory_bytes < four.memory_bytes


def test_a_machine_that_cannot_offer_the_arithmetic_is_told_before_a_worker_starts(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hyperbounty.training.arithmetic.processor_features", lambda: frozenset({"sse4_2"}))
    with pytest.raises(TrainingError, match="lacks avx2, fma; train on an x86-64 machine"):
        training_executor(ExecutorChoice(), dataset)


def test_a_node_with_other_versions_is_refused(windows: tuple[Windows, Windows]) -> None:
    ours = deciding_versions("tensorflow")
    with pytest.raises(TrainingError, match=rf"a node has keras {re.escape(ours['keras'])}, the evaluator 9\.9\.9"):
        prepare_training(*windows, versions={**ours, "keras": "9.9.9"})


@needs_jax
@pytest.mark.training
def test_a_worker_trains_with_the_backend_that_it_is_asked_for(dataset: Dataset) -> None:
    data = TrainingData.of("d" * 64, dataset.train, dataset.train)
    found = []
    for backend in ("tensorflow", "jax"):
        job = Job.of(SPEC.word, seed=1, data=data, backend=backend)
        executor = training_executor(ExecutorChoice(workers=1), dataset, backend)
        executor.submit([training_task(job)])
        while not (ended := [event for event in executor.wait(60) if not isinstance(event, Progressed)]):
            pass
        executor.stop()
        assert isinstance(ended[0], Finished), ended[0]
        assert ended[0].key == job.key
        found.append(ended[0])

    one, other = found
    assert one.key != other.key
    assert one.result.losses == pytest.approx(other.result.losses, rel=1e-3)
    assert one.result.fingerprint != other.result.fingerprint, "which would be one backend twice"
