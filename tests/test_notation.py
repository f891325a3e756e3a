"""Durations, shares, amounts and times: what is shown can be given, and means the same."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.parameters import Amount, Duration, Moment, Ppm, Share, Shares
from hyperbounty.durations import format_duration, parse_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.format import moment, parse_percent, percent
from hyperbounty.money import COIN, format_amount

PPM = 1_000_000


def read(kind: click.ParamType[Any], text: str) -> Any:
    return kind.convert(text, None, None)


@given(st.integers(0, 2**40))
def test_a_duration_that_is_shown_is_read(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds
    assert read(Duration(least=0), format_duration(seconds)) == seconds


@given(st.integers(0, 10**7))
def test_a_fraction_of_a_second_is_kept(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds / 1000)) == milliseconds / 1000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", 7_200),
        ("7d", 604_800),
        ("1d 12h", 129_600),
        ("1d12h", 129_600),
        ("1.5h", 5_400),
        (" 90 S ", 90),
        ("5 min", 300),
        ("2 weeks", 1_209_600),
        ("3600", 3_600),
        ("1h 30m 5s", 5_405),
    ],
)
def test_a_duration_may_be_written_in_several_ways(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "h", "2x", "1h 2h", "2h 1d", "5 3h", "1h 30", "-5s", "1e3", "two hours", "9" * 400]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no duration"):
        parse_duration(text)


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        assert parse_duration(text) >= 0


@pytest.mark.parametrize("text", ["0.5s", "0", "0s"])
def test_an_option_takes_whole_seconds(text: str) -> None:
    with pytest.raises(click.BadParameter, match="whole seconds, and 1s or more"):
        read(Duration(), text)


@given(st.integers(0, PPM))
def test_a_share_that_is_shown_is_read(ppm: int) -> None:
    assert parse_percent(percent(ppm)) == ppm
    assert parse_percent(str(ppm / PPM) if ppm / PPM >= 1e-4 else f"{ppm / PPM:f}") == ppm
    assert read(Ppm(), Ppm().write(ppm)) == ppm
    assert read(Share(0, PPM), Share(0, PPM).write(ppm / PPM)) == ppm / PPM


@pytest.mark.parametrize("text", ["", "%", "101%", "1.1", "-1%", "nan", "1e-3", "0.00001%", "53 percent"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_percent(text)


@given(st.lists(st.integers(1, 2_000), max_size=7))
def test_prizes_that_are_shown_are_read(parts: list[int]) -> None:
    known = parts[:4]
    shares = (*known, 10_000 - sum(known))
    assert read(Shares(), Shares().write(shares)) == shares
    assert read(Shares(), ", ".join(percent(share * 100) for share in shares)) == shares


@given(st.integers(0, 2**200))
def test_an_amount_that_is_shown_is_read(amount: int) -> None:
    assert COIN.units(read(Amount(), format_amount(amount))) == amount


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31)))
def test_a_time_that_is_shown_is_read(time: datetime) -> None:
    shown = moment(int(time.replace(tzinfo=UTC, microsecond=0).timestamp()))
    assert moment(int(read(Moment(), shown).timestamp())) == shown


@pytest.mark.parametrize("text", ["2026-11-21", "2026-11-21 00:00", "2026-11-21T00:00:00Z"])
def test_a_date_is_a_time_in_utc(text: str) -> None:
    assert read(Moment(), text) == datetime(2026, 11, 21, tzinfo=UTC)


def test_what_is_no_date_is_refused_with_one() -> None:
    with pytest.raises(click.BadParameter, match=r"is no date such as 2026-11-21"):
        read(Moment(), "21.11.2026")
