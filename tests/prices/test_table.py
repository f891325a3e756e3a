import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.table import PriceTable

PRICE = st.floats(min_value=1e-300, max_value=1e300, allow_subnormal=False)
VOLUME = st.one_of(st.just(0.0), st.just(-0.0), PRICE)


@st.composite
def tables(draw: st.DrawFn) -> PriceTable:
    interval = draw(st.integers(1, 86_400))
    steps = draw(st.lists(st.integers(interval, 5 * interval), max_size=12))
    times = np.cumsum([draw(st.integers(0, 2_000_000_000)), *steps])
    coins = sorted(draw(st.sets(st.sampled_from(["A", "BCH", "BTC", "BTC2"]), min_size=1)))
    columns = tuple(f"{coin}.{part}" for coin in coins for part in ("close", "volume"))
    values = [[draw(PRICE if name.endswith("close") else VOLUME) for name in columns] for _ in times]
    return PriceTable(times, columns, np.array(values), interval)


def table(times: list[int], closes: list[float], interval: int = 300) -> PriceTable:
    return PriceTable(np.array(times), ("BTC.close",), np.array(closes)[:, None], interval)


@given(tables())
def test_csv_reads_back_to_an_equal_table_with_the_same_bytes(made: PriceTable) -> None:
    text = made.to_csv()
    read = PriceTable.from_csv(text, made.interval)
    assert read == made
    assert read.to_csv() == text


@given(tables(), st.data())
def test_its_text_is_cut_as_the_table_is(made: PriceTable, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(made)))
    first, second = PriceTable.split_csv(made.to_csv(), cut)
    assert (made.rows(0, cut).to_csv() == first) if cut else (len(first.splitlines()) == 1)
    assert (made.rows(cut, len(made)).to_csv() == second) if cut < len(made) else (len(second.splitlines()) == 1)


@pytest.mark.parametrize("cut", [1, 20_000, 29_999])
def test_a_long_text_is_cut_as_the_table_is(cut: int) -> None:
    made = table([*range(0, 9_000_000, 300)], [*np.arange(1.0, 30_001.0)])
    whole = made.to_csv()
    assert PriceTable.split_csv(whole, cut) == (made.rows(0, cut).to_csv(), made.rows(cut, len(made)).to_csv())


def test_the_canonical_bytes_are_what_they_always_were() -> None:
    made = PriceTable(
        np.array([600, 1200]), ("BTC.close", "BTC.volume"), np.array([[3719.25, 105.865279], [1e-7, -0.0]]), 300
    )
    assert made.to_csv() == b"time,BTC.close,BTC.volume\n600,3719.25,105.865279\n1200,1e-07,0.0\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", "starts with"),
        (b"time,BTC.close\n", "starts with"),
        (b"time,BTC.close\n\n", "starts with"),
        (b"date,BTC.close\n300,1.0\n", "starts with"),
        (b"time,BTC.close\n300,1\n", "line 2 .* canonical"),
        (b"time,BTC.close\n300,1.0", "line 3 .* canonical"),
        (b"time,BTC.close\n300,1.0\n\n600,1.0\n", "line 3 .* canonical"),
        (b"time,BTC.close\r\n300,1.0\r\n", "not COIN.close"),
        (b"time,BTC.close\n300.5,1.0\n", "line 2 .* canonical"),
        (b"time,BTC.close\n300,1.00\n", "line 2 .* canonical"),
        (b"time,BTC.close\n300,one\n", "cannot be read"),
        (b"time,BTC.close\n300,1.0\n600\n", "cannot be read"),
        (b"time,BTC.close\n300,1.0,2.0\n", "has 3 in its rows"),
        (b"time,BTC.close\n300,nan\n", "BTC.close is nan"),
        (b"time,BTC.close\n300,inf\n", "BTC.close is inf"),
        (b"time,BTC.close\n300,0.0\n", "BTC.close is 0.0"),
        (b"time,BTC.close\n300,-1.0\n", "BTC.close is -1.0"),
        (b"time,BTC.close\nnan,1.0\n", "time out of range"),
        (b"time,BTC.close\n1546617600000,1.0\n", "time out of range"),
        (b"time,BTC.close\n600,1.0\n300,1.0\n", "times run from"),
        (b"time,BTC.close\n300,1.0\n300,1.0\n", "less than the interval"),
        (b"time,BTC.close\n300,1.0\n400,1.0\n", "less than the interval"),
        (b"time,btc.close\n300,1.0\n", "not COIN.close"),
        (b"time,BTC.close,BTC.close\n300,1.0,1.0\n", "the columns are"),
        (b"time,ETH.close,BTC.close\n300,1.0,1.0\n", "the columns are"),
        ("time,BTC.close\n300,１.0\n".encode(), "cannot be read"),
    ],
)
def test_bytes_that_no_table_has_are_refused(text: bytes, complaint: str) -> None:
    with pytest.raises(PriceDataError, match=complaint) as caught:
        PriceTable.from_csv(text, 300)
    assert caught.value.next_step


