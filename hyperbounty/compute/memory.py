"""The memory that a worker holds, and what happens when it is too much."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Final

from hyperbounty.compute.limits import Limits

OUT_OF_MEMORY: Final = 99
"""Exit code of a worker that ended because it held more than a group may."""

_LOOK_EVERY_S: Final = 0.25
_STATM: Final = Path("/proc/self/statm")
_OOM_SCORE: Final = Path("/proc/self/oom_score_adj")


class MemoryWatch:
    """Ends this process, which works on `device`, when it holds more than the group in progress may (Linux)."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._most = sys.maxsize
        if _STATM.exists():
            threading.Thread(target=self._look, daemon=True).start()

    def allow(self, limits: Limits) -> None:
        """From now on this process may hold what `limits` says."""
        self._most = limits.memory_bytes
        # The driver of an accelerator reserves any amount of memory, and RLIMIT_DATA counts what is only reserved too.
        if sys.platform == "linux" and self._device == "cpu":
            import resource

            # What the kernel itself refuses: memory may leap between two looks.
            most, (_, hard) = min(2 * limits.memory_bytes, sys.maxsize), resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(
                resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
            )

    def _look(self) -> None:
        pause = threading.Event()
        while not pause.wait(_LOOK_EVERY_S):
            if resident_bytes() > self._most:
                os._exit(OUT_OF_MEMORY)


def resident_bytes() -> int:
    """Memory that this process holds (Linux)."""
    return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def raise_oom_score() -> None:
    """Raise the OOM score of this process: where memory runs out, Linux kills workers before what started them."""
    try:
        _OOM_SCORE.write_text("500", encoding="ascii")
    except OSError:
        return  # Not there, or not allowed: then the kernel judges by size, and workers are the largest.
