"""The table of the spec: each field once, as people write it and as the word keeps it.

Everything else that knows the fields follows from `TABLE`: the word and its checks (`word`), `Spec.word` and
`Spec.from_word`, the schema of a spec file (`file`), the table of docs/spec.md, and, through a test, the contract's two
constant words in `SpecLib.sol`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from hyperbounty.errors import SpecError

SPEC_VERSION: Final = 1

CELLS: Final = ("SimpleRNN", "LSTM", "GRU")
ACTIVATIONS: Final = ("tanh", "relu", "sigmoid", "elu", "selu", "gelu", "silu", "softsign")
LOSSES: Final = (
    "binary_crossentropy",
    "mean_squared_error",
    "hinge",
    "squared_hinge",
    "modified_huber",
    "binary_focal_crossentropy",
)
OPTIMIZERS: Final = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "nadam", "adamax", "adagrad")
NORMALIZATIONS: Final = ("none", "batch", "layer")

MAX_LAYERS: Final = 4
MAX_UNITS: Final = 1024


@dataclass(frozen=True)
class Field:
    """One field of the word: its name, its width in hexadecimal digits, its range with both ends, and its meaning."""

    name: str
    digits: int
    lowest: int
    highest: int
    meaning: str = field(default="", compare=False)


class Entry(Protocol):
    """An attribute of a `Spec`, and how it stands in the word."""

    @property
    def name(self) -> str:
        """Of the attribute."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the word that hold it, from the left."""

    def encode(self, value: Any) -> dict[str, int]:
        """What the fields hold for `value`.

        Raises:
            SpecError: the attribute cannot have this value. The range is checked with the word.
        """

    def decode(self, word: Mapping[str, int]) -> Any:
        """The value that the fields of a checked word stand for."""


@dataclass(frozen=True)
class Choice:
    """One of several names: the word holds its place among them."""

    name: str
    options: tuple[str, ...]
    meaning: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """See `Entry`."""
        numbered = ", ".join(f"{place} {option}" for place, option in enumerate(self.options))
        meaning = f"{self.meaning}: {numbered}" if self.meaning else numbered
        return (Field(self.name, 1, 0, len(self.options) - 1, meaning),)

    def encode(self, value: str) -> dict[str, int]:
        """See `Entry`."""
        if value not in self.options:
            raise SpecError(f"{self.name} is {value!r}", f"choose one of {', '.join(self.options)}")
        return {self.name: self.options.index(value)}

    def decode(self, word: Mapping[str, int]) -> str:
        """See `Entry`."""
        return self.options[word[self.name]]


@dataclass(frozen=True)
class Whole:
    """A whole number, which the word holds as it is."""

    name: str
    digits: int
    lowest: int
    highest: int
    meaning: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """See `Entry`."""
        return (Field(self.name, self.digits, self.lowest, self.highest, self.meaning),)

    def encode(self, value: int) -> dict[str, int]:
        """See `Entry`."""
        return {self.name: value}

    def decode(self, word: Mapping[str, int]) -> int:
        """See `Entry`."""
        return word[self.name]


@dataclass(frozen=True)
class Steps:
    """A number in steps of 1 / `per_one`: the word holds how many steps."""

    name: str
    digits: int
    lowest: int
    highest: int
    per_one: int
    meaning: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """See `Entry`."""
        return (Field(self.name, self.digits, self.lowest, self.highest, self.meaning),)

    def encode(self, value: float) -> dict[str, int]:
        """See `Entry`."""
        # A NaN or an infinity has no nearest multiple.
        if not abs(value) < 1e9:
            raise SpecError(f"{self.name} is {value}", "give a finite number")
        step = 1 / self.per_one
        count = round(value / step)
        if abs(value - count * step) > step * 1e-6:
            raise SpecError(f"{self.name} is {value}", f"it is kept in steps of {step:g}: choose a multiple")
        return {self.name: count}

    def decode(self, word: Mapping[str, int]) -> float:
        """See `Entry`."""
        return word[self.name] / self.per_one


@dataclass(frozen=True)
class Flag:
    """Yes or no: the word holds 1 or 0."""

    name: str
    meaning: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """See `Entry`."""
        return (Field(self.name, 1, 0, 1, self.meaning),)

    def encode(self, value: bool) -> dict[str, int]:
        """See `Entry`."""
        return {self.name: int(value)}

    def decode(self, word: Mapping[str, int]) -> bool:
        """See `Entry`."""
        return bool(word[self.name])


@dataclass(frozen=True)
class Layers:
    """The units of each layer of a kind: the word holds how many layers there are, then the units of `MAX_LAYERS`."""

    kind: str
    fewest: int

    @property
    def name(self) -> str:
        """See `Entry`."""
        return f"{self.kind}_units"

    @property
    def count_name(self) -> str:
        """The field of the word that says how many layers there are."""
        return f"{self.kind}_layers"

    @property
    def units_names(self) -> tuple[str, ...]:
        """The field of each layer's units."""
        return tuple(f"{self.kind}_units_{place + 1}" for place in range(MAX_LAYERS))

    @property
    def fields(self) -> tuple[Field, ...]:
        """See `Entry`."""
        count = Field(self.count_name, 1, self.fewest, MAX_LAYERS, "how many there are")
        meaning = "of that layer; 0 where it is not there"
        return count, *(Field(name, 3, 0, MAX_UNITS, meaning) for name in self.units_names)

    def encode(self, value: tuple[int, ...]) -> dict[str, int]:
        """See `Entry`."""
        if len(value) > MAX_LAYERS:
            raise SpecError(f"{self.name} names {len(value)} layers", f"at most {MAX_LAYERS} are possible")
        for place, units in enumerate(value):
            if units < 1:
                raise SpecError(f"{self.kind} layer {place + 1} has {units} units", "a layer needs at least one")
        padded = (*value, *[0] * (MAX_LAYERS - len(value)))
        return {self.count_name: len(value), **dict(zip(self.units_names, padded, strict=True))}

    def decode(self, word: Mapping[str, int]) -> tuple[int, ...]:
        """See `Entry`."""
        return tuple(word[name] for name in self.units_names[: word[self.count_name]])


RECURRENT: Final = Layers("recurrent", fewest=1)
DENSE: Final = Layers("dense", fewest=0)

TABLE: Final[tuple[Entry, ...]] = (
    Choice("cell", CELLS),
    RECURRENT,
    DENSE,
    Choice("activation", ACTIVATIONS, "of the recurrent cells"),
    Choice("dense_activation", ACTIVATIONS, "of the dense layers; 0 without any"),
    Choice("loss", LOSSES),
    Choice("optimizer", OPTIMIZERS),
    Steps("learning_rate", 6, 1, 1_000_000, 1_000_000, "in steps of 0.000001"),
    Whole("batch_size", 4, 1, 8192, "windows"),
    Whole("epochs", 3, 1, 1000, "passes over the training windows"),
    Steps("dropout", 2, 0, 90, 100, "in steps of 0.01"),
    Choice("normalization", NORMALIZATIONS),
    Flag("bidirectional", "each recurrent layer reads both ways"),
    Steps("gradient_clip", 3, 0, 1000, 100, "global norm in steps of 0.01; 0 is off"),
    Steps("weight_decay", 5, 0, 100_000, 1_000_000, "decoupled, in steps of 0.000001"),
)
"""The attributes of a `Spec`, in the order of the word."""

FIELDS: Final[tuple[Field, ...]] = (
    Field("version", 2, SPEC_VERSION, SPEC_VERSION, "of this table"),
    *(each for entry in TABLE for each in entry.fields),
)
"""The fields of the word, from the left."""
