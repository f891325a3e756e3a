import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.wording import worded
from hyperbounty.errors import PriceDataError
from hyperbounty.prices.cleaning import clean
from hyperbounty.prices.csv_source import CsvSource
from hyperbounty.prices.report import CleaningReport, CoinReport
from hyperbounty.prices.source import CoinSeries
from hyperbounty.prices.table import PriceTable


def series(steps: list[int], closes: list[float] | None = None, volumes: list[float] | None = None) -> CoinSeries:
    """A row at each of the given multiples of 300 s."""
    times = np.array(steps, dtype=np.int64) * 300
    close = np.array(closes if closes is not None else [100.0 + step for step in steps])
    volume = np.array(volumes if volumes is not None else [1.0] * len(steps))
    return CoinSeries(times, close, volume)


def cleaned(*coins: CoinSeries, fill: int = 2) -> tuple[PriceTable, CleaningReport]:
    return clean(dict(zip(("BTC", "ETH", "LTC"), coins, strict=False)), fill=fill, minimum_rows=1, most_lost=1.0)


def of(report: CleaningReport, coin: str = "BTC") -> CoinReport:
    return next(entry for entry in report.coins if entry.coin == coin)


def steps(table: PriceTable) -> list[int]:
    return [int(time) // 300 for time in table.times]


def test_clean_prices_pass_unchanged() -> None:
    table, report = cleaned(series([1, 2, 3, 4]), series([1, 2, 3, 4], [5.0, 6.0, 7.0, 8.0], [0.0, 1.0, 2.0, 3.0]))
    assert table.columns == ("BTC.close", "BTC.volume", "ETH.close", "ETH.volume")
    assert table.values[:, 2:].tolist() == [[5.0, 0.0], [6.0, 1.0], [7.0, 2.0], [8.0, 3.0]]
    assert (steps(table), table.interval) == ([1, 2, 3, 4], 300)
    assert all(coin.dropped == () and coin.filled == 0 and not coin.reordered for coin in report.coins)


def test_of_repeated_times_the_last_row_stays_and_disagreement_is_told() -> None:
    table, report = cleaned(series([1, 2, 2, 3, 3, 4], [1.0, 2.0, 2.0, 3.0, 3.5, 4.0]))
    assert table.column("BTC.close").tolist() == [1.0, 2.0, 3.5, 4.0]
    assert of(report).dropped == (("repeated time", 2),)
    assert of(report).conflicting == 1


def test_an_unusable_repeat_does_not_replace_a_good_row() -> None:
    table, report = cleaned(series([1, 2, 2, 3], [1.0, 2.0, np.nan, 3.0]))
    assert table.column("BTC.close").tolist() == [1.0, 2.0, 3.0]
    assert of(report).dropped == (("no usable price", 1),)


def test_descending_rows_are_sorted_and_that_is_told() -> None:
    table, report = cleaned(series([4, 3, 2, 1]))
    assert steps(table) == [1, 2, 3, 4]
    assert of(report).reordered
    assert any("sorted by time" in line for line in report.lines())


@pytest.mark.parametrize("price", [np.nan, np.inf, 0.0, -1.0])
def test_a_row_without_a_usable_price_is_dropped_and_counted(price: float) -> None:
    table, report = cleaned(series([1, 2, 3, 4, 5], [1.0, 2.0, price, 4.0, 5.0]), fill=0)
    assert steps(table) == [1, 2, 4, 5]
    assert of(report).dropped == (("no usable price", 1),)


@pytest.mark.parametrize("volume", [np.nan, np.inf, -1.0])
def test_a_row_without_a_usable_volume_is_dropped_and_counted(volume: float) -> None:
    _, report = cleaned(series([1, 2, 3, 4, 5], volumes=[1.0, 1.0, volume, 1.0, 1.0]), fill=0)
    assert of(report).dropped == (("no usable volume", 1),)


def test_short_gaps_repeat_the_row_before_and_longer_ones_stay() -> None:
    table, report = cleaned(series([1, 2, 3, 6, 7, 11, 12], volumes=[1, 2, 3, 6, 7, 11, 12]))
    assert steps(table) == [1, 2, 3, 4, 5, 6, 7, 11, 12]
    assert table.column("BTC.close").tolist()[2:5] == [103.0] * 3
    assert table.column("BTC.volume").tolist()[2:5] == [3.0] * 3
    assert of(report).filled == 2
    assert [(gap.after, gap.seconds) for gap in report.gaps] == [(2100, 1200)]
    assert table.segments().tolist() == [[0, 7], [7, 9]]


def test_rows_off_the_clock_are_dropped() -> None:
    raw = series([1, 2, 3, 4, 5, 6])
    raw.times[3] += 7
    table, report = cleaned(raw, fill=0)
    assert steps(table) == [1, 2, 3, 5, 6]
    assert of(report).dropped == (("off the clock of 300 s", 1),)


def test_a_clock_that_does_not_start_at_a_multiple_is_kept() -> None:
    raw = series([1, 2, 3, 4])
    table, _ = cleaned(CoinSeries(raw.times + 17, raw.close, raw.volume))
    assert table.times.tolist() == [317, 617, 917, 1217]


def test_only_times_that_every_coin_has_stay() -> None:
    table, report = cleaned(series([1, 2, 3, 4, 5]), series([3, 4, 5, 6]), fill=0)
    assert steps(table) == [3, 4, 5]
    assert of(report, "BTC").dropped == (("no row of another coin at that time", 2),)
    assert of(report, "ETH").dropped == (("no row of another coin at that time", 1),)


def test_a_gap_of_one_coin_is_a_gap_of_the_table() -> None:
    table, report = cleaned(series([1, 2, 3, 8, 9]), series(list(range(1, 10))))
    assert table.segments().tolist() == [[0, 3], [3, 5]]
    assert of(report, "ETH").dropped == (("no row of another coin at that time", 4),)


def test_a_leap_in_price_is_kept_and_told() -> None:
    table, report = cleaned(series([1, 2, 3, 4], [100.0, 101.0, 1.0, 100.0]))
    assert len(table) == 4
    assert of(report).jumps == 2


def test_what_the_source_left_out_is_in_the_report() -> None:
    raw = series([1, 2, 3, 4])
    _, report = cleaned(CoinSeries(raw.times, raw.close, raw.volume, (("unfinished last line", 1),)))
    assert of(report).received == 5
    assert of(report).dropped == (("unfinished last line", 1),)


@pytest.mark.heavy
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 40),
                st.sampled_from([0, 0, 0, 0, 5]),
                st.sampled_from([1.0, 2.0, np.nan, -1.0]),
                st.sampled_from([0.0, 3.0, np.nan]),
            ),
            min_size=1,
            max_size=50,
        ),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 3),
)
def test_every_row_is_accounted_for_and_nothing_is_made_up(
    coins: list[list[tuple[int, int, float, float]]], fill: int
) -> None:
    # Some regular rows around the random ones, so that the interval is 300 s whatever is drawn.
    regular = [(step, 0, 1.5 + step % 2, 1.0) for step in range(100, 160)]
    raw = {}
    for name, rows in zip(("BTC", "ETH", "LTC"), coins, strict=False):
        drawn = [*rows, *regular]
        raw[name] = CoinSeries(
            np.array([300 * step + jitter for step, jitter, _, _ in drawn]),
            np.array([price for _, _, price, _ in drawn]),
            np.array([volume for _, _, _, volume in drawn]),
        )
    table, report = clean(raw, fill=fill, minimum_rows=1, most_lost=1.0)
    assert table.interval == 300
    for name, given_rows in raw.items():
        coin = of(report, name)
        assert coin.received - sum(count for _, count in coin.dropped) + coin.filled == len(table)
        known = set(zip(given_rows.times.tolist(), given_rows.close.tolist(), strict=True))
        column = table.column(f"{name}.close")
        own = [(time, close) in known for time, close in zip(table.times.tolist(), column.tolist(), strict=True)]
        assert len(own) - sum(own) <= coin.filled
        for row in np.flatnonzero(~np.array(own)):
            origins = [(int(table.times[row]) - 300 * back, float(column[row])) for back in range(1, fill + 1)]
            assert any(origin in known for origin in origins)


