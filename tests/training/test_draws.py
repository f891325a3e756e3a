"""What is drawn at random: initial kernels, dropout masks, and how an epoch is cut into batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.batches import Batches
from hyperbounty.training.dropout import Dropout
from hyperbounty.training.seeding import glorot_uniform, orthogonal

SIZE = st.integers(1, 40)


@given(seed=st.integers(0, 2**31 - 1), rows=SIZE, columns=SIZE)
def test_an_orthogonal_kernel_is(seed: int, rows: int, columns: int) -> None:
    kernel = orthogonal(seed, (rows, columns)).astype(np.float64)
    product = kernel @ kernel.T if rows <= columns else kernel.T @ kernel
    assert kernel.shape == (rows, columns)
    np.testing.assert_allclose(product, np.eye(min(rows, columns)), atol=1e-6)


def test_orthogonal_kernels_prefer_no_direction() -> None:
    first = np.array([orthogonal(seed, (3, 5))[0] for seed in range(2000)])
    # A uniform direction in five dimensions has mean 0 and variance 1/5 along each: four standard errors.
    np.testing.assert_allclose(first.mean(axis=0), 0, atol=4 * np.sqrt(0.2 / 2000))
    np.testing.assert_allclose((first**2).mean(axis=0), 0.2, atol=4 * np.sqrt(0.07 / 2000))


@given(seed=st.integers(0, 2**31 - 1), rows=SIZE, columns=SIZE)
def test_a_glorot_kernel_stays_within_its_limit(seed: int, rows: int, columns: int) -> None:
    limit = np.sqrt(6 / (rows + columns))
    assert abs(glorot_uniform(seed, (rows, columns))).max() <= np.float32(limit)


def test_a_glorot_kernel_fills_its_range_evenly() -> None:
    kernel = glorot_uniform(5, (100, 100)) / np.sqrt(6 / 200)
    counts = np.histogram(kernel, bins=10, range=(-1, 1))[0]
    assert abs(counts - 1000).max() < 4 * np.sqrt(900)


def _mask(rate: float, seed: int, shape: tuple[int, ...] = (64, 40), calls: int = 1) -> np.ndarray:
    """The zeros of the last of so many calls."""
    layer = Dropout(rate, seed)
    out = [np.asarray(layer(keras.ops.ones(shape), training=True)) for _ in range(calls)][-1]
    assert set(np.unique(out)) <= {np.float32(0), np.float32(1 / (1 - rate))}
    return np.asarray(out == 0)


@pytest.mark.parametrize("rate", [0.01, 0.5, 0.9])
def test_dropout_drops_its_share_and_keeps_the_mean(rate: float) -> None:
    dropped = _mask(rate, 1, (200, 100)).mean()
    assert abs(dropped - rate) < 4 * np.sqrt(rate * (1 - rate) / 20_000)


def test_masks_of_steps_seeds_and_neighbours_have_nothing_in_common() -> None:
    masks = [_mask(0.5, 1), _mask(0.5, 1, calls=2), _mask(0.5, 2), _mask(0.5, 2, calls=2)]
    margin = 4 * np.sqrt(0.25 / masks[0].size)
    for i, a in enumerate(masks):
        for b in masks[:i]:
            assert abs((a == b).mean() - 0.5) < margin
        for axis in (0, 1):
            assert abs((a == np.roll(a, 1, axis)).mean() - 0.5) < margin


def test_masks_are_the_same_bits_wherever_they_are_drawn() -> None:
    # Known answers, on every backend: if one moves, so does every score with dropout, and ENGINE_VERSION must.
    dropped = [[0, 1, 0, 1, 1, 1, 0, 1], [0, 0, 0, 0, 1, 0, 1, 0]]
    assert _mask(0.5, 1, (2, 8), calls=3).astype(int).tolist() == dropped


def test_dropout_leaves_predictions_alone() -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert np.array_equal(np.asarray(Dropout(0.5)(values, training=False)), values)


@given(windows=st.integers(1, 400), size=st.integers(1, 500), normalization=st.sampled_from(["none", "batch", "layer"]))
def test_every_window_counts_once_an_epoch(windows: int, size: int, normalization: str) -> None:
    batches = Batches.of(Spec(batch_size=size, normalization=normalization), windows)
    order = np.random.default_rng(0).permutation(windows).astype(np.int32)
    cut, tail = batches.cut(order)
    counted = batches.counted()

    assert cut.shape == (batches.steps, min(size, windows))
    seen = cut.ravel() if counted is None else cut[counted]
    assert np.array_equal(np.concatenate([seen, tail]), order)
    if counted is not None:
        assert normalization != "batch"
        assert counted[:-1].all()
        # What fills the last batch up is no more than an eighth of the epoch, and of the same batch.
        assert 0 < (~counted).sum() * 8 <= windows
        assert set(cut[-1][~counted[-1]]) <= set(cut[-1][counted[-1]])
    two = batches.cut(np.stack([order, order[::-1]]))
    assert np.array_equal(two[0][0], cut)
    assert np.array_equal(two[1][0], tail)
