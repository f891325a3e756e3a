"""What a task may take of a machine: the time after which its worker counts as hung, and the memory it must not exceed.

Whoever reaches one has met a fault of the machine. What is too much to be asked for at all is for the user of an
executor to refuse before it becomes a task.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

IDLE_WORKER_BYTES: Final = 1024**3
"""What a worker holds before it works; measured with TensorFlow, 0.6 GiB, and 30 MB more for each program it ran."""


@dataclass(frozen=True)
class Limits:
    """What a worker may take for one task, or for several side by side. Each is without bound where it is left out.

    Attributes:
        silence_s: seconds; longest time in which a worker tells nothing.
        total_s: seconds; longest time from the start to the last result.
        memory_bytes: most memory that its process may hold.
    """

    silence_s: float = float("inf")
    total_s: float = float("inf")
    memory_bytes: int = sys.maxsize

    @classmethod
    def together(cls, each: Sequence[Limits]) -> Limits:
        """The limits of tasks side by side: all the time that they may take one after the other.

        They make progress together, so the longest silence is that of the slowest. Memory is that of the largest: see
        `Task.memory_bytes`.

        >>> Limits.together([Limits(5, 50, memory_bytes=7), Limits(9, 20, memory_bytes=3)])
        Limits(silence_s=9, total_s=70, memory_bytes=7)
        """
        return cls(
            silence_s=max(limits.silence_s for limits in each),
            total_s=sum(limits.total_s for limits in each),
            memory_bytes=max(limits.memory_bytes for limits in each),
        )


def machine_memory_bytes() -> int:
    """The memory of this machine, or of the container that this process is in; where it cannot be told, no bound."""
    if not hasattr(os, "sysconf"):  # Windows
        return sys.maxsize
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            allowed = Path(file).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if allowed.isdigit():
            return min(physical, int(allowed))
    return physical
