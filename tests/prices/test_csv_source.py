import gzip
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hyperbounty.cli.wording import worded
from hyperbounty.errors import PriceDataError
from hyperbounty.prices import csv_cells
from hyperbounty.prices.csv_file import read_coin
from hyperbounty.prices.csv_source import CsvSource
from hyperbounty.prices.source import CoinSeries, FetchProgress

START = 1_546_617_600
HEADER = "time,open,high,low,close,volume\n"


def lines(count: int = 200) -> list[str]:
    return [f"{START + 300 * i},10.0,20.0,9.0,{10 + i % 7}.5,{i}.25" for i in range(count)]


def headed(count: int = 200) -> str:
    return HEADER + "\n".join(lines(count)) + "\n"


def read(folder: Path, text: str | bytes, name: str = "BTC-USD.csv") -> CoinSeries:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return CsvSource(folder).fetch()["BTC"]


def refusal(folder: Path, text: str | bytes) -> PriceDataError:
    with pytest.raises(PriceDataError, match=r"BTC-USD\.csv") as caught:
        read(folder, text)
    assert caught.value.next_step
    return caught.value


def test_candles_without_a_header(tmp_path: Path) -> None:
    series = read(tmp_path, "1546617600,1.0,4.0,2.0,3.0,5.5\n1546617900,1,4,2,3.5,6\n1546618200,1,4,2,3.25,7\n")
    assert series.times.tolist() == [1546617600, 1546617900, 1546618200]
    assert series.close.tolist() == [3.0, 3.5, 3.25]
    assert series.volume.tolist() == [5.5, 6.0, 7.0]


def test_ticks_without_a_header(tmp_path: Path) -> None:
    text = "".join(f"2022-05-08T00:{minute:02}:00Z,{100 + minute}.5,9{minute},7\n" for minute in (0, 5, 10))
    series = read(tmp_path, text)
    assert series.times.tolist() == [1651968000, 1651968300, 1651968600]
    assert series.close.tolist() == [100.5, 105.5, 110.5]
    assert series.volume.tolist() == [90.0, 95.0, 910.0]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("time,open,high,low,close,volume", "{s},1,3,1,2.5,3"),
        ("Timestamp,Close,Volume", "{s},2.5,3"),
        ("Volume,CLOSE,Low,High,Open,Date", "3,2.5,1,3,1,{iso}"),
        ("date,price,volume_24h", "{iso}Z,2.5,3"),
        ("unix,date,symbol,close,volume", '{s}000,{iso},"BTC,USD",2.5,3'),
        ("datetime, close , volume", "{iso}+00:00, 2.5, 3"),
    ],
)
def test_a_header_may_name_its_columns_in_any_order_and_case(tmp_path: Path, header: str, line: str) -> None:
    rows = [
        line.format(s=START + 300 * i, iso=f"2019-01-04 16:{5 * i:02}:00")  # START is 16:00 that day
        for i in range(3)
    ]
    series = read(tmp_path, "\n".join([header, *rows, ""]))
    assert series.times.tolist() == [START, START + 300, START + 600]
    assert series.close.tolist() == [2.5] * 3
    assert series.volume.tolist() == [3.0] * 3


