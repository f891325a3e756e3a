"""The spec as people write it and as a training reads it; `table` says what its fields mean and how far they go."""

from __future__ import annotations

from dataclasses import dataclass, fields

from hyperbounty.spec.table import SPEC_VERSION, TABLE
from hyperbounty.spec.word import check, pack, unpack


@dataclass(frozen=True)
class Spec:
    """The hyperparameters of a model and its training. `Spec.from_word(spec.word) == spec` for every valid spec.

    The attributes are those of `TABLE`, in its order. Units are given for each layer, `bidirectional` layers have their
    outputs concatenated, dropout and normalization follow every hidden layer, 0 switches a clip or a decay off.

    >>> spec = Spec(cell="GRU", recurrent_units=(32, 16), learning_rate=0.002)
    >>> spec.describe()
    'GRU 32+16 · adam 0.002 · batch 64 · 10 epochs'
    >>> Spec.from_word(spec.word) == spec
    True

    Raises:
        SpecError: a value that the table does not allow; names the field and what is allowed.
    """

    cell: str = "LSTM"
    recurrent_units: tuple[int, ...] = (32,)
    dense_units: tuple[int, ...] = ()
    activation: str = "tanh"
    dense_activation: str = "tanh"
    loss: str = "binary_crossentropy"
    optimizer: str = "adam"
    learning_rate: float = 0.001
    batch_size: int = 64
    epochs: int = 10
    dropout: float = 0.0
    normalization: str = "none"
    bidirectional: bool = False
    gradient_clip: float = 0.0
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check(self.word)

    @property
    def word(self) -> bytes:
        """The 32-byte word of this spec."""
        values = {"version": SPEC_VERSION}
        for entry in TABLE:
            values |= entry.encode(getattr(self, entry.name))
        return pack(values)

    @classmethod
    def from_word(cls, word: bytes) -> Spec:
        """The spec that a valid word stands for.

        Raises:
            SpecError: the word fails `check`.
        """
        check(word)
        values = unpack(word)
        return cls(**{entry.name: entry.decode(values) for entry in TABLE})

    def describe(self) -> str:
        """One line a person reads: `LSTM 32 · adam 0.001 · batch 64 · 10 epochs`, and what differs from plain."""
        layers = "+".join(map(str, self.recurrent_units))
        parts = [f"{'bi-' if self.bidirectional else ''}{self.cell} {layers}"]
        if self.dense_units:
            parts.append(f"dense {'+'.join(map(str, self.dense_units))} {self.dense_activation}")
        parts.append(f"{self.optimizer} {self.learning_rate:g}")
        parts.append(f"batch {self.batch_size}")
        parts.append(f"{self.epochs} epoch{'s' if self.epochs > 1 else ''}")
        plain = {field.name: field.default for field in fields(self)}
        parts += [
            f"{name.replace('_', ' ')} {getattr(self, name)}"
            for name in ("activation", "loss", "dropout", "normalization", "gradient_clip", "weight_decay")
            if getattr(self, name) != plain[name]
        ]
        return " · ".join(parts)
