"""What a step does between the model and the optimizer, by its formulas."""

from __future__ import annotations

import numpy as np
import pytest

from hyperbounty.training.backend import keras
from hyperbounty.training.step import batch_loss, clipped, decayed


def _tensors(*values: object) -> list[object]:
    return [keras.ops.convert_to_tensor(np.asarray(value, np.float32)) for value in values]


def test_a_gradient_longer_than_the_limit_is_scaled_to_it_as_a_whole() -> None:
    first, second = clipped(_tensors([3.0, 0.0], [[4.0]]), 1.0)  # of norm 5
    assert np.asarray(first) == pytest.approx([0.6, 0.0])
    assert np.asarray(second) == pytest.approx(np.array([[0.8]]))


def test_a_gradient_within_the_limit_stays_as_it_is() -> None:
    first, second = clipped(_tensors([3.0, 0.0], [[4.0]]), 5.0)
    assert np.array_equal(np.asarray(first), [3.0, 0.0])
    assert np.array_equal(np.asarray(second), [[4.0]])


def test_a_decay_takes_rate_times_decay_of_every_weight_off() -> None:
    [weights] = _tensors([2.0, -1.0])
    assert np.asarray(decayed(weights, 0.1, 0.5)) == pytest.approx([1.9, -0.95])


def test_only_windows_that_count_are_in_the_mean() -> None:
    logits, labels = _tensors([0.5, 2.0, 9.0], [1.0, 0.0, 0.0])
    counted = np.array([True, True, False])
    assert float(batch_loss("hinge", logits, labels, counted)) == pytest.approx((0.5 + 3.0) / 2)
    assert float(batch_loss("hinge", logits, labels, None)) == pytest.approx((0.5 + 3.0 + 10.0) / 3)
