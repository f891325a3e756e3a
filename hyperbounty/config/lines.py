"""On which line of a TOML file a key stands; the parser of the standard library does not tell."""

from __future__ import annotations

import tomllib
from typing import Any


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
