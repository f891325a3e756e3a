"""How far long work is: in words, at once, and again and again where nobody sees a bar."""

from __future__ import annotations

import io
import re
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.progress import LINE_SECONDS, Work, lines, progress, say_above, time_left


def test_a_log_without_a_terminal_gets_a_line_at_once_and_each_half_minute() -> None:
    assert LINE_SECONDS == 30
    said: SimpleQueue[str] = SimpleQueue()
    work = Work("training", total=10, unit="epochs")
    with lines(work, said.put, every_seconds=0.001):
        assert said.get() == "training …"
        work.update(done=5)
        while not said.get().startswith("training: 5 of 10 epochs, 50%, less than a minute left"):
            pass
        work.update(done=7, what="compiling")
        while not said.get().startswith("compiling: 7 of 10 epochs, 70%"):
            pass


def test_what_takes_long_is_said_on_standard_error_before_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("fetching prices"):
        assert capsys.readouterr() == ("", "")
    with progress("training", is_long=True):
        out, err = capsys.readouterr()
        assert (out, err) == ("", "training …\n")
        say_above("a remark")
        assert capsys.readouterr().err == "a remark\n"


def test_work_that_nobody_can_count_says_how_long_it_has_taken() -> None:
    clock = iter([0.0, 150.0])
    assert Work("measuring", monotonic=lambda: next(clock)).line() == "measuring: 2 min so far"


@given(seconds=st.floats(0, 1e6), total=st.floats(0.1, 1e6), done=st.floats(0, 2e6))
def test_the_time_left_is_in_words_whatever_the_numbers(seconds: float, total: float, done: float) -> None:
    clock = iter([0.0, seconds])
    line = Work("training", total, done, monotonic=lambda: next(clock)).line()
    assert line.startswith("training: ")
    assert "inf" not in line
    assert "nan" not in line
    assert line.endswith(("left", "%"))


@given(seconds=st.floats(0, 1e6))
def test_less_is_never_left_where_more_is_said(seconds: float) -> None:
    order = ["less than a minute", "minute", "hours"]
    first, second = (next(i for i, word in enumerate(order) if word in time_left(s)) for s in (seconds, seconds + 3600))
    assert first <= second


class Terminal(io.StringIO):
    """What somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("columns", "drawn"),
    [
        (100, r"\[#+\.+\] searching where it was best: 3 of 8 trials, 38%, less than a minute left"),
        (79, r"searching where it was best: 3 of 8 trials, 38%, less than a minute left"),
        (60, r"searching where it was best: 3 of 8 trials, 38%, less .+\.\.\."),
    ],
)
def test_a_bar_gives_way_to_its_words_and_what_is_cut_is_seen_to_be(
    columns: int, drawn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    with progress("searching where it was best", 8, unit="trials") as work:
        work.advance(3)
    lines = [line.removesuffix("\x1b[K") for line in terminal.getvalue().split("\r")]
    assert all(len(line) < columns for line in lines)
    assert any(re.fullmatch(drawn, line) for line in lines), lines
