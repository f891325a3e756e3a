"""Examples that a model begins with: a data set that comes along, or a table of the creator's own."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from hyperbounty.errors import InvalidInput
from hyperbounty.models import datasets
from hyperbounty.models.datasets import DataSet
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.texts import escaped

BUNDLED: Final[Mapping[str, Callable[[], DataSet]]] = {
    "mail": datasets.mail,
    "tic-tac-toe": datasets.tic_tac_toe,
    "breast-cancer": datasets.breast_cancer,
    "digits": datasets.digits,
}
"""Data sets that come along; the last two with scikit-learn."""

OWN: Final = "examples of the creator's own"
"""The source of a table: its name on this machine says nothing to others."""

_LABEL, _TEXT = "label", "text"
_LONGEST_FIELD: Final = 2**22
_SHOWN: Final = 60


class _Lines(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read_table(path: Path, classes: tuple[str, ...] = ()) -> tuple[DataSet, tuple[str, ...]]:
    """The examples in a file of CSV, and the names of its columns of numbers.

    Args:
        path: its first line names the columns: `label`, and either `text` or one for each feature.
        classes: names of the classes, from class 0; left out, the labels that there are, in alphabetical order.

    Raises:
        InvalidInput: there is no such file, or a line of it is no example; the line is named.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(path, csv.reader(file, strict=True), classes)
    except FileNotFoundError:
        raise InvalidInput(
            f"there is no file {path}", NextStep("name a table with {}", Parameter("samples", "FILE"))
        ) from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}", "check the path") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{path} is no CSV in UTF-8: {error}", "write it anew") from None


def _read(path: Path, lines: _Lines, classes: tuple[str, ...]) -> tuple[DataSet, tuple[str, ...]]:
    header = [name.strip() for name in next(lines, [])]
    others = [name for name in header if name != _LABEL]
    if header.count(_LABEL) != 1 or not others:
        raise InvalidInput(
            f"{path}:1 names no column {_LABEL}, or no other one",
            f"let the first line name the columns: {_LABEL}, and either {_TEXT} or one for each feature",
        )
    if len(set(others)) < len(others) or "" in others:
        raise InvalidInput(f"{path}:1 has two columns of one name, or one without a name", "name each column")
    place, is_text = header.index(_LABEL), others == [_TEXT]
    raws: list[str | tuple[float, ...]] = []
    labels: list[str] = []
    for row in lines:
        if not row:
            continue
        if len(row) != len(header):
            raise InvalidInput(
                f"{path}:{lines.line_num} has {len(row)} columns, and the first line names {len(header)}",
                "correct that line",
            )
        labels.append(row[place].strip())
        values = row[:place] + row[place + 1 :]
        raws.append(values[0] if is_text else _numbers(values, others, f"{path}:{lines.line_num}"))
    if not raws:
        raise InvalidInput(f"{path} has no examples", "give one a line, behind the line that names the columns")
    known = classes or tuple(sorted(set(labels)))
    strange = sorted(set(labels) - set(known))
    if strange:
        raise InvalidInput(
            f"{path} has the label {escaped(repr(strange[0]), _SHOWN)}, which is none of {', '.join(known)}",
            NextStep("name every class with {}", Parameter("classes")),
        )
    found = DataSet(path.name, OWN, known, tuple(raws), tuple(known.index(label) for label in labels))
    return found, () if is_text else tuple(others)


def _numbers(values: list[str], columns: list[str], where: str) -> tuple[float, ...]:
    numbers = []
    for value, column in zip(values, columns, strict=True):
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise InvalidInput(
                f"{where}: {escaped(repr(value), _SHOWN)} in column {escaped(column, _SHOWN)} is no number",
                "correct that line",
            )
        numbers.append(number)
    return tuple(numbers)
