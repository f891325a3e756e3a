"""The hyperparameter spec: one 32-byte word, the table that gives it meaning, and its checks.

The word is read as 64 hexadecimal digits from the left; every field is a whole number of digits, so a spec can be read
off a block explorer. `FIELDS` is the table: the contract's two constant words (`SPEC_MINIMA`, `SPEC_MAXIMA` in
`SpecLib.sol`) are computed from it, and a test compares them. What is left of the word (24 bits) must be zero.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

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
LEARNING_RATE_UNIT: Final = 1e-6
WEIGHT_DECAY_UNIT: Final = 1e-6
GRADIENT_CLIP_UNIT: Final = 0.01
DROPOUT_UNIT: Final = 0.01


@dataclass(frozen=True)
class Field:
    """One field of the word: its name, its width in hexadecimal digits and its range, both ends included."""

    name: str
    digits: int
    lowest: int
    highest: int


def _layers(prefix: str) -> tuple[Field, ...]:
    return tuple(Field(f"{prefix}_units_{i + 1}", 3, 0, 1024) for i in range(MAX_LAYERS))


FIELDS: Final[tuple[Field, ...]] = (
    Field("version", 2, SPEC_VERSION, SPEC_VERSION),
    Field("cell", 1, 0, len(CELLS) - 1),
    Field("recurrent_layers", 1, 1, MAX_LAYERS),
    *_layers("recurrent"),
    Field("dense_layers", 1, 0, MAX_LAYERS),
    *_layers("dense"),
    Field("activation", 1, 0, len(ACTIVATIONS) - 1),
    Field("dense_activation", 1, 0, len(ACTIVATIONS) - 1),
    Field("loss", 1, 0, len(LOSSES) - 1),
    Field("optimizer", 1, 0, len(OPTIMIZERS) - 1),
    Field("learning_rate", 6, 1, 1_000_000),
    Field("batch_size", 4, 1, 8192),
    Field("epochs", 3, 1, 1000),
    Field("dropout", 2, 0, 90),
    Field("normalization", 1, 0, len(NORMALIZATIONS) - 1),
    Field("bidirectional", 1, 0, 1),
    Field("gradient_clip", 3, 0, 1000),
    Field("weight_decay", 5, 0, 100_000),
)

_DIGITS = sum(f.digits for f in FIELDS)
UNUSED_BITS: Final = 256 - 4 * _DIGITS


def pack(values: dict[str, int]) -> bytes:
    """The 32-byte word that holds `values`, one per field of the table.

    Raises:
        SpecError: a field is missing, unknown, or does not fit its digits. The range is not checked here.
    """
    unknown = values.keys() - {f.name for f in FIELDS}
    if unknown:
        raise SpecError(f"unknown spec field {sorted(unknown)[0]!r}", "use the fields of docs/spec.md")
    word = 0
    for f in FIELDS:
        value = values.get(f.name)
        if value is None or not 0 <= value < 16**f.digits:
            raise SpecError(f"{f.name} is {value}", f"choose {f.lowest} to {f.highest}")
        word = word << (4 * f.digits) | value
    return (word << UNUSED_BITS).to_bytes(32, "big")


def unpack(word: bytes) -> dict[str, int]:
    """The raw value of every field of a 32-byte word; any word has them, `check` says whether they mean a model."""
    if len(word) != 32:
        raise SpecError(f"a spec is 32 bytes, not {len(word)}", "pass 0x and 64 hexadecimal digits")
    digits = word.hex()
    values, at = {}, 0
    for f in FIELDS:
        values[f.name] = int(digits[at : at + f.digits], 16)
        at += f.digits
    return values


SPEC_MINIMA: Final = pack({f.name: f.lowest for f in FIELDS})
SPEC_MAXIMA: Final = pack({f.name: f.highest for f in FIELDS})


def check(word: bytes, limits: bytes = SPEC_MAXIMA) -> None:
    """Refuse a word that is not a model within `limits`; agrees with `SpecLib.check` on every word.

    Refused are: a set unused bit, a field outside its table or above the limit, units of 0 in a layer that is there,
    and an ineffective field (units of a layer that is not there, an activation of dense layers that are not there).

    Raises:
        SpecError: names the first offending field in the order of the table.
    """
    values, highest = unpack(word), unpack(limits)
    if int.from_bytes(word, "big") & ((1 << UNUSED_BITS) - 1):
        raise SpecError("the spec sets unused bits", "clear the last 24 bits")
    for f in FIELDS:
        top = min(f.highest, highest[f.name])
        if not f.lowest <= values[f.name] <= top:
            raise SpecError(f"{f.name} is {values[f.name]}", f"this contest allows {f.lowest} to {top}")
    for kind in ("recurrent", "dense"):
        count = values[f"{kind}_layers"]
        for i in range(MAX_LAYERS):
            units = values[f"{kind}_units_{i + 1}"]
            if (units > 0) != (i < count):
                missing = "must have units" if i < count else "is not there, so its units must be 0"
                raise SpecError(f"{kind}_units_{i + 1} is {units}", f"{kind} layer {i + 1} of {count} {missing}")
    if values["dense_layers"] == 0 and values["dense_activation"] != 0:
        raise SpecError(
            f"dense_activation is {values['dense_activation']}", "without dense layers it has no effect: set it to 0"
        )


@dataclass(frozen=True)
class Spec:
    """A spec as people write it. `Spec.from_word(spec.word) == spec` for every valid spec.

    Attributes:
        cell: one of `CELLS`.
        recurrent_units: units of each recurrent layer, 1 to 4 layers.
        dense_units: units of each dense layer after them, 0 to 4 layers.
        activation: of the recurrent cells, one of `ACTIVATIONS`.
        dense_activation: of the dense layers; "tanh" (index 0) where there are none.
        loss: one of `LOSSES`.
        optimizer: one of `OPTIMIZERS`.
        learning_rate: multiples of 1e-6 up to 1.
        batch_size: 1 to 8192 windows.
        epochs: 1 to 1000 passes over the training windows.
        dropout: after every hidden layer, multiples of 0.01 up to 0.9.
        normalization: after every hidden layer, one of `NORMALIZATIONS`.
        bidirectional: each recurrent layer reads its window both ways, outputs concatenated.
        gradient_clip: global norm, multiples of 0.01 up to 10; 0 is off.
        weight_decay: decoupled, multiples of 1e-6 up to 0.1.
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
        values = {
            "version": SPEC_VERSION,
            "cell": _index("cell", self.cell, CELLS),
            "activation": _index("activation", self.activation, ACTIVATIONS),
            "dense_activation": _index("dense_activation", self.dense_activation, ACTIVATIONS),
            "loss": _index("loss", self.loss, LOSSES),
            "optimizer": _index("optimizer", self.optimizer, OPTIMIZERS),
            "learning_rate": _scaled("learning_rate", self.learning_rate, LEARNING_RATE_UNIT),
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "dropout": _scaled("dropout", self.dropout, DROPOUT_UNIT),
            "normalization": _index("normalization", self.normalization, NORMALIZATIONS),
            "bidirectional": int(self.bidirectional),
            "gradient_clip": _scaled("gradient_clip", self.gradient_clip, GRADIENT_CLIP_UNIT),
            "weight_decay": _scaled("weight_decay", self.weight_decay, WEIGHT_DECAY_UNIT),
        }
        for kind, units in (("recurrent", self.recurrent_units), ("dense", self.dense_units)):
            if len(units) > MAX_LAYERS:
                raise SpecError(f"{kind}_units names {len(units)} layers", f"at most {MAX_LAYERS} are possible")
            values[f"{kind}_layers"] = len(units)
            for i in range(MAX_LAYERS):
                if i < len(units) and units[i] < 1:
                    raise SpecError(f"{kind} layer {i + 1} has {units[i]} units", "a layer needs at least one")
                values[f"{kind}_units_{i + 1}"] = units[i] if i < len(units) else 0
        return pack(values)

    @classmethod
    def from_word(cls, word: bytes) -> Spec:
        """The spec that a valid word stands for.

        Raises:
            SpecError: the word fails `check`.
        """
        check(word)
        v = unpack(word)
        return cls(
            cell=CELLS[v["cell"]],
            recurrent_units=tuple(v[f"recurrent_units_{i + 1}"] for i in range(v["recurrent_layers"])),
            dense_units=tuple(v[f"dense_units_{i + 1}"] for i in range(v["dense_layers"])),
            activation=ACTIVATIONS[v["activation"]],
            dense_activation=ACTIVATIONS[v["dense_activation"]],
            loss=LOSSES[v["loss"]],
            optimizer=OPTIMIZERS[v["optimizer"]],
            learning_rate=v["learning_rate"] / 1_000_000,
            batch_size=v["batch_size"],
            epochs=v["epochs"],
            dropout=v["dropout"] / 100,
            normalization=NORMALIZATIONS[v["normalization"]],
            bidirectional=bool(v["bidirectional"]),
            gradient_clip=v["gradient_clip"] / 100,
            weight_decay=v["weight_decay"] / 1_000_000,
        )

    def describe(self) -> str:
        """One line a person reads: `LSTM 32 · adam 0.001 · batch 64 · 10 epochs`, and what differs from plain."""
        layers = "+".join(map(str, self.recurrent_units))
        parts = [f"{'bi-' if self.bidirectional else ''}{self.cell} {layers}"]
        if self.dense_units:
            parts.append(f"dense {'+'.join(map(str, self.dense_units))} {self.dense_activation}")
        parts.append(f"{self.optimizer} {self.learning_rate:g}")
        parts += [f"batch {self.batch_size}", f"{self.epochs} epoch{'s' if self.epochs > 1 else ''}"]
        plain = {f.name: f.default for f in fields(self)}
        parts += [
            f"{name.replace('_', ' ')} {getattr(self, name)}"
            for name in ("activation", "loss", "dropout", "normalization", "gradient_clip", "weight_decay")
            if getattr(self, name) != plain[name]
        ]
        return " · ".join(parts)


def _index(name: str, value: str, table: tuple[str, ...]) -> int:
    if value not in table:
        raise SpecError(f"{name} is {value!r}", f"choose one of {', '.join(table)}")
    return table.index(value)


def _scaled(name: str, value: float, unit: float) -> int:
    # A NaN or an infinity has no nearest multiple.
    if not abs(value) < 1e9:
        raise SpecError(f"{name} is {value}", "give a finite number")
    scaled = round(value / unit)
    if abs(value - scaled * unit) > unit * 1e-6:
        raise SpecError(f"{name} is {value}", f"it is kept in steps of {unit:g}: choose a multiple")
    return scaled
