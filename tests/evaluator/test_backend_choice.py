"""A contest's scores are made with the backend that its manifest names, or not at all."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from evaluator.contest import check_versions
from evaluator.executors.choice import ExecutorChoice
from evaluator.executors.executor import EpochDone, Finished, Task
from evaluator.jobs import Data, Job
from evaluator.limits import Limits
from hyperbounty.bounty.spec import Spec
from hyperbounty.errors import ManifestError, TrainingError
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
