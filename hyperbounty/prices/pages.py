"""Pages of a fetch on disk, each written whole or not at all, so that an interrupted fetch goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic

# Unix seconds, price, volume; None where the source has no number.
Row = tuple[int, float | None, float | None]

_COLUMNS: Final = 3


@dataclass(frozen=True)
class PageCache:
    """Pages by key, in one folder that is made when the first page is written.

    >>> pages = PageCache(tmp_path / "pages")
    >>> pages.write("btc-1", [(1_795_251_600, 2.5, None)])
    >>> pages.read("btc-1"), pages.read("btc-2")
    ([(1795251600, 2.5, None)], None)
    """

    folder: Path

    def read(self, key: str) -> list[Row] | None:
        """The page, or None where there is none; a file that is not a page counts as none and is fetched again."""
        try:
            rows = json.loads((self.folder / f"{key}.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
            return None
        return [(row[0], row[1], row[2]) for row in rows]

    def write(self, key: str, rows: list[Row]) -> None:
        """Keep a page.

        Raises:
            InvalidInput: the folder cannot be written to.
        """
        try:
            write_atomic(self.folder / f"{key}.json", json.dumps(rows, separators=(",", ":")).encode())
        except OSError as error:
            raise InvalidInput(
                f"the price cache {self.folder} cannot be written: {error.strerror}",
                "free space or name another folder",
            ) from error


def _is_row(row: object) -> bool:
    return (
        isinstance(row, list)
        and len(row) == _COLUMNS
        and type(row[0]) is int
        and all(cell is None or type(cell) in (int, float) for cell in row[1:])
    )
