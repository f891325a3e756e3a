"""The end of the training prices as holdouts, block by block, each with a training on the rows before it alone.

    rows     |———————————————————————————|  1  |  2  |  3  |  4  |
    fold 1    training                     block
    fold 2    training                           block
    fold 4    training                                       block

This is evaluation with a rolling origin (Tashman 2000): a model is always asked about what comes after all that it has
seen, as in the contest itself. The blocks are of equal size and do not overlap, so that their scores can be compared.
Windows and labels are cut by the contest's own `cut`, which knows two tables of rows: none of a training reaches into
its block, and none of a block before its first row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.table import PriceTable
from hyperbounty.training.windows import Dataset, Windows

BLOCK_PERCENT: Final = 12
"""Rows of a block, of a hundred for training."""

MOST_FOLDS: Final = 7
"""With more, the first training would have hardly more rows than its block."""

Cut: TypeAlias = Callable[[PriceTable, PriceTable], Dataset]
"""Cuts windows of training prices and of the prices after them, as a contest does: the `dataset` of its task."""


@dataclass(frozen=True, eq=False)
class Fold:
    """Windows to train on, and the windows after them to score on.

    Attributes:
        number: from 1, the oldest first.
        train: of rows before the block.
        block: the windows to predict.
        times: of the first and the last row of the block, unix seconds.
    """

    number: int
    train: Windows
    block: Windows
    times: tuple[int, int]

    @classmethod
    def of(cls, number: int, training: PriceTable, holdout: PriceTable, cut: Cut) -> Fold:
        """The fold of these prices: that of a whole contest, where they are its training prices and its holdout.

        Raises:
            PriceDataError: a table leaves no window, or the holdout does not follow the training prices.
        """
        dataset = cut(training, holdout)
        assert dataset.holdout is not None
        return cls(number, dataset.train, dataset.holdout, (int(holdout.times[0]), int(holdout.times[-1])))

    @cached_property
    def name(self) -> str:
        """SHA-256 (hexadecimal) of all windows: equal names mean equal data."""
        digest = hashlib.sha256()
        for windows in (self.train, self.block):
            digest.update(f"{windows.features.shape} {len(windows)} {windows.length} ".encode())
            for array in (windows.features, windows.starts, windows.labels):
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def cut_folds(prices: PriceTable, folds: int, cut: Cut, *, train_rows: int | None = None) -> tuple[Fold, ...]:
    """The last `folds` × 12 % of the rows as blocks, each with what is trained before it.

    >>> from functools import partial
    >>> from hyperbounty.training.windows import prepare
    >>> close = 100 + np.sin(np.arange(200.0))
    >>> table = PriceTable(300 * np.arange(200), ("BTC.close",), close[:, None], interval=300)
    >>> cut = partial(prepare, target="BTC", sequence_length=4, future_periods=2)
    >>> [(len(fold.train), len(fold.block)) for fold in cut_folds(table, 3, cut)]
    [(122, 18), (146, 18), (170, 18)]
    >>> [(len(fold.train), len(fold.block)) for fold in cut_folds(table, 3, cut, train_rows=100)]
    [(94, 18), (94, 18), (94, 18)]

    Args:
        prices: of the training.
        folds: 1 to `MOST_FOLDS`.
        cut: see `Cut`.
        train_rows: rows before each block that are trained on. Where all have as many windows, one compiled program
            serves them all. None takes all rows that there are before a block.

    Raises:
        InvalidInput: fewer rows stand before the first block than are wanted, or there is no such number of folds.
        PriceDataError: the rows before a block, or the block itself, leave no window.
    """
    if not 1 <= folds <= MOST_FOLDS:
        raise InvalidInput(f"{folds} folds", NextStep("choose {} from 1 to {}", Parameter("folds"), str(MOST_FOLDS)))
    size = len(prices) * BLOCK_PERCENT // 100
    first = len(prices) - folds * size
    if train_rows is not None and not 0 < train_rows <= first:
        raise InvalidInput(
            f"{train_rows:,} rows cannot stand before each of {folds} blocks of {size:,}: the first has {first:,}",
            NextStep("choose at most {}, or fewer {}", Parameter("train_rows", str(first)), Parameter("folds")),
        )
    if size == 0:
        raise InvalidInput(f"{len(prices)} rows leave no block of {BLOCK_PERCENT} %", "bring more prices")
    starts = range(first, len(prices), size)
    return tuple(
        Fold.of(
            number,
            prices.rows(0 if train_rows is None else start - train_rows, start),
            prices.rows(start, start + size),
            cut,
        )
        for number, start in enumerate(starts, start=1)
    )
