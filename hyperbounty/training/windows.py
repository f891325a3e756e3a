"""From a price table to the windows that a model is trained and scored on, without a copy per window.

Row t is the end of a window of `sequence_length` rows; its label says whether the target's close stands strictly
higher `future_periods` rows later. A window, the row before it (its first return needs it) and the row that its label
looks at lie in one segment of one table: nothing reaches across a gap, past an end, or from training into the holdout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput, PriceDataError
from hyperbounty.prices.table import PriceTable
from hyperbounty.training.features import Scaler, raw_features


@dataclass(frozen=True, eq=False)
class Windows:
    """Overlapping windows over one array of features.

    Attributes:
        features: [rows, features] scaled features.
        starts: [windows] first row of each window, increasing.
        labels: [windows] 1 where the target's close rises after the window, else 0.
        length: rows of a window.
    """

    features: NDArray[np.float32]
    starts: NDArray[np.int64]
    labels: NDArray[np.uint8]
    length: int

    def __len__(self) -> int:
        return len(self.starts)

    def view(self) -> NDArray[np.float32]:
        """[rows - length + 1, length, features] read-only view of `features`; window i is `view()[starts[i]]`."""
        return sliding_window_view(self.features, self.length, axis=0).transpose(0, 2, 1)

    def take(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """[chosen, length, features] copy of the windows with these numbers: one batch, say."""
        return self.view()[self.starts[chosen]]

    @property
    def rise_rate(self) -> float:
        """Fraction of windows after which the target rises."""
        return float(self.labels.mean())

    @property
    def base_rate(self) -> float:
        """Accuracy of always naming the majority class: what a model must beat."""
        return max(self.rise_rate, 1.0 - self.rise_rate)


@dataclass(frozen=True)
class Dataset:
    """What one contest trains and scores on: arrays alone, no chain and no store.

    Attributes:
        train, holdout: the windows; no holdout while it is sealed or does not exist yet.
        scaler: fitted on the training rows that windows use, applied to both.
        columns: what each feature is the change of.
    """

    train: Windows
    holdout: Windows | None
    scaler: Scaler
    columns: tuple[str, ...]


def prepare(
    train: PriceTable, holdout: PriceTable | None, *, target: str, sequence_length: int, future_periods: int
) -> Dataset:
    """The windows of a contest.

    >>> close = np.array([[1.0], [2.0], [1.0], [2.0], [3.0], [4.0]])
    >>> table = PriceTable(300 * np.arange(6), ("BTC.close",), close, interval=300)
    >>> windows = prepare(table, None, target="BTC", sequence_length=2, future_periods=1).train
    >>> windows.view().shape, windows.starts.tolist(), windows.labels.tolist()
    ((5, 2, 1), [1, 2, 3], [1, 1, 1])

    Args:
        train: prices before the holdout.
        holdout: prices after them, same columns and interval; its first window starts one row into it.
        target: the coin whose close is predicted.
        sequence_length: rows of a window.
        future_periods: rows from a window's end to the row that its label looks at.

    Raises:
        PriceDataError: a table leaves no window, or the holdout does not fit or does not follow the training prices.
        InvalidInput: a length below 1, or a target that the tables have no close of.
    """
    for name, value in (("sequence_length", sequence_length), ("future_periods", future_periods)):
        if value < 1:
            raise InvalidInput(f"{name} is {value}", "give at least 1")
    if f"{target}.close" not in train.columns:
        raise InvalidInput(f"the target {target!r} has no close in the prices", f"choose from {', '.join(train.coins)}")
    if holdout is not None:
        _check_follows(train, holdout)
    shape = _Shape(f"{target}.close", sequence_length, future_periods)
    starts = window_starts(train, sequence_length, future_periods)
    raw = raw_features(train)
    scaler = Scaler.fit(raw, _rows_used(len(train), starts, sequence_length))
    scored = None
    if holdout is not None:
        later = window_starts(holdout, sequence_length, future_periods)
        scored = shape.windows(holdout, scaler.apply(raw_features(holdout)), later)
    return Dataset(shape.windows(train, scaler.apply(raw), starts), scored, scaler, train.columns)


def window_starts(table: PriceTable, sequence_length: int, future_periods: int) -> NDArray[np.int64]:
    """[windows] first row of each window of `table`.

    A segment of n rows has max(0, n - sequence_length - future_periods) windows: its first row has no return, and its
    last `future_periods` rows have no known future.

    >>> table = PriceTable(300 * np.arange(8), ("BTC.close",), np.ones((8, 1)), interval=300)
    >>> window_starts(table, sequence_length=4, future_periods=2).tolist()
    [1, 2]

    Raises:
        PriceDataError: there is none.
    """
    segments = table.segments()
    counts = np.maximum(segments[:, 1] - segments[:, 0] - sequence_length - future_periods, 0)
    total = int(counts.sum())
    if total == 0:
        longest = int((segments[:, 1] - segments[:, 0]).max())
        raise PriceDataError(
            f"{len(table)} rows, at most {longest} of them without a gap, leave no window of {sequence_length} rows "
            f"with its label {future_periods} rows on",
            f"bring at least {sequence_length + future_periods + 1} rows without a gap, or choose shorter windows",
        )
    # Consecutive within a segment; the offset jumps to each segment's second row.
    before = np.cumsum(counts) - counts
    starts: NDArray[np.int64] = np.arange(total) + np.repeat(segments[:, 0] + 1 - before, counts)
    return starts


@dataclass(frozen=True)
class _Shape:
    """What a window and its label look at."""

    close: str
    length: int
    future: int

    def windows(self, table: PriceTable, features: NDArray[np.float32], starts: NDArray[np.int64]) -> Windows:
        prices = table.column(self.close)
        ends = starts + (self.length - 1)
        labels = (prices[ends + self.future] > prices[ends]).astype(np.uint8)
        return Windows(features, starts, labels, self.length)


def _rows_used(rows: int, starts: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """[rows] whether any window contains the row."""
    edges = np.zeros(rows + 1, dtype=np.int64)
    edges[starts] += 1
    edges[starts + length] -= 1
    return np.cumsum(edges)[:rows] > 0


def _check_follows(train: PriceTable, holdout: PriceTable) -> None:
    if (holdout.columns, holdout.interval) != (train.columns, train.interval):
        raise PriceDataError(
            f"the holdout has {', '.join(holdout.columns)} every {holdout.interval} s, the training prices "
            f"{', '.join(train.columns)} every {train.interval} s",
            "clean both the same way",
        )
    if holdout.times[0] <= train.times[-1]:
        raise PriceDataError(
            f"the holdout starts at {holdout.times[0]}, before the training prices end at {train.times[-1]}",
            "cut them by time, training first",
        )
