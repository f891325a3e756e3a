"""What a wallet makes a browser load is small, as it is sent; docs/hosting.md has the proxy compress it."""

from __future__ import annotations

import gzip
from typing import Final

from tests.web.wallet.modules import STATIC

OTHERS: Final = {"live.js", "prices.js"}


def test_the_modules_are_small_as_they_are_sent() -> None:
    own = [file.read_bytes() for file in STATIC.glob("*.js") if file.name not in OTHERS]
    assert len(own) >= 11
    assert sum(len(gzip.compress(each)) for each in own) <= 22 * 1024
