"""Folds: equal blocks at the end of the prices, and nothing of a block or of what follows it in its training."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput, PriceDataError
from hyperbounty.prices.table import PriceTable
from hyperbounty.training.folds import MOST_FOLDS, Fold, cut_folds
from hyperbounty.training.windows import Windows, prepare

CUT = partial(prepare, target="BTC", sequence_length=3, future_periods=2)


def table(rows: int, gaps: frozenset[int] = frozenset(), seed: int = 0) -> PriceTable:
    """Prices with a gap before each row of `gaps`."""
    values = np.random.default_rng(seed).uniform(1, 2, (rows, 2))
    steps = np.cumsum([0, *(2 if row in gaps else 1 for row in range(1, rows))])
    return PriceTable(300 * steps, ("BTC.close", "BTC.volume"), values, 300)


def same(one: Windows, other: Windows) -> bool:
    pairs = ((one.starts, other.starts), (one.labels, other.labels), (one.features, other.features))
    return all(np.array_equal(*pair) for pair in pairs)


@st.composite
def cuttings(draw: st.DrawFn) -> tuple[PriceTable, int, int | None]:
    rows, folds = draw(st.integers(80, 240)), draw(st.integers(1, MOST_FOLDS))
    first = rows - folds * (rows * 12 // 100)
    train_rows = draw(st.none() | st.integers(1, first))
    return table(rows, draw(st.frozensets(st.integers(1, rows - 1), max_size=4))), folds, train_rows


def folds_of(prices: PriceTable, folds: int, train_rows: int | None) -> tuple[Fold, ...]:
    try:
        return cut_folds(prices, folds, CUT, train_rows=train_rows)
    except PriceDataError as error:
        assume("no window" not in str(error))
        raise


@given(cuttings(), st.integers(1, 10**6))
def test_no_training_window_or_label_sees_its_block_or_what_comes_after(
    cutting: tuple[PriceTable, int, int | None], seed: int
) -> None:
    prices, count, train_rows = cutting
    folds = folds_of(*cutting)
    other = table(len(prices), seed=seed).values
    for fold in folds:
        # Whatever the rows from the block on hold, the training is the same; and the block knows nothing that follows.
        begins, ends = (int(np.flatnonzero(prices.times == time)[0]) for time in fold.times)
        changed = np.where(np.arange(len(prices))[:, None] < begins, prices.values, other)
        again = cut_folds(PriceTable(prices.times, prices.columns, changed, 300), count, CUT, train_rows=train_rows)[
            fold.number - 1
        ]
        assert same(again.train, fold.train)
        after = np.where(np.arange(len(prices))[:, None] <= ends, prices.values, other)
        again = cut_folds(PriceTable(prices.times, prices.columns, after, 300), count, CUT, train_rows=train_rows)[
            fold.number - 1
        ]
        assert same(again.train, fold.train)
        assert same(again.block, fold.block)
        assert again.name == fold.name


@given(cuttings())
def test_the_blocks_are_equal_lie_end_to_end_and_close_the_prices(
    cutting: tuple[PriceTable, int, int | None],
) -> None:
    prices, count, train_rows = cutting
    folds = folds_of(*cutting)
    size = len(prices) * 12 // 100
    assert [fold.number for fold in folds] == list(range(1, count + 1))
    for fold in folds:
        begins = len(prices) - (count - fold.number + 1) * size
        assert fold.times == (prices.times[begins], prices.times[begins + size - 1])
        assert len(fold.block.features) == size
        assert len(fold.train.features) == (train_rows or begins)
        # What is trained on are the rows right before the block, cut as a contest with these prices would cut them.
        alone = CUT(prices.rows(begins - (train_rows or begins), begins), prices.rows(begins, begins + size))
        assert alone.holdout is not None
        assert same(fold.train, alone.train)
        assert same(fold.block, alone.holdout)


def test_a_changed_price_changes_the_name_of_the_folds_that_see_it() -> None:
    prices = table(200)
    changed = prices.values.copy()
    changed[140, 0] += 0.001
    before, after = (
        cut_folds(PriceTable(prices.times, prices.columns, values, 300), 3, CUT) for values in (prices.values, changed)
    )
    assert [one.name == other.name for one, other in zip(before, after, strict=True)] == [False, False, False]
    changed = prices.values.copy()
    changed[-1, 0] += 0.001
    after = cut_folds(PriceTable(prices.times, prices.columns, changed, 300), 3, CUT)
    assert [one.name == other.name for one, other in zip(before, after, strict=True)] == [True, True, False]


@pytest.mark.parametrize(
    ("folds", "train_rows", "said"),
    [(0, None, "1 to 7"), (8, None, "1 to 7"), (4, 105, "at most train rows 104"), (4, 0, "at most")],
)
def test_what_cannot_be_cut_is_refused_with_what_could(folds: int, train_rows: int | None, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        cut_folds(table(200), folds, CUT, train_rows=train_rows)


def test_prices_too_short_for_a_block_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no block"):
        cut_folds(table(8), 1, CUT)
    with pytest.raises(PriceDataError, match="leave no window"):
        cut_folds(table(40), 1, CUT)
