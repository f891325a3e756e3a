"""The spec as people write it and as a training reads it; `table` says what its fields mean and how far they go."""

from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Integral, Real

from hyperbounty.errors import SpecError
from hyperbounty.faults import shown, together
from hyperbounty.spec.fitting import what_fits
from hyperbounty.spec.table import ACTIVATIONS, SPEC_VERSION, TABLE
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

    >>> Spec(cell="gru", recurrent_units=24)
    Traceback (most recent call last):
    hyperbounty.errors.SpecError: 2 faults: (1) cell must be GRU, as you probably meant, not 'gru', (2) ...

    Raises:
        SpecError: values that the table does not allow; names each field and what is allowed.
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
        faults = []
        for entry in TABLE:
            value = _plain(getattr(self, entry.name))
            # Lists and NumPy's numbers are as good, but cannot be told equal, or hashed, as the spec must be.
            object.__setattr__(self, entry.name, value)
            wanted = what_fits(entry, value)
            if wanted:
                faults.append(f"{entry.name} must be {wanted}, not {shown(value)}")
        if not faults and not self.dense_units and self.dense_activation != ACTIVATIONS[0]:
            faults.append("dense_activation has no effect without dense_units: leave one out, or give the other")
        if faults:
            raise SpecError(together(faults), "docs/spec.md has every field")
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


def _plain(value: object) -> object:
    """A number or a list of them as Python has it: NumPy's are numbers of their own."""
    match value:
        case list() | tuple():
            return tuple(map(_plain, value))
        case bool():
            return value
        case Integral():
            return int(value)
        case Real():
            return float(value)
    return value
