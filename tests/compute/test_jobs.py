"""What decides a result is in the key of its job."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hyperbounty.compute.jobs import ACCELERATOR_BYTES, Job
from hyperbounty.spec.spec import Spec
from tests.compute.stub_training import DATA, SPEC


def test_a_jobs_key_changes_with_all_that_decides_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job.of(SPEC.word, seed=1, data=DATA)
    assert job == Job.of(SPEC.word, seed=1, data=DATA)
    others = [
        Job.of(replace(SPEC, epochs=11).word, seed=1, data=DATA),
        Job.of(SPEC.word, seed=2, data=DATA),
        Job.of(SPEC.word, seed=1, data=replace(DATA, name="e" * 64)),
        Job.of(SPEC.word, seed=1, data=DATA, device="accelerator"),
    ]
    monkeypatch.setattr("hyperbounty.training.machine.ENGINE_VERSION", -1)
    others.append(Job.of(SPEC.word, seed=1, data=DATA))
    assert len({job.key, *(other.key for other in others)}) == 6


def test_on_an_accelerator_the_machine_needs_the_same_for_all_of_a_program() -> None:
    def needed(spec: Spec, device: str = "accelerator") -> int:
        return Job.of(spec.word, seed=1, data=DATA, device=device).memory_bytes

    assert needed(SPEC) == needed(replace(SPEC, epochs=9, learning_rate=0.5)) > ACCELERATOR_BYTES
    assert needed(replace(SPEC, recurrent_units=(300,))) > needed(SPEC)
    assert needed(SPEC, "cpu") < needed(SPEC)
