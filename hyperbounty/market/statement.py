"""What a proof of a round is about: commitments, hashes, and what the contract is told, as the circuit has them.

Matrices are filled up with zeros to the shape of the circuit, and signed numbers packed into elements of the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from eth_utils.crypto import keccak
from numpy.typing import NDArray

from hyperbounty.market.limits import FEATURES, MODEL_BITS, OUTPUTS, TRAINERS, UPDATE_BITS, VALIDATION_BITS
from hyperbounty.market.poseidon import FIELD, MOST_INPUTS, poseidon
from hyperbounty.market.rounds import RoundOutcome, Update
from hyperbounty.market.tuning import Tuning
from hyperbounty.market.validation import Validation

_WORD_BITS: Final = 252
_SHARE_BITS: Final = 20


@dataclass(frozen=True)
class CircuitShape:
    """How large a circuit is.

    Attributes:
        trainers: seats.
        features, outputs: of a model.
    """

    trainers: int = TRAINERS
    features: int = FEATURES
    outputs: int = OUTPUTS

    def flat(self, matrix: NDArray[np.int64]) -> list[int]:
        """The entries of a matrix by rows, filled up with zeros.

        >>> CircuitShape(3, 2, 2).flat(np.array([[1], [2]]))
        [1, 0, 2, 0]
        """
        whole = np.zeros((self.features, self.outputs), np.int64)
        whole[: matrix.shape[0], : matrix.shape[1]] = matrix
        return [int(each) for each in whole.ravel().tolist()]

    def upper(self, matrix: NDArray[np.int64]) -> list[int]:
        """The entries on and above the diagonal of a square matrix, likewise."""
        whole = np.zeros((self.features, self.features), np.int64)
        whole[: len(matrix), : len(matrix)] = matrix
        return [int(each) for each in whole[np.triu_indices(self.features)].tolist()]


FULL: Final = CircuitShape()
"""The one that serves all projects."""


@dataclass(frozen=True)
class Seat:
    """What a trainer committed to.

    Attributes:
        update: integer [features, outputs], of 8 bits.
        salt: a random element of the field, which nobody else knows.
        address: of the trainer, as a number.
    """

    update: Update
    salt: int
    address: int

    def commitment(self, context: int, shape: CircuitShape = FULL) -> int:
        """The hash that binds update, salt, address and context."""
        return hash_all([*packed(shape.flat(self.update), UPDATE_BITS), self.salt, self.address, context])


@dataclass(frozen=True)
class Statement:
    """A round as it is proved.

    Attributes:
        context: names chain, contract, project and round; see `context_of`.
        seats: by seat; None where it is empty or nothing was delivered.
        model: integer [features, outputs], before the round.
        tuning: of the round.
        validation: of the project.
        validation_salt: that it was hashed with.
        shape: of the circuit.
    """

    context: int
    seats: tuple[Seat | None, ...]
    model: NDArray[np.int64]
    tuning: Tuning
    validation: Validation
    validation_salt: int
    shape: CircuitShape = FULL

    @property
    def bound(self) -> list[int]:
        """What is bound before the round is proved: the commitments, and the hashes of state and validation set."""
        commitments = [0 if seat is None else seat.commitment(self.context, self.shape) for seat in self._seats]
        state = state_hash(self.model, self.tuning, self.shape)
        return [*commitments, state, validation_hash(self.validation, self.validation_salt, self.shape)]

    def told(self, outcome: RoundOutcome) -> list[int]:
        """What the contract is told of an outcome."""
        kept, shares = (list(each) + [0] * self.shape.trainers for each in (outcome.kept, outcome.shares))
        word = sum(
            (bool(kept[seat]) << seat) + (shares[seat] << (self.shape.trainers + _SHARE_BITS * seat))
            for seat in range(self.shape.trainers)
        )
        return [
            self.context,
            *(0 if seat is None else seat.address for seat in self._seats),
            word,
            state_hash(outcome.model, outcome.tuning, self.shape),
            *packed(self.shape.flat(outcome.model), MODEL_BITS),
            outcome.tuning.word,
        ]

    def inputs(self, outcome: RoundOutcome) -> list[int]:
        """The public inputs of the proof of an outcome: what is bound, and what is told as a polynomial at a point."""
        told = self.told(outcome)
        point = challenge(self.bound, told)
        return [*self.bound, point, polynomial(told, point)]

    def document(self) -> dict[str, Any]:
        """All of it as JSON, for the prover: updates and salts included."""
        return {
            "shape": [self.shape.trainers, self.shape.features, self.shape.outputs],
            "context": hex(self.context),
            "seats": [
                None
                if seat is None
                else {
                    "update": self.shape.flat(seat.update),
                    "salt": hex(seat.salt),
                    "address": hex(seat.address),
                }
                for seat in self._seats
            ],
            "model": self.shape.flat(self.model),
            "tuning": asdict(self.tuning),
            "factor": self.shape.upper(self.validation.factor),
            "targets": self.shape.flat(self.validation.targets),
            "scale": self.validation.scale,
            "validation_salt": hex(self.validation_salt),
        }

    @property
    def _seats(self) -> list[Seat | None]:
        return [*self.seats, *[None] * (self.shape.trainers - len(self.seats))]


def context_of(chain_id: int, contract: str, project: int, round_number: int) -> int:
    """Names one round of one project: no commitment of it is one of another.

    >>> context_of(1, "0x" + "11" * 20, 7, 2) < FIELD
    True
    """
    parts = [chain_id, int(contract, 16), project, round_number]
    return int.from_bytes(keccak(b"".join(each.to_bytes(32, "big") for each in parts)), "big") % FIELD


def packed(numbers: Sequence[int], bits: int) -> list[int]:
    """Signed numbers as elements of the field, as many to each as fit, the first the lowest.

    >>> packed([-128, 127], 8)
    [65280]
    """
    count, half = _WORD_BITS // bits, 1 << (bits - 1)
    return [
        sum((number + half) << (bits * place) for place, number in enumerate(numbers[start : start + count]))
        for start in range(0, len(numbers), count)
    ]


def unpacked(words: Sequence[int], bits: int, count: int) -> list[int] | None:
    """The numbers that `packed` made of; None where it did not make these words.

    >>> unpacked([65280], 8, 2), unpacked([65280], 8, 1)
    ([-128, 127], None)
    """
    in_word, half = _WORD_BITS // bits, 1 << (bits - 1)
    found = [
        (word >> (bits * place) & ((1 << bits) - 1)) - half
        for number, word in enumerate(words)
        for place in range(min(in_word, count - number * in_word))
    ]
    return found if packed(found, bits) == list(words) else None


def hash_all(words: Sequence[int]) -> int:
    """The hash of any count of words: of more than 16, of the hashes of each 16."""
    if len(words) <= MOST_INPUTS:
        return poseidon(words)
    return hash_all([poseidon(words[start : start + MOST_INPUTS]) for start in range(0, len(words), MOST_INPUTS)])


def state_hash(model: NDArray[np.int64], tuning: Tuning, shape: CircuitShape = FULL) -> int:
    """Of what a round begins with."""
    return hash_all([*packed(shape.flat(model), MODEL_BITS), tuning.word])


def validation_hash(validation: Validation, salt: int, shape: CircuitShape = FULL) -> int:
    """Of a validation set; the salt hides it from who would try some."""
    entries = [*shape.upper(validation.factor), *shape.flat(validation.targets)]
    return hash_all([*packed(entries, VALIDATION_BITS), validation.scale, salt])


def challenge(bound: Iterable[int], told: Iterable[int]) -> int:
    """Where the polynomial is evaluated: Keccak-256 over all that is bound and told, in the field."""
    words = b"".join(each.to_bytes(32, "big") for each in (*bound, *told))
    return int.from_bytes(keccak(words), "big") % FIELD


def polynomial(coefficients: Sequence[int], point: int) -> int:
    """Its value, the first coefficient that of the highest power.

    >>> polynomial([1, 2, 3], 10)
    123
    """
    value = 0
    for each in coefficients:
        value = (value * point + each) % FIELD
    return value
