import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput, PriceDataError
from hyperbounty.prices.table import PriceTable
from hyperbounty.training.features import raw_features
from hyperbounty.training.windows import Dataset, Windows, prepare, window_starts

COLUMNS = ("BTC.close", "BTC.volume", "ETH.close", "ETH.volume")


def random_table(runs: list[int], seed: int = 0, start: int = 0) -> PriceTable:
    """Runs of so many rows with a gap between them; prices of few values, so that some neighbours are equal."""
    rng = np.random.default_rng(seed)
    rows = sum(runs)
    jumps = np.repeat(np.arange(len(runs)) * 2, runs)
    values = rng.integers(1, 6, (rows, len(COLUMNS))).astype(np.float64)
    return PriceTable(300 * (start + np.arange(rows) + jumps), COLUMNS, values, 300)


def reference(table: PriceTable, target: str, length: int, future: int) -> list[tuple[int, int]]:
    """(first row, label) of every window, by the definition and row by row."""
    close = table.column(f"{target}.close")
    found = []
    for start in range(len(table)):
        needed = range(start - 1, start + length + future)  # the row before, for the first return, to the label's row
        if needed[0] < 0 or needed[-1] >= len(table):
            continue
        if all(table.times[row + 1] - table.times[row] == table.interval for row in needed[:-1]):
            end = start + length - 1
            found.append((start, int(close[end + future] > close[end])))
    return found


@given(
    st.lists(st.integers(1, 15), min_size=1, max_size=6),
    st.sampled_from(["BTC", "ETH"]),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(0, 5),
)
def test_windows_and_labels_are_those_of_the_definition(
    runs: list[int], target: str, length: int, future: int, seed: int
) -> None:
    table = random_table(runs, seed)
    expected = reference(table, target, length, future)
    if not expected:
        with pytest.raises(PriceDataError, match="leave no window"):
            prepare(table, None, target=target, sequence_length=length, future_periods=future)
        return
    dataset = prepare(table, None, target=target, sequence_length=length, future_periods=future)
    windows = dataset.train
    assert list(zip(windows.starts.tolist(), windows.labels.tolist(), strict=True)) == expected
    assert len(windows) == len(expected)
    # The scaler and the contents, by the definition as well.
    raw = raw_features(table)
    used = sorted({row for start, _ in expected for row in range(start, start + length)})
    mean, std = raw[used].mean(axis=0), raw[used].std(axis=0)
    std[std < 1e-12] = 1.0
    assert dataset.scaler.mean == pytest.approx(mean)
    assert dataset.scaler.std == pytest.approx(std)
    for number, (start, _) in enumerate(expected):
        scaled = np.clip((raw[start : start + length] - mean) / std, -10, 10)
        assert windows.take(np.array([number]))[0] == pytest.approx(scaled, abs=1e-5)
        assert np.array_equal(windows.view()[start], windows.take(np.array([number]))[0])


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 12), st.integers(1, 6))
def test_no_window_and_no_label_reaches_across_a_gap(runs: list[int], length: int, future: int) -> None:
    table = random_table(runs)
    if max(runs) <= length + future:
        with pytest.raises(PriceDataError, match=f"at least {length + future + 1} rows"):
            window_starts(table, length, future)
        return
    starts = window_starts(table, length, future)
    # Without a gap in between, the times of n + 1 rows span exactly n intervals.
    span = table.times[starts + length - 1 + future] - table.times[starts - 1]
    assert (starts >= 1).all()
    assert (span == (length + future) * table.interval).all()


def split_dataset(table: PriceTable) -> Dataset:
    train, holdout = table.split(0.25)
    return prepare(train, holdout, target="BTC", sequence_length=5, future_periods=2)


@given(st.data())
def test_a_changed_holdout_changes_nothing_of_the_training(data: st.DataObject) -> None:
    table = random_table([50, 50])
    cut = len(table) - 25
    values = table.values.copy()
    row = data.draw(st.integers(cut, len(table) - 1))
    values[row, data.draw(st.integers(0, 3))] = data.draw(st.sampled_from([1e-6, 77.0, 1e9]))
    before = split_dataset(table)
    after = split_dataset(PriceTable(table.times, table.columns, values, table.interval))
    assert before.scaler == after.scaler
    assert np.array_equal(before.train.features, after.train.features)
    assert np.array_equal(before.train.starts, after.train.starts)
    assert np.array_equal(before.train.labels, after.train.labels)


def test_the_training_is_the_same_without_the_holdout() -> None:
    table = random_table([100])
    train, _ = table.split(0.25)
    alone = prepare(train, None, target="BTC", sequence_length=5, future_periods=2)
    both = split_dataset(table)
    assert alone.holdout is None
    assert alone.scaler == both.scaler
    assert np.array_equal(alone.train.features, both.train.features)
    assert np.array_equal(alone.train.labels, both.train.labels)


