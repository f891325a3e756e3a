"""A contest's scores are made with the backend that its manifest names, or not at all."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from evaluator.bounty.evaluation import check_versions
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.executor import EpochDone, Finished, Task
from hyperbounty.compute.jobs import Data, Job
from hyperbounty.compute.limits import Limits
from hyperbounty.errors import InvalidInput, ManifestError, TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.fusing import MOST_LANES
from hyperbounty.training.machine import describe_versions
from hyperbounty.training.windows import Dataset
from tests.evaluator.small_contest import make_scoring

SPEC = Spec(cell="SimpleRNN", recurrent_units=(3,), dropout=0.2, batch_size=16, epochs=2)
JAX = find_spec("jax") is not None
needs_jax = pytest.mark.skipif(not JAX, reason="JAX is not installed (pip install 'hyperbounty[jax]')")


@pytest.mark.skipif(JAX, reason="JAX is installed")
def test_a_backend_that_is_not_there_is_named_before_anything_is_trained() -> None:
    manifest = make_scoring().manifest.model_copy(update={"backend": "jax"})
    with pytest.raises(TrainingError, match=r"backend jax is not installed; pip install 'hyperbounty\[jax\]'"):
        check_versions(manifest)


@needs_jax
def test_a_manifest_of_jax_asks_for_the_versions_of_jax() -> None:
    manifest = make_scoring().manifest.model_copy(update={"backend": "jax", "versions": describe_versions("jax")})
    check_versions(manifest)
    with pytest.raises(ManifestError, match=r"scored with jaxlib 0\.0\.1"):
        check_versions(manifest.model_copy(update={"versions": {"jaxlib": "0.0.1"}}))


@pytest.mark.parametrize(
    ("choice", "backend", "said"),
    [
        (ExecutorChoice(device="accelerator"), "tensorflow", "scored with tensorflow.*leave out --device"),
        (ExecutorChoice(name="in-process", device="accelerator"), "tensorflow", "a manifest whose backend is jax"),
        (ExecutorChoice(workers=2, device="accelerator"), "jax", "2 processes.*--workers 1; for several.*ray"),
        (ExecutorChoice(name="ray", device="accelerator"), "jax", "0 GPUs each.*choose --gpus-per-worker 1"),
        (ExecutorChoice(name="ray", gpus=2, device="accelerator"), "jax", "2 GPUs each.*or a share such as"),
        (ExecutorChoice(name="ray", gpus=0.5), "jax", "0.5 GPUs each and train on the CPU; add --device accelerator"),
    ],
)
def test_a_device_that_does_not_go_with_the_rest_is_refused_with_what_would(
    dataset: Dataset, choice: ExecutorChoice, backend: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        choice.make(dataset, backend)


def test_on_the_cpu_a_job_trains_alone_and_on_an_accelerator_with_others(dataset: Dataset) -> None:
    alone = ExecutorChoice(workers=3).make(dataset)
    assert (alone.device, alone.slots, alone.largest_group) == ("cpu", 3, 1)
    fused = ExecutorChoice(name="in-process", device="accelerator").make(dataset, "jax")
    assert (fused.device, fused.slots, fused.largest_group) == ("accelerator", 1, MOST_LANES)


@needs_jax
@pytest.mark.training
def test_a_worker_trains_with_the_backend_that_it_is_asked_for(dataset: Dataset) -> None:
    data, limits = Data.of("d" * 64, dataset.train), Limits(epoch_s=600, total_s=600, memory_bytes=2**34)
    found = []
    for backend in ("tensorflow", "jax"):
        job = Job.of(SPEC.word, seed=1, data=data, backend=backend)
        executor = ExecutorChoice(workers=1).make(dataset, backend)
        executor.submit([Task(job, limits)])
        while not (ended := [event for event in executor.wait(60) if not isinstance(event, EpochDone)]):
            pass
        executor.stop()
        assert isinstance(ended[0], Finished), ended[0]
        assert ended[0].key == job.key
        found.append(ended[0])

    one, other = found
    assert one.key != other.key
    assert one.result.losses == pytest.approx(other.result.losses, rel=1e-3)
    assert one.result.fingerprint != other.result.fingerprint, "which would be one backend twice"
