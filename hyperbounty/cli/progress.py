"""How far a long piece of work is: a bar on a terminal, and a line each half minute where there is none.

Both go to standard error, and say in words how long the rest takes.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import click

from hyperbounty.cli.terminal import is_watched
from hyperbounty.texts import escaped

LINE_SECONDS: Final = 30.0
_BAR_SECONDS: Final = 0.25
_BAR_COLUMNS: Final = 20
_LEAST_BAR_COLUMNS: Final = 5
_FRAME_COLUMNS: Final = 3
# Erases the rest of the line (ECMA-48, EL).
_TO_THE_END: Final = "\x1b[K"
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
# Less tells more about the start than about the work.
_LEAST_SHARE: Final = 0.01


def time_left(seconds: float) -> str:
    """How long something takes yet, in words.

    >>> time_left(20), time_left(100), time_left(5000)
    ('less than a minute left', 'about 2 minutes left', 'about 1.4 hours left')
    """
    if seconds < _MINUTE:
        return "less than a minute left"
    if seconds < _HOUR:
        minutes = round(seconds / _MINUTE)
        return f"about {minutes} minute{'s' if minutes != 1 else ''} left"
    return f"about {seconds / _HOUR:.1f} hours left"


@dataclass
class Work:
    """What is being done, and how far it is.

    Attributes:
        what: in words, such as "training"; it may change on the way.
        total: all of it, in whatever unit; None where nobody knows yet.
        done: so much of it.
        unit: says what is counted, after the numbers; empty where the numbers mean nothing to people.
    """

    what: str
    total: float | None = None
    done: float = 0.0
    unit: str = ""
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)
    _began: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._began = self.monotonic()

    def update(self, *, done: float | None = None, total: float | None = None, what: str | None = None) -> None:
        """Say how far it is; what is left out stays."""
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        self.what = self.what if what is None else what

    def advance(self, by: float = 1) -> None:
        """Say that more of it is done."""
        self.done += by

    def line(self) -> str:
        """What there is to say now, in one line.

        >>> clock = iter([0.0, 60.0])
        >>> work = Work("training", total=40, unit="epochs", monotonic=lambda: next(clock))
        >>> work.update(done=10)
        >>> work.line()
        'training: 10 of 40 epochs, 25%, about 3 minutes left'
        """
        elapsed = self.monotonic() - self._began
        if not self.total:
            counted = f"{self.done:,.0f} {self.unit}, " if self.unit and self.done else ""
            return escaped(f"{self.what}: {counted}{_taken(elapsed)} so far")
        share = min(self.done / self.total, 1.0)
        parts = [f"{self.done:,.0f} of {self.total:,.0f} {self.unit}"] if self.unit else []
        parts.append(f"{share:.0%}")
        if share >= _LEAST_SHARE:
            parts.append(time_left(elapsed * (1 - share) / share))
        return escaped(f"{self.what}: {', '.join(parts)}")


def _taken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < _MINUTE else f"{seconds / _MINUTE:.0f} min"


# The bars that are drawn now: a remark goes above the last.
_drawn: list[_Bar] = []
_drawing: Final = threading.RLock()


def say_above(line: str) -> None:
    """Print a line on standard error, above the bar where there is one."""
    with _drawing:
        if _drawn:
            _drawn[-1].wipe()
        click.echo(line, err=True)
        if _drawn:
            _drawn[-1].draw()


@contextmanager
def progress(what: str, total: float | None = None, *, unit: str = "", is_long: bool = False) -> Iterator[Work]:
    """Show how far the work is that is done inside; the caller says so to the `Work` that it gets.

    Args:
        what, total, unit: see `Work`.
        is_long: it takes longer than a moment for sure, so a log is told of its beginning too.
    """
    work = Work(what, total, unit=unit)
    shown = _bar(work) if is_watched(sys.stderr) else lines(work, is_long=is_long)
    with shown:
        yield work


@contextmanager
def lines(
    work: Work,
    say: Callable[[str], None] = say_above,
    *,
    is_long: bool = True,
    every_seconds: float = LINE_SECONDS,
) -> Iterator[None]:
    """Say what begins, if it is long, and then how far it is, again and again."""
    if is_long:
        say(escaped(f"{work.what} …"))
    with _repeatedly(lambda: say(work.line()), every_seconds):
        yield


@dataclass
class _Bar:
    """One line of the terminal, drawn over and over."""

    work: Work

    def draw(self) -> None:
        with _drawing:
            room = shutil.get_terminal_size().columns - 1
            share = min(self.work.done / self.work.total, 1.0) if self.work.total else 0.0
            said = self.work.line()
            # The words say more than the bar, which gives way to them.
            columns = min(_BAR_COLUMNS, room - len(said) - _FRAME_COLUMNS)
            filled = round(share * columns)
            bar = f"[{'#' * filled}{'.' * (columns - filled)}] " if columns >= _LEAST_BAR_COLUMNS else ""
            line = bar + said
            # What does not fit in one line could not be drawn over.
            shown = line if len(line) <= room else f"{line[: room - 3]}..."
            sys.stderr.write(f"\r{shown}{_TO_THE_END}")
            sys.stderr.flush()

    def wipe(self) -> None:
        with _drawing:
            sys.stderr.write(f"\r{_TO_THE_END}")
            sys.stderr.flush()


@contextmanager
def _bar(work: Work) -> Iterator[None]:
    bar = _Bar(work)
    bar.draw()
    _drawn.append(bar)
    try:
        with _repeatedly(bar.draw, _BAR_SECONDS):
            yield
        bar.draw()
    finally:
        _drawn.remove(bar)
        bar.wipe()


@contextmanager
def _repeatedly(act: Callable[[], None], every_seconds: float) -> Iterator[None]:
    """Call `act` each so many seconds, in a thread: also where the work itself says nothing for long."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(every_seconds):
            act()

    thread = threading.Thread(target=repeat, daemon=True, name="progress")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
