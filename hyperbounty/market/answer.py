"""The answer to an aggregator who says that an update does not open: the update for all to keep, and for one to read.

It is encrypted to the aggregator's Baby Jubjub key, and a proof says that what is encrypted is what was committed to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hyperbounty.errors import InvalidInput
from hyperbounty.market.babyjubjub import ORDER, Point, Sealed, is_on_curve, is_public_key, opened, sealed
from hyperbounty.market.limits import UPDATE_BITS
from hyperbounty.market.statement import FULL, CircuitShape, Seat, packed, unpacked


@dataclass(frozen=True)
class Answer:
    """What is proved.

    Attributes:
        seat: with the update and its salt.
        context: of the round.
        key: of the aggregator.
        secret: drawn at random below `babyjubjub.ORDER`, for this answer alone.
        shape: of the circuit.

    Raises:
        InvalidInput: the key is none, or the secret out of range.
    """

    seat: Seat
    context: int
    key: Point
    secret: int
    shape: CircuitShape = FULL

    def __post_init__(self) -> None:
        if not is_public_key(self.key):
            raise InvalidInput("the aggregator's key is no point of the right order", "ask for another one")
        if not 0 < self.secret < ORDER:
            raise InvalidInput("the secret of an answer is out of range", "draw another one")

    @property
    def sealed(self) -> Sealed:
        """The update and its salt, for the aggregator."""
        words = [*packed(self.shape.flat(self.seat.update), UPDATE_BITS), self.seat.salt]
        return sealed(words, self.key, self.secret)

    @property
    def inputs(self) -> list[int]:
        """The public inputs: commitment, context, address, key, ephemeral key, and the encrypted words."""
        found = self.sealed
        commitment = self.seat.commitment(self.context, self.shape)
        return [commitment, self.context, self.seat.address, *self.key, *found.ephemeral, *found.words]

    def document(self) -> dict[str, Any]:
        """All of it as JSON, for the prover: the update included."""
        return {
            "shape": [self.shape.trainers, self.shape.features, self.shape.outputs],
            "update": self.shape.flat(self.seat.update),
            "salt": hex(self.seat.salt),
            "address": hex(self.seat.address),
            "context": hex(self.context),
            "key": [hex(each) for each in self.key],
            "secret": hex(self.secret),
        }


def read_answer(found: Sealed, key: int, address: int, shape: CircuitShape = FULL) -> Seat:
    """What an answer says, to the aggregator.

    Args:
        found: of the chain, where a proof was checked.
        key: the aggregator's secret.
        address: of the trainer.
        shape: of the circuit.

    Raises:
        InvalidInput: it was not made for this key.
    """
    if not is_on_curve(found.ephemeral):
        raise InvalidInput("the ephemeral key of an answer is no point", "read it from the chain again")
    *words, salt = opened(found, key)
    entries = unpacked(words, UPDATE_BITS, shape.features * shape.outputs)
    if entries is None:
        raise InvalidInput("the answer was not made for this key", "open it with the key that the project names")
    return Seat(np.array(entries, np.int64).reshape(shape.features, shape.outputs), salt, address)
