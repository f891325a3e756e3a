"""What a server says by HTTP: bounded bodies, and how long to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.http_answers import AnswerTooLong, read_body, retry_after_s

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@given(st.lists(st.binary(max_size=20)), st.integers(0, 100))
def test_a_body_is_whole_or_refused(pieces: list[bytes], most: int) -> None:
    whole = b"".join(pieces)
    if len(whole) <= most:
        assert read_body(pieces, most) == whole
    else:
        with pytest.raises(AnswerTooLong, match=f"more than {most} bytes"):
            read_body(pieces, most)


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    read = 0

    def endless() -> object:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 10

    with pytest.raises(AnswerTooLong):
        read_body(endless(), 100)  # type: ignore[arg-type]
    assert read == 11


@given(st.integers(0, 10**6))
def test_seconds_and_dates_say_the_same(seconds: int) -> None:
    date = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_s(str(seconds), 0.0) == seconds
    assert retry_after_s(date, NOON.timestamp()) == seconds


@given(st.text())
def test_whatever_is_said_it_is_a_number_of_seconds(header: str) -> None:
    assert retry_after_s(header, NOON.timestamp()) >= 0


@pytest.mark.parametrize("header", ["", "soon", "-5", "1.5", "²", "٣", "Mon, 30 Nov 2026 11:59:00 GMT"])
def test_what_cannot_be_read_or_is_over_asks_for_nothing(header: str) -> None:
    assert retry_after_s(header, NOON.timestamp()) == 0
