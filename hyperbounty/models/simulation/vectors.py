"""What a model does with one sample, as NumPy does it best; `loops` has the same for numba, and says what is what."""

from __future__ import annotations

from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

_INT16: Final = 2**15
_MOST: Final = 2**16 - 1


def added_up(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> int:
    """Σ of the numbers of the active features."""
    return int(numbers[row * lanes + label].sum(dtype=np.int64))


def multiplied(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> int:
    """Σ number · value."""
    return int(np.dot(numbers[label::lanes].astype(np.int64), row))


def moved(numbers: NDArray[np.int32], row: NDArray[np.int32], change: int) -> None:
    """Change the weights of active features; one that would leave int16 stays."""
    weights = numbers[row]
    numbers[row] = _inside(weights, weights + change)


def moved_by_values(numbers: NDArray[np.int32], row: NDArray[np.int32], sign: int) -> None:
    """Change each weight by an eighth of its value; one that would leave int16 stays."""
    numbers[:] = _inside(numbers, numbers + sign * (row >> 3))


def counted(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> tuple[int, int]:
    """Count the active features; gives by how much Σ count and Σ count² grew. A count at 65,535 stays."""
    at = row * lanes + label
    at = at[numbers[at] < _MOST]
    counts = numbers[at]
    numbers[at] = counts + 1
    return len(at), int((2 * counts.astype(np.int64) + 1).sum())


def summed(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> int:
    """Add the values; gives by how much Σ sum² grew."""
    sums, values = numbers[label::lanes], row.astype(np.int64)
    squares = int(((2 * sums.astype(np.int64) + values) * values).sum())
    sums += row
    return squares


def logarithms(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int, alpha: int) -> float:
    """Σ ln(16 count + α) of the active features."""
    return float(np.log(16 * numbers[row * lanes + label] + alpha).sum())


def more_likely(
    numbers: NDArray[np.int32],
    row: NDArray[np.int32],
    lanes: int,
    alpha: int,
    label: int,
    samples: int,
    below: int,
    other: int,
    other_samples: int,
    other_below: int,
) -> bool:
    """Whether N · Π (16 count + α) / below^L of a class is more than that of another, to the last bit."""
    ours = int(samples) * prod((16 * numbers[row * lanes + label] + alpha).tolist())
    theirs = int(other_samples) * prod((16 * numbers[row * lanes + other] + alpha).tolist())
    return bool(ours * int(other_below) ** len(row) > theirs * int(below) ** len(row))


def nearer(distance: int, samples: int, other_distance: int, other_samples: int) -> bool:
    """Whether distance / samples² of a class is less than that of another, to the last bit."""
    return int(distance) * int(other_samples) ** 2 < int(other_distance) * int(samples) ** 2


def _inside(before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where((after >= -_INT16) & (after < _INT16), after, before)