def test_the_last_label_of_training_uses_the_last_training_row() -> None:
    train, _ = random_table([100]).split(0.25)
    windows = split_dataset(random_table([100])).train
    assert windows.starts[-1] + 5 - 1 + 2 == len(train) - 1


def test_the_holdout_is_scaled_with_the_statistics_of_the_training() -> None:
    table = random_table([100])
    dataset = split_dataset(table)
    _, holdout = table.split(0.25)
    assert dataset.holdout is not None
    assert np.array_equal(dataset.holdout.features, dataset.scaler.apply(raw_features(holdout)))
    assert dataset.holdout.starts[0] == 1
    assert dataset.columns == COLUMNS


def test_an_equal_price_is_no_rise() -> None:
    closes = np.array([[1.0], [1.0], [1.0], [1.0], [2.0]])
    table = PriceTable(np.arange(5) * 300, ("BTC.close",), closes, 300)
    windows = prepare(table, None, target="BTC", sequence_length=1, future_periods=1).train
    assert windows.labels.tolist() == [0, 0, 1]


def test_the_base_rate_is_that_of_the_commoner_class() -> None:
    def windows(labels: list[int]) -> Windows:
        return Windows(np.zeros((9, 1), np.float32), np.arange(len(labels)), np.array(labels, np.uint8), 2)

    assert windows([1, 0, 0, 0]).rise_rate == 0.25
    assert windows([1, 0, 0, 0]).base_rate == 0.75
    assert windows([1, 1, 1, 0]).base_rate == 0.75


def test_the_view_shares_the_features_and_cannot_be_written_to() -> None:
    windows = split_dataset(random_table([100])).train
    view = windows.view()
    assert np.shares_memory(view, windows.features)
    assert view.shape == (len(windows.features) - 5 + 1, 5, 4)
    assert np.array_equal(view[7], windows.features[7:12])
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0, 0] = 1.0


def test_memory_does_not_grow_with_the_length_of_a_window() -> None:
    table = random_table([50_000])
    copies = 60 * 50_000 * len(COLUMNS) * 4
    tracemalloc.start()
    windows = prepare(table, None, target="BTC", sequence_length=60, future_periods=3).train
    windows.view()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(windows) == 50_000 - 63
    assert peak < copies / 8


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"target": "DOGE"}, "target 'DOGE' has no close"),
        ({"sequence_length": 0}, "sequence_length is 0"),
        ({"future_periods": 0}, "future_periods is 0"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, str | int], complaint: str) -> None:
    settings: dict[str, str | int] = {"target": "BTC", "sequence_length": 5, "future_periods": 2, **arguments}
    with pytest.raises(InvalidInput, match=complaint):
        prepare(random_table([100]), None, **settings)  # type: ignore[arg-type]


def test_a_holdout_that_does_not_follow_the_training_is_refused() -> None:
    train = random_table([50], start=100)

    def prepared(holdout: PriceTable) -> Dataset:
        return prepare(train, holdout, target="BTC", sequence_length=5, future_periods=2)

    assert prepared(random_table([50], start=150)).holdout is not None
    for start in (0, 100, 149):
        with pytest.raises(PriceDataError, match="before the training prices end"):
            prepared(random_table([50], start=start))
    later = random_table([50], start=500)
    with pytest.raises(PriceDataError, match="the holdout has"):
        prepared(PriceTable(later.times, later.columns[:2], later.values[:, :2], 300))
    with pytest.raises(PriceDataError, match="the holdout has"):
        prepared(PriceTable(later.times * 2, later.columns, later.values, 600))
    with pytest.raises(PriceDataError, match="leave no window"):
        prepared(random_table([6], start=500))


@pytest.mark.real_data
def test_the_gap_of_2019_loses_the_windows_that_would_cross_it() -> None:
    folder = Path(__file__).parents[3] / "shared" / "data" / "prices-5m-2019"
    if not folder.is_dir():
        pytest.skip("the recorded prices are not in ../shared/data")
    from hyperbounty.prices.cleaning import clean
    from hyperbounty.prices.csv_source import CsvSource

    table, _ = clean(CsvSource(folder).fetch())
    windows = prepare(table, None, target="LTC", sequence_length=60, future_periods=3).train
    assert len(windows) == len(table) - 2 * 63
    span = table.times[windows.starts + 62] - table.times[windows.starts - 1]
    assert set(span.tolist()) == {63 * 300}


def test_windows_need_numpy_and_no_other_library() -> None:
    script = (
        "import sys; import hyperbounty.training.windows;"
        "print(sorted({'pandas', 'requests', 'tensorflow', 'keras', 'web3'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"
