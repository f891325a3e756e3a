"""Hidden samples of a market: pieces of 256, as the contract reads them, and the hash that names one until it is shown.

A piece is a word of salt, a word of labels, and a word for each feature of the model. Bit i of these is sample i's
label, and whether sample i has the feature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from eth_utils.crypto import keccak

from hyperbounty.models.kinds import Model
from hyperbounty.models.market import PIECE, MarketError
from hyperbounty.models.samples import Sample, check_label, check_sparse

MOST_FEATURES: Final = 1_024
"""Of a model on which a market is held."""

_WORD: Final = 32


@dataclass(frozen=True)
class Piece:
    """256 hidden samples.

    Attributes:
        salt: 32 random bytes, without which nobody can guess the samples from the hash. Keep it until the piece is
            revealed.
        labels: bit i is the label of sample i.
        columns: by feature; bit i says whether sample i has it.
    """

    salt: bytes = field(repr=False)
    labels: int = field(repr=False)
    columns: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, samples: Sequence[tuple[int, Sample]], features: int, salt: bytes) -> Self:
        """The piece of these samples.

        Args:
            samples: label and sample, 256 of them.
            features: of the model.
            salt: 32 bytes.

        Raises:
            SampleError: one of them is no sample of the model.
            MarketError: there are not 256 of them, or the salt has another length.
        """
        if len(samples) != PIECE:
            raise MarketError(f"a piece has {PIECE} samples, not {len(samples):,}", f"give {PIECE} samples a piece")
        if len(salt) != _WORD:
            raise MarketError(f"a salt has {_WORD} bytes, not {len(salt):,}", f"give {_WORD} random bytes")
        labels = 0
        columns = [0] * features
        for place, (label, sample) in enumerate(samples):
            check_label(label, 2)
            check_sparse(sample, features)
            labels |= label << place
            for feature in sample:
                columns[feature] |= 1 << place
        return cls(salt, labels, tuple(columns))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The piece that was revealed with these bytes.

        Raises:
            MarketError: they are none.
        """
        if len(data) % _WORD or len(data) <= 2 * _WORD:
            raise MarketError(f"{len(data):,} bytes are no piece", "take the bytes of the event that revealed it")
        _, labels, *columns = (
            int.from_bytes(data[start : start + _WORD], "big") for start in range(0, len(data), _WORD)
        )
        return cls(data[:_WORD], labels, tuple(columns))

    def to_bytes(self) -> bytes:
        """What `reveal` and `score` hand in."""
        return self.salt + b"".join(word.to_bytes(_WORD, "big") for word in (self.labels, *self.columns))

    @property
    def hash(self) -> bytes:
        """By which the market's terms name it: Keccak-256 of its bytes."""
        return bytes(keccak(self.to_bytes()))

    def samples(self) -> list[tuple[int, tuple[int, ...]]]:
        """Label and features of each sample."""
        return [
            (self.labels >> place & 1, tuple(f for f, column in enumerate(self.columns) if column >> place & 1))
            for place in range(PIECE)
        ]

    def right(self, model: Model) -> int:
        """Of how many of its samples `model` says the label."""
        return sum(model.predict(sample) == label for label, sample in self.samples())
