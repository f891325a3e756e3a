"""Samples as people have them: as text on a command line, a line each, as CSV, or as JSON lines.

What is read here is a stranger's file as well as one's own, so each fault is said with its line, and all of them before
anything is sent.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import InvalidInput
from hyperbounty.foreign_json import read_json
from hyperbounty.models.encoders.encoder import Raw
from hyperbounty.texts import escaped

MOST_BYTES: Final = 256 * 1024 * 1024
_FAULTS_SHOWN: Final = 8
_LONGEST: Final = 60
_MOST_DIGITS: Final = 400
_MOST_CELL: Final = 4_000_000


@dataclass(frozen=True)
class Given:
    """One sample as somebody gives it.

    Attributes:
        line: on which it begins, from 1.
        raw: a text, or numbers.
        label: as it stands there: a name or a number; None where none does.
        fault: why it is none; empty where it is one.
    """

    line: int
    raw: Raw = ""
    label: str | int | None = None
    fault: str = ""


@dataclass(frozen=True)
class Layout:
    """What a model takes.

    Attributes:
        takes_text: texts; else numbers.
        names: of its features, where the manifest gives them.
        sparse: numbers name active features; else they are a value for each.
    """

    takes_text: bool
    names: tuple[str, ...] = ()
    sparse: bool = True

    def raw(self, written: str) -> Raw:
        """A sample that stands in one text.

        Raises:
            InvalidInput: it is none.

        >>> Layout(takes_text=False).raw("1, 5 9"), Layout(takes_text=False, names=("wet", "cold")).raw("cold, wet")
        ([1, 5, 9], [0, 1])
        """
        if self.takes_text:
            return written
        parts = [part.strip() for part in (written.split(",") if "," in written else written.split())]
        if self.sparse and self.names and any(part in self.names for part in parts):
            return sorted(self._feature(part) for part in parts)
        return [number for part in parts for number in map(_number, part.split())]

    def of_json(self, value: Any) -> Raw:
        """A sample that stands in JSON: a text, or a list of numbers or of names.

        Raises:
            InvalidInput: it is none.
        """
        if isinstance(value, str):
            return self.raw(value)
        if isinstance(value, list):
            if value and self.sparse and all(isinstance(each, str) for each in value):
                return sorted(self._feature(each) for each in value)
            if all(isinstance(each, int | float) and not isinstance(each, bool) for each in value):
                return value
        raise InvalidInput("what stands there is no text and no list of numbers", "give what the model takes")

    def _feature(self, name: str) -> int:
        if name in self.names:
            return self.names.index(name)
        number = _number(name)
        if isinstance(number, float):
            raise InvalidInput(f"{escaped(name, _LONGEST)!r} is no feature", "name one that the model has")
        return number


def read_sample_file(file: Path) -> bytes:
    """What is in a file.

    Raises:
        InvalidInput: there is no such file, or too much in it.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}", "name a file with samples") from error
    require_size(data, str(file))
    return data


def require_size(data: bytes, name: str) -> None:
    """Refuse more than a file of samples may have.

    Raises:
        InvalidInput: it is more.
    """
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"{name} has more than {MOST_BYTES:,} bytes", "give it in parts")


def read_samples(data: bytes, name: str, layout: Layout) -> list[Given]:
    """The samples in a file, by the end of its name: `.csv`, `.jsonl`, or else a sample a line.

    CSV has a header: `text`, or `features` with numbers that spaces separate, or a column for each feature that the
    manifest names; and `label`. A line of JSON is a text, a list, or an object with `text` or `features`, and `label`.

    Args:
        data: what is in it.
        name: of the file.
        layout: what the model takes.

    Raises:
        InvalidInput: it is no such file, or has no samples.
    """
    text = _decoded(data, name)
    kind = name.lower().rpartition(".")[2]
    found = list(
        _of_csv(text, name, layout) if kind == "csv" else _of_lines(text, layout, as_json=kind in ("jsonl", "ndjson"))
    )
    if not found:
        raise InvalidInput(f"there are no samples in {name}", "give a file with a sample a line")
    return found


