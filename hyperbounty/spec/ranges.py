"""Ranges of the fields of a spec: what a contest allows of each, and what it is usual to try first.

A range has the name of its field in a spec file. The layers of a kind have two: how many there are, and the units of
each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, TypeAlias

from hyperbounty.spec.table import TABLE, Choice, Flag, Layers, Steps, Whole
from hyperbounty.spec.word import unpack


@dataclass(frozen=True)
class Names:
    """Some of the values of a field that has no order."""

    options: tuple[str | bool, ...]

    def holds(self, other: Names) -> bool:
        """Whether all of `other` are in it."""
        return set(other.options) <= set(self.options)


@dataclass(frozen=True)
class Numbers:
    """Whole numbers of steps from `lowest` to `highest`, both ends included; there are `per_one` steps in one."""

    lowest: int
    highest: int
    per_one: int = 1

    def value(self, steps: int) -> int | float:
        """The number that so many steps are."""
        return steps if self.per_one == 1 else steps / self.per_one

    def holds(self, other: Numbers) -> bool:
        """Whether all of `other` are in it."""
        return self.lowest <= other.lowest and other.highest <= self.highest


Range: TypeAlias = Names | Numbers
Ranges: TypeAlias = Mapping[str, Range]

_USUAL: Final[Ranges] = {
    "recurrent_layers": Numbers(1, 2),
    "recurrent_units": Numbers(4, 128),
    "dense_layers": Numbers(0, 1),
    "dense_units": Numbers(4, 64),
    "activation": Names(("tanh",)),
    "dense_activation": Names(("tanh",)),
    "loss": Names(("binary_crossentropy",)),
    "optimizer": Names(("rmsprop", "adam", "nadam")),
    "learning_rate": Numbers(300, 30_000, 1_000_000),
    "batch_size": Numbers(32, 256),
    "epochs": Numbers(2, 30),
    "dropout": Numbers(0, 40, 100),
    "normalization": Names(("none", "layer")),
    "bidirectional": Names((False,)),
    "gradient_clip": Numbers(0, 0, 100),
    "weight_decay": Numbers(0, 10_000, 1_000_000),
}
"""What is tried of small recurrent networks; a field that is not here is tried as far as it is allowed."""


def allowed(limits: bytes) -> Ranges:
    """The ranges that a contest with these `limits` allows, by field.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> found = allowed(SPEC_MAXIMA)
    >>> found["cell"], found["recurrent_layers"]
    (Names(options=('SimpleRNN', 'LSTM', 'GRU')), Numbers(lowest=1, highest=4, per_one=1))
    """
    highest = unpack(limits)
    found: dict[str, Range] = {}
    for entry in TABLE:
        match entry:
            case Choice():
                found[entry.name] = Names(entry.options[: highest[entry.name] + 1])
            case Flag():
                found[entry.name] = Names((False, True) if highest[entry.name] else (False,))
            case Layers():
                tops = [highest[name] for name in entry.units_names[: highest[entry.count_name]]]
                # A layer of no units is none, and then none is after it.
                tops = list(takewhile(lambda top: top > 0, tops))
                found[entry.count_name] = Numbers(entry.fewest, max(entry.fewest, len(tops)))
                found[entry.name] = Numbers(1, max(tops, default=1))
            case Steps():
                found[entry.name] = Numbers(entry.lowest, min(entry.highest, highest[entry.name]), entry.per_one)
            case Whole():
                found[entry.name] = Numbers(entry.lowest, min(entry.highest, highest[entry.name]))
    return found


def usual(within: Ranges) -> Ranges:
    """What it is usual to try first, as far as it lies `within` these ranges; where nothing does, what is nearest.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> usual(allowed(SPEC_MAXIMA))["epochs"], usual({"epochs": Numbers(1, 1)})["epochs"]
    (Numbers(lowest=2, highest=30, per_one=1), Numbers(lowest=1, highest=1, per_one=1))
    """
    return {name: _clipped(_USUAL.get(name, whole), whole) for name, whole in within.items()}


def _clipped(wanted: Range, whole: Range) -> Range:
    if isinstance(wanted, Numbers) and isinstance(whole, Numbers):
        low, high = (min(max(end, whole.lowest), whole.highest) for end in (wanted.lowest, wanted.highest))
        return Numbers(low, high, whole.per_one)
    assert isinstance(wanted, Names)
    assert isinstance(whole, Names)
    return Names(tuple(each for each in wanted.options if each in whole.options) or whole.options[:1])
