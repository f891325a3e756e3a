"""docs/spec.md shows the table as it is."""

import os
from pathlib import Path

from hyperbounty.spec.table import FIELDS

PAGE = Path(__file__).parents[2] / "docs" / "spec.md"


def rows() -> list[str]:
    return [f"| {f.name} | {f.digits} | {f.lowest} | {f.highest} | {f.meaning} |" for f in FIELDS]


def test_the_page_shows_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    head, start, rest = page.partition("|---|---|---|---|---|\n")
    end = rest.index("\n\n")
    if os.environ.get("HYPERBOUNTY_UPDATE_SNAPSHOTS"):
        PAGE.write_text(head + start + "\n".join(rows()) + rest[end:], encoding="utf-8")
        return
    assert rest[:end].splitlines() == rows()