@pytest.mark.parametrize("count", [2, 99])
def test_too_little_to_train_on_is_refused(count: int) -> None:
    with pytest.raises(PriceDataError, match=r"BTC has 2 usable rows|99 rows are left") as caught:
        clean({"BTC": series(list(range(count)))})
    assert caught.value.next_step


def test_coins_that_do_not_overlap_are_refused() -> None:
    with pytest.raises(PriceDataError, match="0 rows are left that all coins have"):
        clean({"BTC": series(list(range(200))), "ETH": series(list(range(500, 700)))})


def test_coins_at_different_intervals_are_refused() -> None:
    with pytest.raises(PriceDataError, match="BTC 300 s, ETH 600 s"):
        clean({"BTC": series(list(range(200))), "ETH": series(list(range(0, 400, 2)))})


def test_prices_at_another_interval_than_asked_for_are_refused() -> None:
    raw = {"BTC": series(list(range(200)))}
    assert clean(raw, 300)[0].interval == 300
    with pytest.raises(PriceDataError, match="a row every 300 s, where 600 s is asked"):
        clean(raw, 600)


def test_nothing_but_one_time_is_refused() -> None:
    with pytest.raises(PriceDataError, match="every 0 s"):
        clean({"BTC": series([5] * 200)})
    with pytest.raises(PriceDataError, match="no coin"):
        clean({})


def test_a_time_far_off_costs_no_memory() -> None:
    table, report = cleaned(series([1, 2, 3, 300_000_000]))
    assert len(table) == 4
    assert len(report.gaps) == 1


def test_the_report_is_json_with_every_count() -> None:
    _, report = cleaned(series([1, 2, 2, 3, 5, 9, 10]))
    document = json.loads(json.dumps(report.to_json()))
    assert document["rows"] == report.rows == 7
    assert document["coins"]["BTC"]["dropped"] == {"repeated time": 1}
    assert document["coins"]["BTC"]["filled"] == 1
    assert document["gap_count"] == len(document["gaps"]) == 1


