"""What a page makes a browser load is small, and names its origin."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import hyperbounty.web.bounty.pages
import hyperbounty.web.site

STATIC: Final = Path(next(iter(hyperbounty.web.site.__path__))) / "static"
OF_CONTESTS: Final = Path(next(iter(hyperbounty.web.bounty.pages.__path__))) / "static"


def test_the_style_sheets_are_small() -> None:
    assert sum(len(sheet.read_bytes()) for sheet in STATIC.glob("*.css")) <= 15 * 1024


def test_a_page_that_only_shows_loads_little_code() -> None:
    files = (STATIC / "live.js", STATIC / "waiting.js", OF_CONTESTS / "here.js", OF_CONTESTS / "prices.js")
    assert sum(len(file.read_bytes()) for file in files) <= 13 * 1024


def test_what_others_wrote_has_its_licence_and_is_what_it_was() -> None:
    folders = list((STATIC / "vendor").iterdir())
    assert folders
    for folder in folders:
        lines = [line.split() for line in (folder / "SHA256SUMS").read_text().splitlines()]
        named = {name: digest for digest, name in lines}
        assert named.keys() == {file.name for file in folder.iterdir()} - {"SHA256SUMS"}
        assert "LICENSE" in named
        for name, digest in named.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
