"""What becomes of a round: who is kept, what each is worth, the next model. A proof computes the same integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.market.limits import LEAST_KEPT, SHARES, TRAINERS, UNIT, UPDATE_BITS, fits
from hyperbounty.market.shapley import coefficients, sums_of
from hyperbounty.market.tuning import ENOUGH, Tuning
from hyperbounty.market.validation import Validation

Update = NDArray[np.int64]
"""Integer [features, outputs], each entry of 8 bits."""

_OUTLIER: Final = 9
"""A squared norm above so many medians is an outlier's: three times as long."""


@dataclass(frozen=True)
class RoundOutcome:
    """What is proved of a round.

    Attributes:
        kept: by seat, whether its update is in the mean.
        shares: by seat, in millionths of what is shared; 0 of all where nothing was gained.
        model: integer [features, outputs], in units of an update's over 840.
        tuning: of the next round.
    """

    kept: tuple[bool, ...]
    shares: tuple[int, ...]
    model: NDArray[np.int64]
    tuning: Tuning


def outcome_of(
    updates: Sequence[Update | None], model: NDArray[np.int64], validation: Validation, tuning: Tuning
) -> RoundOutcome:
    """Compute a round.

    An update is kept if it helps and is not huge: half of its share of the mean, added alone, lowers the squared error
    on the validation set, and its squared effect is at most 9 times the median. Of fewer than three none is kept. What
    the kept are worth are their Shapley values (`shapley`), of which those below 0 count as 0.

    Args:
        updates: by seat; None where a seat is empty or nothing was delivered.
        model: before the round, in units of an update's over 840.
        validation: of the project.
        tuning: of this round.

    Raises:
        InvalidInput: too many seats, another shape, or an entry out of range.
    """
    _check(updates, model, validation)
    given = {seat: update for seat, update in enumerate(updates) if update is not None}
    effects = {seat: _flat(validation.factor @ update) for seat, update in given.items()}
    residual = _flat(validation.scale * validation.targets.astype(object) - validation.factor.astype(object) @ model)
    gains = {seat: _dot(residual, effects[seat]) for seat in given}
    norms = {seat: _dot(effects[seat], effects[seat]) for seat in given}
    kept = _kept(gains, norms)
    sums = np.zeros_like(model)
    for seat in kept:
        sums += given[seat]
    mean = sums * (UNIT // len(kept)) if kept else sums
    together = [sum(values) for values in zip(*(effects[seat] for seat in kept), strict=True)]
    worth = _worth(kept, gains, norms, {seat: _dot(effects[seat], together) for seat in kept})
    gained = 2 * len(kept) * sum(gains[seat] for seat in kept) - UNIT * _dot(together, together)
    enough = ENOUGH * UNIT * gained >= len(kept) ** 2 * _dot(residual, residual)
    return RoundOutcome(
        tuple(seat in kept for seat in range(len(updates))),
        _shares(worth, len(updates)),
        model + mean,
        tuning.after(len(kept), enough),
    )


def _check(updates: Sequence[Update | None], model: NDArray[np.int64], validation: Validation) -> None:
    shape = (validation.features, validation.outputs)
    if not 1 <= len(updates) <= TRAINERS:
        raise InvalidInput(f"{len(updates)} seats were given", f"give 1 to {TRAINERS}")
    for what, array in [("the model", model), *((f"the update of seat {n}", each) for n, each in enumerate(updates))]:
        if array is not None and (array.shape != shape or not np.issubdtype(array.dtype, np.integer)):
            raise InvalidInput(f"{what} has shape {array.shape}, not {shape} of integers", "give it in this shape")
    for seat, update in enumerate(updates):
        if update is not None and not all(fits(entry, UPDATE_BITS) for entry in update.ravel().tolist()):
            raise InvalidInput(
                f"an entry of the update of seat {seat} has more than {UPDATE_BITS} bits", "clip it before rounding"
            )


def _kept(gains: dict[int, int], norms: dict[int, int]) -> list[int]:
    if not gains:
        return []
    median = sorted(norms.values())[(len(norms) - 1) // 2]
    found = [
        seat
        for seat, gain in gains.items()
        if 4 * len(gains) * gain > UNIT * norms[seat] and norms[seat] <= _OUTLIER * median
    ]
    return found if len(found) >= LEAST_KEPT else []


def _worth(
    kept: Sequence[int], gains: dict[int, int], norms: dict[int, int], with_all: dict[int, int]
) -> dict[int, int]:
    """The Shapley values, all over one denominator. A residual counts in units over 840, so products do too."""
    sums = sums_of(
        [gains[seat] for seat in kept], [UNIT * norms[seat] for seat in kept], [UNIT * with_all[seat] for seat in kept]
    )
    return {seat: coefficients(len(kept)).of(each) for seat, each in zip(kept, sums, strict=True)}


def _shares(worth: dict[int, int], seats: int) -> tuple[int, ...]:
    positive = [max(worth.get(seat, 0), 0) for seat in range(seats)]
    total = sum(positive)
    return tuple(SHARES * each // total if total else 0 for each in positive)


def _flat(array: NDArray[np.int64]) -> list[int]:
    return [int(value) for value in array.ravel().tolist()]


def _dot(first: Sequence[int], second: Sequence[int]) -> int:
    """Of any size: what is summed leaves 64 bits."""
    return sum(one * other for one, other in zip(first, second, strict=True))
