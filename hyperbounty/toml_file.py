"""TOML files of users: what is in them, and on which line; the parser of the standard library does not tell lines."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import InvalidInput

_PLACE: Final = re.compile(r"at line ([0-9]+), column ([0-9]+)")


@dataclass(frozen=True)
class TomlFile:
    """What a file holds.

    Attributes:
        path: of the file.
        tables: what the parser made of it.
        lines: see `lines_of`.
    """

    path: Path
    tables: dict[str, Any] = field(repr=False)
    lines: dict[tuple[str, ...], int] = field(repr=False)

    def line(self, names: tuple[str, ...]) -> int | None:
        """The line of the key that `names` lead to, or of what it stands in; None where nothing is known."""
        while names and names not in self.lines:
            names = names[:-1]
        return self.lines.get(names)


def read_toml(path: Path) -> TomlFile:
    r"""Read a file; nothing of its values is repeated in an error.

    Raises:
        FileNotFoundError: there is none.
        InvalidInput: it is no text, or no TOML; says where.

    >>> path = tmp_path / "a.toml"
    >>> _ = path.write_text('[ada]\nage = 36\n[ada]\n')
    >>> read_toml(path)
    Traceback (most recent call last):
        ...
    hyperbounty.errors.InvalidInput: ...a.toml is not TOML at line 3, column 5; it has this name twice: keep one
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
        tables = tomllib.loads(content)
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} is not UTF-8", "save it as plain text") from None
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        where = f"at line {place[1]}, column {place[2]}" if place else "at its end"
        raise InvalidInput(f"{path} is not TOML {where}", _step(str(error))) from None
    except ValueError:
        raise InvalidInput(f"{path} holds a number of too many digits", "write it as the example has it") from None
    except RecursionError:
        raise InvalidInput(
            f"{path} is not usable: its brackets nest too deep", "write it as the example has it"
        ) from None
    return TomlFile(path, tables, lines_of(content))


def _step(message: str) -> str:
    # The parser's words for a key or a table that is given twice, in every version of Python so far.
    if "Cannot overwrite" in message or "Cannot declare" in message:
        return "it has this name twice: keep one"
    return "texts need quotes, tables stand in [brackets]"


def lines_of(content: str) -> dict[tuple[str, ...], int]:
    r"""The line, from 1, of each `key = value` and `[table]`, by the names that lead to it.

    It is for messages only: what stands inside a value of several lines, or in an inline table, is left out, and of a
    file that does not parse nothing is promised.

    >>> lines_of('account = "ada"\n\n[profiles.sepolia]\nchain_id = 11155111')
    {('account',): 1, ('profiles', 'sepolia'): 3, ('profiles', 'sepolia', 'chain_id'): 4}
    """
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    inside = ""
    for number, line in enumerate(content.splitlines(), 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        is_header = line.lstrip().startswith("[")
        names = _names(line if is_header else f"{line.partition('=')[0]}= 0")
        if not names:
            continue
        if is_header:
            table = names
            found.setdefault(table, number)
        else:
            found.setdefault((*table, *names), number)
        inside = next((quote for quote in ('"""', "'''") if line.count(quote) % 2), "")
    return found


def _names(statement: str) -> tuple[str, ...]:
    """The names of the only key that a line defines; empty where it is no such line."""
    try:
        content: Any = tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return ()
    names: list[str] = []
    while isinstance(content, dict) and len(content) == 1:
        [(name, content)] = content.items()
        names.append(name)
    return tuple(names)
