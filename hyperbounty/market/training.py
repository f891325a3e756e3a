"""Training at home: a linear layer by gradient steps, and its change as an update of 8-bit entries."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.market.limits import UNIT, UPDATE_BITS
from hyperbounty.market.rounds import Update
from hyperbounty.market.tuning import Tuning

_LARGEST: Final = (1 << (UPDATE_BITS - 1)) - 1
_MILLION: Final = 1_000_000


def trained(
    samples: NDArray[np.float64], targets: NDArray[np.float64], weights: NDArray[np.float64], tuning: Tuning
) -> NDArray[np.float64]:
    """The weights after some steps of gradient descent on the mean squared error and the ridge.

    Args:
        samples: float [n, features].
        targets: float [n, outputs].
        weights: float [features, outputs], to begin with.
        tuning: of the round.

    Raises:
        InvalidInput: there is no sample, or a value that is no number; or the steps are too long for these features, so
            that the weights leave all bounds.

    >>> x, y = np.array([[1.0], [1.0]]), np.array([[2.0], [4.0]])
    >>> trained(x, y, np.zeros((1, 1)), Tuning(rate=500_000, steps=20, ridge=0)).round(3).tolist()
    [[3.0]]
    """
    if not len(samples) or not (np.isfinite(samples).all() and np.isfinite(targets).all()):
        raise InvalidInput("there are no samples to train on, or one has a value that is no number", "check the data")
    found = weights.copy()
    rate, ridge = tuning.rate / _MILLION, tuning.ridge / _MILLION
    # All that the data say of a squared error.
    squares, products = samples.T @ samples / len(samples), samples.T @ targets / len(samples)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(tuning.steps):
            found = found - rate * (squares @ found - products + ridge * found)
    if not np.isfinite(found).all():
        raise InvalidInput("training left all bounds", "scale the features to a variance of 1")
    return found


def weights_of(model: NDArray[np.int64], unit: float) -> NDArray[np.float64]:
    """A model in real numbers.

    Args:
        model: integer [features, outputs], in units of an update's over 840.
        unit: what an update of 1 changes a weight by.
    """
    return np.asarray(model * (unit / UNIT), np.float64)


def update_of(change: NDArray[np.float64], unit: float) -> Update:
    """A change of weights as an update: in its unit, rounded, and shortened as a whole where an entry would not fit.

    Args:
        change: float [features, outputs].
        unit: what an update of 1 changes a weight by.

    >>> update_of(np.array([[0.5, -1.0]]), unit=0.01).tolist()
    [[50, -100]]
    >>> update_of(np.array([[2.54, -1.27]]), unit=0.01).tolist()
    [[127, -64]]
    """
    entries = change / unit
    largest = float(np.abs(entries).max(initial=0.0))
    return np.rint(entries * min(1.0, _LARGEST / max(largest, 1.0))).astype(np.int64)
