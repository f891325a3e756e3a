"""Specs to begin with: a small one, a middle one, and one as large as the budget of a contest allows.

They are plain recurrent networks with Adam, whose learning rate falls and whose dropout rises with their size. Each is
the largest of a ladder of such networks that a share of the budget pays for, the first two with few units. Each is one
that `judge` accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hyperbounty.durations import format_duration
from hyperbounty.errors import SpecError
from hyperbounty.spec.judge import Judged, judge
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import CELLS, MAX_LAYERS, MAX_UNITS, OPTIMIZERS
from hyperbounty.spec.word import unpack

_UNITS: Final = (1024, 768, 512, 384, 256, 192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
_EPOCHS: Final = (10, 5, 2, 1)
_BATCH: Final = 128
_CELLS: Final = ("LSTM", "GRU", "SimpleRNN")
"""In the order in which they are wanted."""
_PER_ONE: Final = 1_000_000
"""Steps of a learning rate."""


@dataclass(frozen=True)
class Size:
    """A size of spec.

    Attributes:
        part: of the budget that it may take: one in so many.
        units: of a layer, at most.
        layers: at most.
        rate: learning rate, in millionths.
        dropout: in hundredths.
    """

    name: str
    part: int
    units: int
    layers: int
    rate: int
    dropout: int


SIZES: Final = (
    Size("small", part=16, units=8, layers=1, rate=4_000, dropout=0),
    Size("middle", part=4, units=32, layers=1, rate=2_000, dropout=10),
    Size("large", part=1, units=MAX_UNITS, layers=2, rate=1_000, dropout=20),
)


def suggest(limits: bytes, shape: TaskShape, run_seconds: int) -> Mapping[str, Judged]:
    """A spec of each size for a contest with these `limits`, `shape` of its task and `run_seconds` for a run.

    Where a share of the budget pays for nothing, the cheapest network of its size stands there. Sizes are equal only
    where the limits leave nothing to tell them apart by.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> shape = TaskShape(features=8, rows=4800, sequence_length=60, holdout=1200)
    >>> for name, judged in suggest(SPEC_MAXIMA, shape, run_seconds=60).items():
    ...     print(f"{name}: {judged.spec.describe()}, {judged.seconds} s")
    small: LSTM 8 · adam 0.004 · batch 128 · 10 epochs, 3 s
    middle: LSTM 32 · adam 0.002 · batch 128 · 10 epochs · dropout 0.1, 6 s
    large: LSTM 192 · adam 0.001 · batch 128 · 10 epochs · dropout 0.2, 53 s

    Raises:
        SpecError: the budget pays for no network that the limits allow.
    """
    found: dict[str, Judged] = {}
    most: int | None = None
    for size in reversed(SIZES):
        found[size.name] = _of_size(size, limits, shape, run_seconds, most)
        most = found[size.name].parameters
    return {size.name: found[size.name] for size in SIZES}


def _of_size(size: Size, limits: bytes, shape: TaskShape, run_seconds: int, most: int | None) -> Judged:
    """The largest that the share pays for, with at most so many parameters; with fewer epochs where it must be."""
    highest = unpack(limits)
    cheapest: Judged | None = None
    for epochs in _EPOCHS:
        largest: Judged | None = None
        for spec in _ladder(size, highest, epochs):
            judged = judge(spec.word, limits, shape, run_seconds)
            if judged.refusal is not None or (most is not None and judged.parameters > most):
                continue
            if cheapest is None or judged.seconds < cheapest.seconds:
                cheapest = judged
            within = judged.seconds * size.part <= run_seconds
            if within and (largest is None or judged.parameters > largest.parameters):
                largest = judged
        if largest is not None:
            return largest
    if cheapest is None:
        raise SpecError(
            f"a run may take {format_duration(run_seconds)} of the reference core, which pays for no spec that this "
            "contest allows",
            "choose another contest",
        )
    return cheapest


def _ladder(size: Size, highest: Mapping[str, int], epochs: int) -> Iterator[Spec]:
    """Networks of all sizes that the limits allow, where nothing but their cost decides."""
    cell = next(name for name in _CELLS if CELLS.index(name) <= highest["cell"])
    tops = [highest[f"recurrent_units_{place + 1}"] for place in range(MAX_LAYERS)]
    most = min(size.layers, highest["recurrent_layers"])
    for layers in range(1, most + 1):
        widest = min(size.units, *tops[:layers])
        for units in {min(units, widest) for units in _UNITS}:
            if units:
                yield Spec(
                    cell=cell,
                    recurrent_units=(units,) * layers,
                    optimizer=OPTIMIZERS[min(OPTIMIZERS.index("adam"), highest["optimizer"])],
                    learning_rate=_rate(size, highest["learning_rate"]) / _PER_ONE,
                    batch_size=min(_BATCH, highest["batch_size"]),
                    epochs=min(epochs, highest["epochs"]),
                    dropout=min(size.dropout, highest["dropout"]) / 100,
                )


def _rate(size: Size, top: int) -> int:
    """Its learning rate; where the limit is below the highest, all fall with it, so that they still differ."""
    first = SIZES[0].rate
    return size.rate if top >= first else max(1, top * size.rate // first)
