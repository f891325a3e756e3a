"""What the HTTP library logs of requests to a node, without the part of its address that may be a provider's key.

Nothing here is logged unless a program that uses this package turns urllib3's debug messages on; they hold the path and
the query of every request.
"""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import urlsplit

_LOGGER: Final = "urllib3.connectionpool"
_HIDDEN: Final = "/…"


class _WithoutPaths(logging.Filter):
    """Replaces the paths it was told of among the arguments of a message."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_HIDDEN if str(argument) in self.paths else argument for argument in record.args)
        return True


_filter: Final = _WithoutPaths()


def hide_path(url: str) -> None:
    """Leave path and query of `url` out of what is logged from now on."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if path not in ("", "/"):
        _filter.paths.add(path)
        # Adding the same filter twice does nothing.
        logging.getLogger(_LOGGER).addFilter(_filter)