def require_all(name: str, faults: Sequence[tuple[int, str]], count: int) -> None:
    """Refuse a file as a whole where something in it is no sample.

    Args:
        name: of the file.
        faults: the line of each, and what is wrong there.
        count: samples in the file.

    Raises:
        InvalidInput: says the first few.
    """
    if not faults:
        return
    said = "; ".join(f"line {line}: {what}" for line, what in faults[:_FAULTS_SHOWN])
    more = len(faults) - _FAULTS_SHOWN
    if more > 0:
        said += f"; and {more:,} more lines"
    raise InvalidInput(
        f"{len(faults):,} of {count:,} samples in {name} cannot be added: {said}",
        "correct them, or leave these lines out; nothing was sent",
    )


def _of_lines(text: str, layout: Layout, *, as_json: bool) -> Iterator[Given]:
    for number, line in enumerate(text.split("\n"), 1):
        written = line.removesuffix("\r")
        if not written.strip():
            continue
        read = partial(_json_line if as_json else _plain_line, written, layout)
        yield _given(number, read)


def _plain_line(written: str, layout: Layout) -> tuple[Raw, None]:
    return layout.raw(written), None


def _json_line(written: str, layout: Layout) -> tuple[Raw, str | int | None]:
    try:
        value = read_json(written)
    except ValueError:
        raise InvalidInput("it is no JSON", "write a text, a list or an object a line") from None
    if not isinstance(value, dict):
        return layout.of_json(value), None
    key = "text" if "text" in value else "features"
    if key not in value:
        raise InvalidInput("it has neither text nor features", "name them so")
    return layout.of_json(value[key]), _label(value.get("label"))


def _label(value: Any) -> str | int | None:
    if value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise InvalidInput("its label is neither a name nor a whole number", "name a class of the model")


def _of_csv(text: str, name: str, layout: Layout) -> Iterator[Given]:
    csv.field_size_limit(_MOST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        take = _columns(header, name, layout)
        start = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                yield _given(start, partial(_csv_row, row, header, take))
            start = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(f"line {reader.line_num} of {name} is no CSV: {error}", "correct it") from error


def _columns(header: Sequence[str], name: str, layout: Layout) -> Callable[[dict[str, str]], Raw]:
    """How a sample is taken out of the cells of a row."""
    if len(set(header)) < len(header):
        raise InvalidInput(f"two columns of {name} have the same name", "name each once")
    if layout.takes_text and "text" in header:
        return lambda cells: cells["text"]
    if not layout.takes_text and "features" in header:
        return lambda cells: layout.raw(cells["features"])
    if not layout.takes_text and not layout.sparse and layout.names and set(layout.names) <= set(header):
        return lambda cells: [_number(cells[feature].strip()) for feature in layout.names]
    wanted = "text" if layout.takes_text else "features"
    others = " or one for each feature" if layout.names and not layout.sparse else ""
    raise InvalidInput(
        f"{name} has the columns {escaped(', '.join(header), 200)}, and none that is called {wanted}{others}",
        f"begin it with a line that names its columns: label,{wanted}",
    )


def _csv_row(
    row: Sequence[str], header: Sequence[str], take: Callable[[dict[str, str]], Raw]
) -> tuple[Raw, str | int | None]:
    if len(row) != len(header):
        raise InvalidInput(f"it has {len(row)} cells, and the header {len(header)}", "quote cells that hold a comma")
    cells = dict(zip(header, row, strict=True))
    return take(cells), cells.get("label")


def _given(line: int, read: Callable[[], tuple[Raw, str | int | None]]) -> Given:
    try:
        raw, label = read()
    except InvalidInput as error:
        return Given(line, fault=error.what)
    return Given(line, raw, label)


def _number(written: str) -> int | float:
    try:
        if len(written) > _MOST_DIGITS:
            raise ValueError
        return int(written) if written.lstrip("+-").isdecimal() else float(written)
    except ValueError:
        raise InvalidInput(f"{escaped(written, _LONGEST)!r} is no number", "give numbers") from None


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInput(f"line {line} of {name} is no UTF-8", "save the file as UTF-8") from error