@pytest.mark.parametrize("volume", [-1.0, np.nan, np.inf])
def test_a_volume_that_cannot_be_is_refused(volume: float) -> None:
    with pytest.raises(PriceDataError, match=r"BTC\.volume"):
        PriceTable(np.array([300]), ("BTC.volume",), np.array([[volume]]), 300)


def test_shapes_that_do_not_agree_are_refused() -> None:
    with pytest.raises(PriceDataError, match="cannot hold"):
        PriceTable(np.array([300, 600]), ("BTC.close",), np.ones((1, 1)), 300)
    with pytest.raises(PriceDataError, match="cannot hold"):
        PriceTable(np.array([], dtype=np.int64), ("BTC.close",), np.ones((0, 1)), 300)
    with pytest.raises(PriceDataError, match="interval"):
        table([300], [1.0], interval=0)


@given(tables())
def test_segments_are_runs_of_the_interval_and_hold_every_row_once(made: PriceTable) -> None:
    rows: list[int] = []
    for start, stop in made.segments():
        assert (np.diff(made.times[start:stop]) == made.interval).all()
        if stop < len(made):
            assert made.times[stop] - made.times[stop - 1] > made.interval
        rows += range(start, stop)
    assert rows == list(range(len(made)))


def test_a_table_cannot_be_written_to() -> None:
    made = table([300, 600], [1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        made.values[0, 0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        made.times[0] = 5


def test_split_cuts_by_time_and_loses_no_row() -> None:
    made = table([300 * i for i in range(1, 11)], [float(i) for i in range(1, 11)])
    train, holdout = made.split(0.2)
    assert (len(train), len(holdout)) == (8, 2)
    assert train.times[-1] < holdout.times[0]
    assert np.concatenate([train.values, holdout.values]).tolist() == made.values.tolist()


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, 1e-9, float("nan")])
def test_a_split_that_leaves_a_side_empty_is_refused(fraction: float) -> None:
    with pytest.raises(PriceDataError):
        table([300, 600], [1.0, 2.0]).split(fraction)


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (-1, 1), (0, 3), (2, 1)])
def test_rows_outside_the_table_are_refused(start: int, stop: int) -> None:
    with pytest.raises(PriceDataError, match="of 2 rows"):
        table([300, 600], [1.0, 2.0]).rows(start, stop)


def test_tables_that_differ_in_anything_are_unequal() -> None:
    made = table([300, 900], [1.0, 2.0])
    assert made == table([300, 900], [1.0, 2.0])
    assert made != table([300, 1200], [1.0, 2.0])
    assert made != table([300, 900], [1.0, 3.0])
    assert made != table([300, 900], [1.0, 2.0], interval=600)
    assert made != "a table"


def test_a_column_is_found_by_name() -> None:
    made = PriceTable(np.array([300]), ("BTC.close", "ETH.close"), np.array([[1.0, 2.0]]), 300)
    assert made.coins == ("BTC", "ETH")
    assert made.column("ETH.close").tolist() == [2.0]
    with pytest.raises(PriceDataError, match=r"LTC\.close"):
        made.column("LTC.close")
