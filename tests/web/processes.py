"""Processes that tests have started, and what these have started."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


def children(process: int) -> list[int]:
    """Those that `process` has started and that live."""
    found: list[str] = []
    # Each of its threads has those that it started.
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError):
            found += listed.read_text().split()
    return [child for child in map(int, found) if lives(child)]


def lives(process: int) -> bool:
    """Whether it runs: one that has ended may still be listed."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def until(found: Callable[[], Any], patience_s: float = 60.0) -> Any:
    """What `found` gives, once it gives something."""
    end = time.monotonic() + patience_s
    while not (value := found()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.05)
    return value
