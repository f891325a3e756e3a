"""Estimates and limits: what takes longer may take longer."""

from __future__ import annotations

from dataclasses import replace

from hyperbounty.compute.estimates import HUNG_LEAST_S, estimate_seconds, training_limits
from hyperbounty.compute.limits import Limits, machine_memory_bytes
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from tests.compute.stub_training import SPEC


def test_what_takes_longer_is_estimated_to_take_longer() -> None:
    def estimate(spec: Spec) -> float:
        return estimate_seconds(spec, TaskShape(features=8, rows=2048, sequence_length=60))

    small = Spec(recurrent_units=(32,), batch_size=64, epochs=10)
    slower = [
        replace(small, epochs=20),
        replace(small, recurrent_units=(64,)),
        replace(small, recurrent_units=(32, 32)),
        replace(small, bidirectional=True),
        replace(small, batch_size=8),
    ]
    assert all(estimate(spec) > estimate(small) for spec in slower)


def test_limits_are_wide_and_follow_the_machine() -> None:
    ten = replace(SPEC, epochs=10)
    limits = training_limits(ten, estimate_s=100.0, memory_bytes=1000)
    slow = training_limits(ten, estimate_s=100.0, memory_bytes=1000, slowness=3.0)
    fast = training_limits(ten, estimate_s=100.0, memory_bytes=1000, slowness=0.1)
    assert limits.total_s > 1000
    assert HUNG_LEAST_S < limits.silence_s < limits.total_s
    assert slow.total_s > limits.total_s
    assert fast == limits
    assert limits.memory_bytes > 2**30


def test_the_machine_has_some_memory() -> None:
    assert machine_memory_bytes() > 2**27


def test_limits_that_are_left_out_bound_nothing() -> None:
    assert Limits.together([Limits(), Limits(total_s=5)]) == Limits()