@pytest.mark.parametrize("change", [lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t, lambda t: t + "\n\n"])
def test_line_ends_byte_order_mark_and_blank_tail_make_no_difference(tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    series = read(tmp_path, change(headed(5)))
    assert len(series) == 5
    assert series.dropped == ()


def test_a_descending_file_is_read_in_its_own_order(tmp_path: Path) -> None:
    series = read(tmp_path, HEADER + "\n".join(reversed(lines())) + "\n")
    assert np.all(np.diff(series.times) == -300)


def test_blank_and_nan_cells_are_missing_values(tmp_path: Path) -> None:
    text = headed().replace(f"{START + 300},10.0,20.0,9.0,11.5,1.25", f"{START + 300},10.0,20.0,9.0,,NaN")
    series = read(tmp_path, text)
    assert np.isnan(series.close[1])
    assert np.isnan(series.volume[1])
    assert np.isfinite(np.delete(series.close, 1)).all()


def test_a_last_line_without_newline_is_left_out_and_counted(tmp_path: Path) -> None:
    series = read(tmp_path, headed()[:-4])
    assert len(series) == 199
    assert series.dropped == (("unfinished last line", 1),)


@given(st.lists(st.floats(min_value=1e-12, max_value=1e12), min_size=3, max_size=30))
def test_prices_are_read_to_the_last_bit(tmp_path_factory: pytest.TempPathFactory, prices: list[float]) -> None:
    path = tmp_path_factory.mktemp("exact") / "BTC.csv"
    path.write_text("time,close,volume\n" + "".join(f"{START},{price!r},{price:.12f}\n" for price in prices))
    series = read_coin(path)
    assert series.close.tolist() == prices
    assert series.volume.tolist() == [float(f"{price:.12f}") for price in prices]


def test_times_of_one_column_may_differ_in_zone_and_precision(tmp_path: Path) -> None:
    times = ["2019-01-04T16:00:00Z", "2019-01-04T17:05:00+01:00", "2019-01-04 16:10", "20190104T161500.75Z"]
    series = read(tmp_path, "".join(f"{time},1,2,3\n" for time in times))
    assert series.times.tolist() == [START, START + 300, START + 600, START + 900]


@pytest.mark.parametrize("cell", ["now", "today", "2019", "2019-01", "", "nan", "2019-01-04x", "16:00", "2019-02-30"])
def test_a_time_is_at_least_a_whole_date(tmp_path: Path, cell: str) -> None:
    error = refusal(tmp_path, f"2019-01-04,1,2,3\n{cell},1,2,3\n2019-01-05,1,2,3\n")
    assert f"1 with an unreadable time, first in line 2: {cell!r}" in error.what


@pytest.mark.parametrize("text", ["", "\n\n", "  ", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    assert "empty" in str(refusal(tmp_path, text))


def test_html_and_json_where_csv_was_expected_are_named(tmp_path: Path) -> None:
    assert "HTML, not CSV" in str(refusal(tmp_path, "\n<!DOCTYPE html><html><body>404</body></html>"))
    assert "JSON, not CSV" in str(refusal(tmp_path, '{"error": "rate limited"}'))


@pytest.mark.parametrize("count", [1, 2])
def test_a_file_of_two_rows_is_refused(tmp_path: Path, count: int) -> None:
    error = refusal(tmp_path, HEADER + "".join(f"{line}\n" for line in lines(count)))
    assert f"has {count} complete rows" in str(error)


def test_a_file_without_a_row_is_refused(tmp_path: Path) -> None:
    assert "no line with a time and prices" in str(refusal(tmp_path, HEADER))


def test_a_file_cut_within_a_line_is_to_be_got_again(tmp_path: Path) -> None:
    error = refusal(tmp_path, headed() + "1546677600,10.0,1")
    assert "line 202, its last, has 3 fields where 6 are expected" in error.what
    assert "cut short" in error.next_step


@pytest.mark.parametrize(
    ("line", "count"), [("1546617600,1.0", 2), ("1546617600,1,1,1,1,1,1,1", 8), ("Source: somebody", 1)]
)
def test_lines_of_another_shape_are_left_out_and_counted_up_to_one_in_twenty(
    tmp_path: Path, line: str, count: int
) -> None:
    series = read(tmp_path, "\n".join([*lines(100), line, ""]))
    assert (len(series), series.dropped) == (100, (("a line of another shape", 1),))
    assert f"line 101 has a line of another shape: {count} fields where 6 are expected" in series.notes[0]
    error = refusal(tmp_path, "\n".join([*lines(5), line, *lines(5), ""]))
    assert f"1 of 11 rows cannot be used: 1 with a line of another shape, first in line 6: {count} fields" in error.what


@pytest.mark.parametrize("between", ["", "   ", "# from January on", HEADER.strip(), ",,,,,"])
def test_blank_lines_remarks_and_headers_between_the_rows_are_no_rows(tmp_path: Path, between: str) -> None:
    series = read(tmp_path, HEADER + "\n".join([*lines(5), between, *lines(10)[5:], ""]))
    assert (len(series), series.dropped, series.notes) == (10, (), ())
    assert series.times.tolist() == [START + 300 * i for i in range(10)]


@pytest.mark.parametrize(
    ("old", "new", "reason", "shown"),
    [
        (",10.5,0.25", ",ten,0.25", "an unreadable number", "line 2 has .*: 'ten'"),
        (",11.5,1.25", ",11.5,1.2.5", "an unreadable number", "line 3 has .*: '1.2.5'"),
        (f"{START + 600},", "yesterday,", "an unreadable time", "line 4 has .*: 'yesterday'"),
        (f"{START + 600},", "nan,", "an unreadable time", "line 4 has .*: 'nan'"),
        (f"{START + 600},", "12,", "an unreadable time", "line 4 has .*: '12'"),
        (f"{START + 600},", f"{START}000000000000,", "an unreadable time", "line 4 has .*: '1546617600000000000000'"),
        (",12.5,2.25", ",-12.5,2.25", "an unreadable number", "line 4 has .*: '-12.5'"),
        (",12.5,2.25", ",12.5,-2.25", "an unreadable number", "line 4 has .*: '-2.25'"),
    ],
)
def test_a_cell_that_cannot_be_costs_its_row_and_is_named(
    tmp_path: Path, old: str, new: str, reason: str, shown: str
) -> None:
    text = headed()
    assert old in text
    series = read(tmp_path, text.replace(old, new, 1))
    assert (len(series), series.dropped) == (199, ((reason, 1),))
    assert re.search(shown, series.notes[0])
    short = refusal(tmp_path, headed(12).replace(old, new, 1))
    assert f"1 of 12 rows cannot be used: 1 with {reason}" in short.what


def test_a_file_ridden_with_nan_is_refused_with_the_first_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, headed(100).replace("11.5", "nan"))
    assert "15 of 100 rows cannot be used: 15 with no price, first in line 3" in error.what


def test_a_header_without_a_needed_column_says_which_and_how_to_name_it(tmp_path: Path) -> None:
    error = refusal(tmp_path, headed().replace("volume", "amount"))
    assert "no column 'volume': time, open, high, low, close, amount" in error.what
    assert worded(error.next_step).startswith("say which it is: --columns time=Date,close=Close,volume=Volume")
    assert "no column 'close'" in str(refusal(tmp_path, headed().replace("close", "schlecht")))
    odd = HEADER.replace("time", "when") + "".join(f"{START + i * i},2,3,1,2,5\n" for i in range(9))
    assert "no column 'time'" in str(refusal(tmp_path, odd))
    assert "none that can be a volume" in str(refusal(tmp_path, "".join(f"{START + i},2,3,1,2\n" for i in range(9))))


def test_a_column_of_times_at_equal_steps_is_the_time_whatever_its_title(tmp_path: Path) -> None:
    assert read(tmp_path, headed(5).replace("time", "when")).times.tolist() == [START + 300 * i for i in range(5)]


@pytest.mark.parametrize("name", ["BTC.csv", "btc-usd.csv", "BTC-USD.CSV"])
def test_a_coin_is_recognised_by_the_name_of_its_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("not prices")
    assert len(read(tmp_path, headed(), name)) == 200


def test_only_the_coins_asked_for_are_read(tmp_path: Path) -> None:
    (tmp_path / "ETH.csv").write_text("<html>")
    assert CsvSource(tmp_path).coins() == ("ETH",)
    (tmp_path / "BTC.csv").write_text(headed())
    seen: list[FetchProgress] = []
    assert list(CsvSource(tmp_path).fetch(["btc", "BTC"], seen.append)) == ["BTC"]
    assert seen == [FetchProgress("BTC", 1, 1)]


def test_a_coin_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    for name in ("BTC.csv", "ETH-USD.csv"):
        (tmp_path / name).write_text(headed())
    with pytest.raises(PriceDataError, match="DOGE is not among") as caught:
        CsvSource(tmp_path).fetch(["DOGE"])
    assert caught.value.next_step == "choose from BTC, ETH"


def test_a_folder_that_gives_no_prices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PriceDataError, match="does not exist"):
        CsvSource(tmp_path / "nowhere").fetch()
    with pytest.raises(PriceDataError, match="no CSV of a coin"):
        CsvSource(tmp_path).fetch()
    (tmp_path / "BTC.csv").write_text(headed())
    with pytest.raises(PriceDataError, match="is a file"):
        CsvSource(tmp_path / "BTC.csv").fetch()
    (tmp_path / "BTC-USD.csv").write_text(headed())
    with pytest.raises(PriceDataError, match="both prices of BTC"):
        CsvSource(tmp_path).fetch()


def test_the_description_tells_the_coins_and_no_path(tmp_path: Path) -> None:
    (tmp_path / "BTC.csv").write_text(headed())
    source = CsvSource(tmp_path)
    assert (source.name, source.synthetic) == ("csv", False)
    assert "BTC" in source.description
    assert str(tmp_path) not in source.description


@pytest.mark.parametrize(
    "name", ["BTC.csv.gz", "btc_usdt.CSV", "BTC-USDC.tsv", "BTC-USD.txt", "BTC.zip", "BTC-USD.csv.zip"]
)
def test_files_are_named_after_their_coin(tmp_path: Path, name: str) -> None:
    for other in ("notes.txt", "BTC-EUR.csv", "BTC.csv.bak", "my-BTC.csv"):
        (tmp_path / other).write_text("not prices")
    data = headed(5).encode()
    if name.endswith(("gz", "zip")):  # what a file is, its bytes say
        data = gzip.compress(data)
    assert len(read(tmp_path, data, name)) == 5


def test_only_the_time_that_is_asked_for_is_read(tmp_path: Path) -> None:
    (tmp_path / "BTC.csv").write_text(headed())
    start, end = (datetime.fromtimestamp(START + 300 * row, UTC) for row in (10, 19))
    series = CsvSource(tmp_path, start=start, end=end).fetch()["BTC"]
    assert series.times.tolist() == [START + 300 * row for row in range(10, 20)]
    with pytest.raises(PriceDataError, match="no price of the time") as caught:
        CsvSource(tmp_path, start=datetime(2030, 1, 1, tzinfo=UTC)).fetch()
    assert worded(caught.value.next_step) == "it goes from 2019-01-04 to 2019-01-05: choose within, --start 2019-01-04"


@pytest.mark.parametrize(("last", "kept"), [("10.5,0.25", True), ("10.5,0.2", False), ("10.5,7", False)])
def test_a_last_line_without_its_end_stays_where_it_cannot_have_been_cut(tmp_path: Path, last: str, kept: bool) -> None:
    text = headed(50) + f"{START + 300 * 50},10.0,20.0,9.0,{last}"
    series = read(tmp_path, text)
    assert (len(series), series.dropped) == ((51, ()) if kept else (50, (("unfinished last line", 1),)))
    assert len(read(tmp_path, gzip.compress(text.encode()))) == 51


def test_rows_are_the_same_however_the_file_falls_into_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = headed(300).replace(",12.5,", ",,", 10).replace("\n", "\r\n") + "a footer\n"
    whole = read(tmp_path, text)
    for size in (1, 100, 1_000, 7_777):
        monkeypatch.setattr(csv_cells, "_PIECE_BYTES", size)
        pieces = read(tmp_path, text)
        for one, other in zip(columns(whole), columns(pieces), strict=True):
            assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        assert (pieces.dropped, pieces.notes) == (whole.dropped, whole.notes)


def columns(series: CoinSeries) -> tuple[NDArray[Any], ...]:
    return series.times, series.close, series.volume


@pytest.mark.parametrize("newest_first", [False, True])
def test_months_that_were_joined_with_what_stands_above_them_lose_no_row(tmp_path: Path, newest_first: bool) -> None:
    above = "https://example.org/prices\n" + HEADER
    months = [lines()[start : start + 50] for start in range(0, 200, 50)]
    text = "".join(above + "\n".join(month[::-1] if newest_first else month) + "\n" for month in months)
    series = read(tmp_path, text)
    assert sorted(series.times.tolist()) == [START + 300 * i for i in range(200)]
    assert (series.dropped, series.notes) == ((), ())


def test_a_zone_that_may_be_several_is_named(tmp_path: Path) -> None:
    text = HEADER + "".join(f"2019-01-{day} 00:00 IST,10,20,9,15,1\n" for day in range(10, 30))
    assert "the time '2019-01-10 00:00 IST', and IST is the name of several zones" in refusal(tmp_path, text).what


def test_titles_may_begin_with_the_coin(tmp_path: Path) -> None:
    text = headed(5).replace(HEADER, "Date,BTC Open,BTC High,BTC Low,BTC-USD Close,BTC Volume\n")
    assert len(read(tmp_path, text)) == 5
