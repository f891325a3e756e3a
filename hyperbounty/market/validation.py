"""A validation set as it enters a proof: two small factors that give the squared error on any number of rows.

With the QR decomposition X = QR of the features and T = QᵀY, `‖XW - Y‖² = ‖RW - T‖² + const`, and R and T have as many
rows as there are features. They are rounded to 14 bits; a model counts in units of an update's unit over 840, so T is
brought into the unit of RW by one whole number, the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.market.limits import FEATURES, OUTPUTS, SCALE_BITS, UNIT, VALIDATION_BITS, fits

_LARGEST: Final = (1 << (VALIDATION_BITS - 1)) - 1
_RANK_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Validation:
    """What a validation set is to a proof.

    Attributes:
        factor: int [features, features], R: upper triangular, in units of `largest / 8191` of the features.
        targets: int [features, outputs], T.
        scale: `scale * targets` is in the unit of `factor @ model`.

    Raises:
        InvalidInput: an entry or the scale is out of range, or the shapes are not those of a project.
    """

    factor: NDArray[np.int64]
    targets: NDArray[np.int64]
    scale: int

    def __post_init__(self) -> None:
        features = len(self.factor)
        if self.factor.shape != (features, features) or not 1 <= features <= FEATURES:
            raise InvalidInput(
                f"the factor of a validation set has shape {self.factor.shape}",
                f"make it square, with 1 to {FEATURES} rows",
            )
        if self.targets.ndim != 2 or len(self.targets) != features or not 1 <= self.targets.shape[1] <= OUTPUTS:
            raise InvalidInput(
                f"the targets of a validation set have shape {self.targets.shape}",
                f"give {features} rows and 1 to {OUTPUTS} columns",
            )
        entries = [*self.factor.ravel().tolist(), *self.targets.ravel().tolist()]
        if not all(fits(each, VALIDATION_BITS) for each in entries) or np.tril(self.factor, -1).any():
            raise InvalidInput(
                f"an entry of a validation set has more than {VALIDATION_BITS} bits, or lies below the diagonal",
                "make it anew from the data",
            )
        if not 1 <= self.scale < 1 << SCALE_BITS:
            raise InvalidInput(
                f"the scale of a validation set is {self.scale:,}", f"choose units in which it is below 2^{SCALE_BITS}"
            )

    @property
    def features(self) -> int:
        """Of a sample, with the one that is always 1 where there is one."""
        return len(self.factor)

    @property
    def outputs(self) -> int:
        """Of a model."""
        return int(self.targets.shape[1])


def validation_of(samples: ArrayLike, targets: ArrayLike, unit: float) -> Validation:
    """The validation set of samples, rounded.

    Args:
        samples: float [n, features], n at least features.
        targets: float [n, outputs].
        unit: of an update's entries: an update of 1 changes a weight by so much.

    Raises:
        InvalidInput: values that are not finite, too few samples, features of which one follows from others, or a unit
            with which the targets leave their range.

    >>> made = validation_of([[1, 0], [0, 2], [0, 0]], [[1], [4], [0]], unit=0.01)
    >>> made.factor.tolist(), made.scale * made.targets.ravel() // 840  # as R·W in units of an update's
    ([[4096, 0], [0, 8191]], array([ 409600, 1638200]))
    """
    x, y = np.asarray(samples, np.float64), np.asarray(targets, np.float64)
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y):
        raise InvalidInput(f"samples have shape {x.shape}, and targets {y.shape}", "give a row of both for each sample")
    if not (np.isfinite(x).all() and np.isfinite(y).all() and np.isfinite(unit) and unit > 0):
        raise InvalidInput("a validation set has a value that is no number", "take it out")
    if len(x) < x.shape[1]:
        raise InvalidInput(
            f"there are {len(x):,} samples for {x.shape[1]} features", f"give {x.shape[1]} samples or more"
        )
    q, r = np.linalg.qr(x)
    largest = float(np.abs(r).max(initial=0.0))
    if not largest or float(np.abs(np.diag(r)).min()) < _RANK_TOLERANCE * largest:
        raise InvalidInput(
            "one feature of the validation set follows from the others, so no model is the best", "leave one out"
        )
    factor_unit = largest / _LARGEST
    # T in the unit of R·W.
    wanted = (q.T @ y) / (factor_unit * unit / UNIT)
    scale = max(1, int(np.ceil(np.abs(wanted).max(initial=0.0) / _LARGEST)))
    return Validation(np.rint(r / factor_unit).astype(np.int64), np.rint(wanted / scale).astype(np.int64), scale)
