"""What is trained in every section: 24 specs, small to large, on the end of a recorded or bundled series."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from hyperbounty.prices.cleaning import clean
from hyperbounty.prices.csv_source import CsvSource
from hyperbounty.spec.spec import Spec
from hyperbounty.training.windows import Dataset, Windows, prepare

ROOT: Final = Path(__file__).parents[2]
DATA: Final = {
    "prices-5m-2019": ROOT.parent / "shared" / "data" / "prices-5m-2019",
    "sample": ROOT / "data" / "sample",
}
TARGET: Final = "LTC"
SEQUENCE_LENGTH: Final = 60
FUTURE_PERIODS: Final = 3
HOLDOUT_WINDOWS: Final = 1024

NAMED: Final = {"LSTM 32": (32,), "LSTM 64+64": (64, 64), "LSTM 128+128": (128, 128)}
"""The three whose ratio has a target of its own."""


def specs(epochs: int) -> list[Spec]:
    """The 24, no two of one shape."""
    plain = Spec(epochs=epochs)
    return [
        *(replace(plain, cell="SimpleRNN", recurrent_units=units) for units in ((16,), (32,), (64,), (128,), (64, 64))),
        *(replace(plain, cell="GRU", recurrent_units=units) for units in ((16,), (32,), (64,), (64, 64), (128,))),
        *(replace(plain, recurrent_units=units) for units in ((8,), (16,), *NAMED.values(), (64,), (128,))),
        replace(plain, recurrent_units=(32, 32), dropout=0.2),
        replace(plain, recurrent_units=(32,), dense_units=(32,), dense_activation="relu", dropout=0.1),
        replace(plain, recurrent_units=(32,), batch_size=128, normalization="batch"),
        replace(plain, recurrent_units=(32,), bidirectional=True),
        replace(plain, cell="GRU", recurrent_units=(32,), batch_size=32, normalization="layer"),
        replace(plain, cell="GRU", recurrent_units=(64, 32), optimizer="nadam", gradient_clip=1.0),
        replace(plain, recurrent_units=(96, 48), dense_units=(24,), optimizer="rmsprop", weight_decay=0.001),
    ]


def dataset(name: str, windows: int) -> Dataset:
    """The last `windows` training and `HOLDOUT_WINDOWS` holdout windows of a series of `DATA`."""
    table, _ = clean(CsvSource(DATA[name]).fetch())
    spare = SEQUENCE_LENGTH + FUTURE_PERIODS
    rows = windows + HOLDOUT_WINDOWS + 2 * spare
    table = table.rows(max(0, len(table) - rows), len(table))
    train, holdout = table.split((HOLDOUT_WINDOWS + spare) / len(table))
    return prepare(train, holdout, target=TARGET, sequence_length=SEQUENCE_LENGTH, future_periods=FUTURE_PERIODS)


def save(data: Dataset, folder: Path) -> None:
    """The windows as files that `load` reads, for the processes that train."""
    assert data.holdout is not None
    for name, part in (("train", data.train), ("holdout", data.holdout)):
        np.savez(folder / f"{name}.npz", **vars(part))


def load(folder: Path) -> tuple[Windows, Windows]:
    """Training and holdout windows that `save` wrote."""
    parts = []
    for name in ("train", "holdout"):
        with np.load(folder / f"{name}.npz") as file:
            parts.append(Windows(file["features"], file["starts"], file["labels"], int(file["length"])))
    return parts[0], parts[1]


def flops(spec: Spec, windows: int, features: int) -> int:
    """Multiplications and additions of the matrix products of one epoch: forward, and twice that backward."""
    gates = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[spec.cell]
    directions = 2 if spec.bidirectional else 1
    recurrent, inputs = 0, features
    for units in spec.recurrent_units:
        recurrent += directions * gates * units * (inputs + units)
        inputs = directions * units
    return 3 * 2 * recurrent * SEQUENCE_LENGTH * windows