@pytest.mark.real_data
def test_the_candles_of_2019_lose_83_repeats_and_keep_their_gap(real_data: Path) -> None:
    table, report = clean(CsvSource(real_data / "prices-5m-2019").fetch())
    assert len(table) == 24_216 - 83
    for coin in report.coins:
        assert coin.dropped == (("repeated time", 83),)
        assert (coin.filled, coin.conflicting, coin.jumps) == (0, 0, 0)
    assert [gap.seconds for gap in report.gaps] == [21_900]
    assert len(table.segments()) == 2
    assert "the longest 6h 5m" in report.lines()[1]


@pytest.mark.real_data
def test_the_ticks_of_2022_are_clean(real_data: Path) -> None:
    table, report = clean(CsvSource(real_data / "coinpaprika-5m-2022").fetch())
    assert (len(table), table.interval, report.gaps) == (211, 300, ())
    assert table.column("BTC.close")[0] == 35446.03


def regular(count: int = 200) -> CoinSeries:
    return series(list(range(count)), [100.0 + step % 7 for step in range(count)])


@pytest.mark.parametrize(
    ("fault", "reason", "step"),
    [
        ("price", "11 no usable price", "longer interval"),
        ("volume", "11 no usable volume", "longer interval"),
        ("trade", "11 without a trade", "longer interval"),
        ("clock", "11 off the clock of 300 s", "zone=America/New_York"),
        ("time", "11 repeated time", "one coin and one interval a file"),
    ],
)
def test_if_more_than_one_row_in_twenty_would_go_the_coin_is_refused(fault: str, reason: str, step: str) -> None:
    for lost in (10, 11):
        raw = regular()
        rows = np.arange(5, 5 + 3 * lost, 3)
        if fault in ("price", "trade"):
            raw.close[rows] = np.nan
        if fault in ("volume", "trade"):
            raw.volume[rows] = np.nan
        if fault == "clock":
            raw.times[rows] += 7
        if fault == "time":
            raw.times[rows] = raw.times[rows + 1]
        if lost == 10:
            assert sum(count for _, count in of(clean({"BTC": raw})[1]).dropped) == 10
            continue
        with pytest.raises(PriceDataError, match=f"BTC would lose 11 of 200 rows: {reason}") as caught:
            clean({"BTC": raw})
        assert step in caught.value.next_step
        assert "delete" not in caught.value.next_step


def test_reasons_count_together() -> None:
    raw = regular()
    raw.close[10:16] = np.nan
    raw.times[50:56] += 7
    with pytest.raises(PriceDataError, match="12 of 200 rows: 6 no usable price, 6 off the clock"):
        clean({"BTC": raw})


def test_coins_that_share_too_little_are_told_which_time_they_share() -> None:
    later = CoinSeries(regular().times[20:], regular().close[20:], regular().volume[20:])
    with pytest.raises(PriceDataError, match="BTC would lose 20 of 200 rows: 20 no row of another coin") as caught:
        clean({"BTC": regular(), "ETH": later})
    assert worded(caught.value.next_step) == (
        "ask for the time that all coins have, --start 1970-01-01T01:40:00 --end 1970-01-01T16:35:00, or leave a coin "
        "out with --coins"
    )


@pytest.mark.parametrize("written", ["absent", "nan", "zero", "before"])
def test_a_gap_is_one_however_it_is_written(written: str) -> None:
    raw = regular(300)
    gap = np.arange(100, 110)
    if written == "absent":
        raw = CoinSeries(np.delete(raw.times, gap), np.delete(raw.close, gap), np.delete(raw.volume, gap))
    else:
        price = {"nan": np.nan, "zero": 0.0, "before": raw.close[99]}[written]
        raw.close[gap], raw.volume[gap] = price, np.nan if written == "nan" else 0.0
    table, report = clean({"BTC": raw})
    assert (len(table), table.segments().tolist()) == (290, [[0, 100], [100, 290]])
    assert of(report).dropped == (() if written == "absent" else (("without a trade", 10),))


def test_one_or_two_rows_without_a_trade_are_kept_with_their_price() -> None:
    raw = regular()
    raw.close[50:52], raw.volume[50:52] = raw.close[49], 0.0
    table, report = clean({"BTC": raw})
    assert (table.column("BTC.close").tolist(), of(report).dropped) == (raw.close.tolist(), ())


def test_a_coarse_price_is_named_and_a_flat_one_refused() -> None:
    times = list(range(400))
    coarse = series(times, [0.000008 if step % 90 < 60 else 0.000007 for step in times])
    _, report = clean({"BTC": coarse})
    assert of(report).is_coarse
    assert of(report).prices == 2
    assert (
        "A flat or coarse price: it has 2 values, and 98% of its rows have the price of the row before"
        in (report.lines()[-1])
    )
    _, report = clean({"BTC": regular(400)})
    assert not of(report).is_coarse
    with pytest.raises(PriceDataError, match="the price of BTC is 8e-06 in all of its 400 rows"):
        clean({"BTC": series(times, [0.000008] * 400)})
