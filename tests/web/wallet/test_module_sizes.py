"""What pages make a browser load is small, as it is sent; docs/hosting.md has the proxy compress it."""

from __future__ import annotations

import gzip
import posixpath
import re
from collections.abc import Iterable
from typing import Final

import pytest

from tests.web.wallet.modules import FOLDERS

_IMPORTED: Final = re.compile(r'(?:from|import\()\s*"(\.{1,2}/\w+\.js)"')
MODULES: Final = {
    f"{family}/{file.name}".removeprefix("/"): file
    for family, folder in FOLDERS.items()
    for file in folder.glob("*.js")
}


def loaded(*names: str) -> set[str]:
    """These modules, and those that they load."""
    found = set(names)
    for name in names:
        imported = {
            posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
            for path in _IMPORTED.findall(MODULES[name].read_text())
        }
        found |= loaded(*(imported - found))
    return found


def sent_bytes(names: Iterable[str]) -> int:
    return sum(len(gzip.compress(MODULES[name].read_bytes())) for name in names)


def test_all_modules_are_small_as_they_are_sent() -> None:
    of_models = {name for name in MODULES if name.startswith("models/")}
    assert sent_bytes(MODULES.keys() - of_models) <= 30 * 1024
    assert sent_bytes(of_models) <= 5 * 1024


@pytest.mark.parametrize(
    "first",
    ["bounty/here.js", "bounty/compose.js", "bounty/open.js", "credits.js", "bounty/account.js", "models/here.js"],
)
def test_no_page_loads_more_than_most_of_them(first: str) -> None:
    names = loaded("live.js", first)
    assert "provider.js" in names
    assert sent_bytes(names) <= 20 * 1024
