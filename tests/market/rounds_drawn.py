"""Random rounds, small and of any size."""

from __future__ import annotations

from typing import Final

import numpy as np

from hyperbounty.market.limits import UNIT
from hyperbounty.market.poseidon import FIELD
from hyperbounty.market.statement import CircuitShape, Seat, Statement
from hyperbounty.market.tuning import Tuning
from hyperbounty.market.validation import Validation

SMALL: Final = CircuitShape(4, 3, 2)


def drawn_statement(seed: int, shape: CircuitShape = SMALL) -> Statement:
    """A round that may have empty seats, in which most updates help: others go the wrong way, too far, or nowhere."""
    random = np.random.default_rng(seed)
    size = (int(random.integers(1, shape.features + 1)), int(random.integers(1, shape.outputs + 1)))
    factor = np.triu(random.integers(-8_191, 8_192, (size[0], size[0])))
    model = random.integers(-10_000, 10_001, size)
    best = random.integers(-60, 61, size)
    # What the best model gives, rounded to what fits.
    wanted = factor @ (model + UNIT * best)
    scale = int(np.abs(wanted).max()) // 8_191 + 1
    validation = Validation(factor, np.rint(wanted / scale).astype(np.int64), scale)
    step = random.choice((0.02, 0.3, 0.8))
    seats: list[Seat | None] = []
    for number in range(int(random.integers(1, shape.trainers + 1)) if random.random() < 0.2 else shape.trainers):
        kind = random.random()
        way = -1 if kind < 0.08 else 12 if kind < 0.16 else 0 if kind < 0.2 else 1
        update = np.clip(np.rint(way * (step * best + random.normal(0, 2, size))), -128, 127).astype(np.int64)
        drawn = Seat(update, int.from_bytes(random.bytes(32)) % FIELD, int.from_bytes(random.bytes(20)))
        seats.append(drawn if random.random() < 0.95 or number == 0 else None)
    tuning = Tuning(*(int(random.integers(least, 1 << bits)) for least, bits in ((1, 20), (1, 10), (0, 20))))
    salt, context = (int.from_bytes(random.bytes(32)) % FIELD for _ in range(2))
    return Statement(context, tuple(seats), model, tuning, validation, salt, shape)
