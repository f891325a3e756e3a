"""Tables for spreadsheets, which run a text that looks like a formula: here they show it."""

from __future__ import annotations

from typing import Final

from hyperbounty.texts import escaped

_STARTS: Final = ("=", "+", "-", "@")


def safe_cell(value: object) -> str | int | float:
    """What stands in a cell: numbers as they are, a text in plain characters that no spreadsheet takes for a formula.

    >>> safe_cell("=cmd|' /C calc'!A0"), safe_cell("a" + chr(9) + "b"), safe_cell(-3)
    ("'=cmd|' /C calc'!A0", 'a\\\\tb', -3)
    """
    if isinstance(value, int | float):
        return value
    text = escaped(value)
    return f"'{text}" if text.lstrip().startswith(_STARTS) else text
