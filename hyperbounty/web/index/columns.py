"""Types of columns, the same in SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import String, TypeDecorator

_DIGITS: Final = len(str(2**256 - 1))


class Uint(TypeDecorator[int]):
    """A number of up to 256 bits, which no integer of a database holds: its digits, with zeros in front.

    So the order of the texts is the order of the numbers, and whoever looks at the table sees a number.
    """

    impl = String(_DIGITS)
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Any) -> str | None:
        """The text of a number."""
        return None if value is None else f"{value:0{_DIGITS}d}"

    def process_result_value(self, value: str | None, dialect: Any) -> int | None:
        """The number of a text."""
        return None if value is None else int(value)
