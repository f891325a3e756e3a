"""What a model does with one sample, as loops that numba compiles. `vectors` has the same for NumPy.

`numbers` are the weights, counts or sums of a model, int32, feature after feature, `lanes` of a feature side by side.
`row` is a sample, int32: indices of a sparse one, values of a dense one.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.models.simulation.compiled import compiled

_INT16: Final = 2**15
_MOST: Final = 2**16 - 1
_LIMB: Final = 24
"""Bits of a limb: with a factor below 2³⁸ it makes less than 2⁶³."""

_MASK: Final = 2**_LIMB - 1


@compiled
def added_up(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> int:
    """Σ of the numbers of the active features."""
    total = 0
    for place in range(len(row)):
        total += numbers[row[place] * lanes + label]
    return total


@compiled
def multiplied(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> int:
    """Σ number · value."""
    total = 0
    for feature in range(len(row)):
        total += int(numbers[feature * lanes + label]) * int(row[feature])
    return total


@compiled
def moved(numbers: NDArray[np.int32], row: NDArray[np.int32], change: int) -> None:
    """Change the weights of active features; one that would leave int16 stays."""
    for place in range(len(row)):
        weight = numbers[row[place]] + change
        if -_INT16 <= weight < _INT16:
            numbers[row[place]] = weight


@compiled
def moved_by_values(numbers: NDArray[np.int32], row: NDArray[np.int32], sign: int) -> None:
    """Change each weight by an eighth of its value; one that would leave int16 stays."""
    for feature in range(len(row)):
        weight = numbers[feature] + sign * (row[feature] >> 3)
        if -_INT16 <= weight < _INT16:
            numbers[feature] = weight


@compiled
def counted(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> tuple[int, int]:
    """Count the active features; gives by how much Σ count and Σ count² grew. A count at 65,535 stays."""
    more, squares = 0, 0
    for place in range(len(row)):
        at = row[place] * lanes + label
        count = numbers[at]
        if count < _MOST:
            numbers[at] = count + 1
            more += 1
            squares += 2 * int(count) + 1
    return more, squares


@compiled
def summed(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int) -> int:
    """Add the values; gives by how much Σ sum² grew."""
    squares = 0
    for feature in range(len(row)):
        at = feature * lanes + label
        value = int(row[feature])
        squares += (2 * int(numbers[at]) + value) * value
        numbers[at] += row[feature]
    return squares


@compiled
def logarithms(numbers: NDArray[np.int32], row: NDArray[np.int32], lanes: int, label: int, alpha: int) -> float:
    """Σ ln(16 count + α) of the active features."""
    total = 0.0
    for place in range(len(row)):
        total += math.log(16 * numbers[row[place] * lanes + label] + alpha)
    return total


@compiled
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
    # Both sides times both denominators: 2 L factors below 2³⁸, and N.
    room = (len(row) + 1) * 76 // _LIMB + 4
    left = np.zeros(room, np.int64)
    right = np.zeros(room, np.int64)
    left[0] = 1
    right[0] = 1
    times(left, samples)
    times(right, other_samples)
    for place in range(len(row)):
        times(left, 16 * int(numbers[row[place] * lanes + label]) + alpha)
        times(left, other_below)
        times(right, 16 * int(numbers[row[place] * lanes + other]) + alpha)
        times(right, below)
    return _order(left, right) > 0


@compiled
def nearer(distance: int, samples: int, other_distance: int, other_samples: int) -> bool:
    """Whether distance / samples² of a class is less than that of another, to the last bit."""
    sign = (distance > 0) - (distance < 0)
    other_sign = (other_distance > 0) - (other_distance < 0)
    if sign != other_sign:
        return sign < other_sign
    left = np.zeros(10, np.int64)
    right = np.zeros(10, np.int64)
    _put(left, abs(distance))
    _put(right, abs(other_distance))
    for _ in range(2):
        times(left, other_samples)
        times(right, samples)
    return sign * _order(left, right) < 0


@compiled
def times(limbs: NDArray[np.int64], factor: int) -> None:
    """Multiply a number in place by one below 2³⁸; the lowest limb stands first."""
    carry = 0
    for place in range(len(limbs)):
        product = limbs[place] * factor + carry
        limbs[place] = product & _MASK
        carry = product >> _LIMB


@compiled
def _put(limbs: NDArray[np.int64], value: int) -> None:
    place = 0
    while value:
        limbs[place] = value & _MASK
        value >>= _LIMB
        place += 1


@compiled
def _order(left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    for place in range(len(left) - 1, -1, -1):
        if left[place] != right[place]:
            return 1 if left[place] > right[place] else -1
    return 0
