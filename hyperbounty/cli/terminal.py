"""Streams and tables for whatever terminal somebody has: any encoding, any width, watched or not.

A character that the terminal's encoding lacks is drawn by others (`hyperbounty.texts.replacement`), so nothing that is
printed can end a command. A cell wraps between words, and a word, such as an address, is never cut. Where the longest
words do not fit beside each other, or a cell would become a tall tower, each row is shown as lines of its own.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

import click

from hyperbounty.texts import drawn_width, escaped, replacement

_UNWATCHED_WIDTH: Final = 200
_GAP: Final = 2
_REPLACING: Final = "hyperbounty_replacing"
_ASCII: Final = "hyperbounty_ascii"
_LEAST_VALUE_WIDTH: Final = 20
_MOST_LINES: Final = 4
_COMMAND: Final = re.compile(r"`[^`]*`")
_LABEL: Final = re.compile(r" *(?:\S+(?: \S+)* )? +(?=\S)")
_TIED: Final = "\u00a0"
"""Stands for a space at which no line is broken; no plain text holds it."""


def prepare_streams() -> None:
    """From now on, what standard output and standard error cannot encode is drawn by other characters."""
    codecs.register_error(_REPLACING, _replace)
    codecs.register(_find_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=_ASCII if is_ascii else None, errors=_REPLACING)


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(replacement, error.object[error.start : error.end])), error.end


def _find_ascii(name: str) -> codecs.CodecInfo | None:
    """ASCII by another name: click takes a stream of the usual one for a mistake, and writes UTF-8 to it."""
    if name != _ASCII:
        return None
    made = codecs.lookup("ascii")
    return codecs.CodecInfo(
        name=_ASCII,
        encode=made.encode,
        decode=made.decode,
        incrementalencoder=made.incrementalencoder,
        incrementaldecoder=made.incrementaldecoder,
        streamreader=made.streamreader,
        streamwriter=made.streamwriter,
    )


def is_watched(stream: TextIO) -> bool:
    """Whether somebody looks at `stream` on a terminal that can draw over what it has drawn."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def line_width() -> int:
    """Columns of the terminal; where nobody watches, lines may be as long as they are."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNWATCHED_WIDTH


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, heading: str = "") -> None:
    """Print a table on standard output, as wide as the terminal is.

    Args:
        columns: what stands above them.
        rows: of texts; each is escaped.
        heading: a line above the table.
    """
    if heading:
        say_bold(heading)
    for line, is_header in _lines([*map(escaped, columns)], [[*map(escaped, row)] for row in rows], line_width()):
        if is_header:
            say_bold(line)
        else:
            click.echo(line)


def say_bold(line: str) -> None:
    """Print a line on standard output that heads what follows; in bold, where that can be drawn and is wanted."""
    bold = is_watched(sys.stdout) and not os.environ.get("NO_COLOR")
    click.echo(click.style(escaped(line), bold=True) if bold else escaped(line))


def say_after(beginning: str, text: str) -> None:
    """Print `beginning` and, beside it or below, `text`; on a terminal it wraps between words."""
    if not sys.stdout.isatty():
        click.echo(escaped(beginning + text))
        return
    for line in beside(escaped(beginning), escaped(text), line_width()):
        click.echo(line)


def beside(beginning: str, text: str, width: int) -> list[str]:
    """`text` after `beginning`, wrapped; where there is little room beside it, below it.

    >>> beside("open   ada  ", "offers a contest: does LTC rise?", 33)
    ['open   ada  offers a contest:', '            does LTC rise?']
    >>> beside("open   ada  ", "offers a contest: does LTC rise?", 28)
    ['open   ada', '    offers a contest: does', '    LTC rise?']
    """
    room = width - drawn_width(beginning)
    if room >= _LEAST_VALUE_WIDTH or drawn_width(text) <= room:
        first, *others = wrapped(text, room)
        return [beginning + first, *(" " * drawn_width(beginning) + line for line in others)]
    return [beginning.rstrip(), *(f"    {line}" for line in wrapped(text, width - 4))]


def parts(line: str, stream: TextIO) -> list[str]:
    """A line of text as it goes to `stream`: folded where that is a terminal, and else as it is."""
    return folded(line, shutil.get_terminal_size().columns) if stream.isatty() else [line]


def folded(line: str, width: int) -> list[str]:
    """A line of text in as many as it takes: between words, beside its label, and no command in two.

    A label is what stands before the first two spaces in a row.

    >>> folded("  submit   until Friday: `hb submit 1`", 24)
    ['  submit   until Friday:', '           `hb submit 1`']
    >>> folded("short", 24)
    ['short']

    Args:
        line: in plain characters.
        width: columns; only a longer word, or a longer command, passes it.
    """
    if drawn_width(line) <= width:
        return [line]
    whole = _COMMAND.sub(lambda command: command[0].replace(" ", _TIED), line)
    label = _LABEL.match(whole)
    beginning = label[0] if label is not None and drawn_width(label[0]) <= width // 3 else ""
    if not beginning:
        beginning = whole[: len(whole) - len(whole.lstrip(" "))]
    return [part.replace(_TIED, " ") for part in beside(beginning, whole[len(beginning) :], width)]


def table_lines(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The lines of a table.

    Args:
        columns, rows: of texts in plain characters, a line each.
        width: most columns of a line; only a longer word passes it.

    >>> table_lines(("who", "note"), [("ada", "has won the prize"), ("ben", "late")], 14)
    ['who  note', 'ada  has won', '     the prize', 'ben  late']
    >>> table_lines(("who", "note"), [("0xd8dA6BF2", "has won"), ("ben", "late")], 12)
    ['who   0xd8dA6BF2', 'note  has won', '', 'who   ben', 'note  late']
    """
    return [line for line, _ in _lines(columns, rows, width)]


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken between words alone.

    >>> wrapped("reveal it before Friday", 10)
    ['reveal it', 'before', 'Friday']
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and drawn_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _lines(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is the header."""
    room = width - _GAP * (len(columns) - 1)
    cells = [list(column) for column in zip(columns, *rows, strict=True)]
    widths = _widths(
        [max(map(drawn_width, column)) for column in cells],
        [max(drawn_width(word) for cell in column for word in cell.split(" ")) for column in cells],
        room,
    )
    if widths is None:
        yield from ((line, False) for line in _records(columns, rows, width))
        return
    for number, row in enumerate((columns, *rows)):
        parts = [wrapped(cell, wide) for cell, wide in zip(row, widths, strict=True)]
        for at in range(max(map(len, parts))):
            drawn = [part[at] if at < len(part) else "" for part in parts]
            line = (" " * _GAP).join(_filled(text, wide) for text, wide in zip(drawn, widths, strict=True))
            yield line.rstrip(), number == 0


def _widths(whole: Sequence[int], longest_words: Sequence[int], room: int) -> list[int] | None:
    """How wide each column is drawn: the widest give way first, none below its longest word.

    None where these do not fit, or where a cell would stand in more lines than can be read at a glance.
    """
    if sum(longest_words) > room:
        return None
    pairs = list(zip(whole, longest_words, strict=True))
    most = max(whole)
    while sum(found := [max(word, min(wide, most)) for wide, word in pairs]) > room:
        most -= 1
    return None if any(wide > _MOST_LINES * given for wide, given in zip(whole, found, strict=True)) else found


def _records(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Each row as lines of its own, the name of the column before each cell; an empty line between two rows."""
    names = max(map(drawn_width, columns))
    for number, row in enumerate(rows):
        if number:
            yield ""
        for name, cell in zip(columns, row, strict=True):
            if not cell:
                continue
            room = max(width - names - _GAP, _LEAST_VALUE_WIDTH)
            for at, part in enumerate(wrapped(cell, room)):
                yield f"{_filled('' if at else name, names)}{' ' * _GAP}{part}"


def _filled(text: str, width: int) -> str:
    return text + " " * (width - drawn_width(text))
