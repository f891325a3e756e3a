"""What pages make a browser load is small, as it is sent; docs/hosting.md has the proxy compress it."""

from __future__ import annotations

import gzip
import re
from typing import Final

import pytest

from tests.web.wallet.modules import STATIC

_IMPORTED: Final = re.compile(r'(?:from|import\()\s*"\./(\w+\.js)"')


def loaded(*names: str) -> set[str]:
    """These modules, and those that they load."""
    found = set(names)
    for name in names:
        found |= loaded(*(set(_IMPORTED.findall((STATIC / name).read_text())) - found))
    return found


def sent_bytes(names: set[str]) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)


OF_MODELS: Final = {"model.js", "encoding.js"}


def test_all_modules_are_small_as_they_are_sent() -> None:
    assert sent_bytes({file.name for file in STATIC.glob("*.js")} - OF_MODELS) <= 30 * 1024
    assert sent_bytes(OF_MODELS) <= 5 * 1024


@pytest.mark.parametrize("first", ["actions.js", "compose.js", "open.js", "account.js", "model.js"])
def test_no_page_loads_more_than_most_of_them(first: str) -> None:
    # What brings it looks for a wallet before.
    names = loaded("live.js", first) | {"here.js"}
    assert "provider.js" in names
    assert sent_bytes(names) <= 20 * 1024
