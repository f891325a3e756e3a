"""A lock between processes, on a file that stays.

The system releases it when its holder ends, however that happens, so no lock is ever stale.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _acquire(descriptor: int, *, exclusive: bool, wait: bool) -> None:
        # Windows has no shared form here, so readers of the lock wait for each other too.
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError as error:
                if not wait:
                    raise BlockingIOError from error
                continue  # LK_LOCK gives up after ten tries, a second apart
            return

else:
    import fcntl

    def _acquire(descriptor: int, *, exclusive: bool, wait: bool) -> None:
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, *, exclusive: bool, mode: int = 0o666, wait: bool = True) -> Iterator[None]:
    """Hold the lock at `path`, which is made with its folder; wait for it as long as it takes.

    Args:
        path: an empty file, never removed.
        exclusive: alone, or with others that don't ask to be alone. Threads of one process count as others.
        mode: permissions of the file where it is made, less the umask.
        wait: for others.

    Raises:
        BlockingIOError: another holds it, and it is not to be waited for.

    >>> with locked(tmp_path / "lock", exclusive=True):
    ...     print("alone")
    alone
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
    try:
        _acquire(descriptor, exclusive=exclusive, wait=wait)
        yield
    finally:
        os.close(descriptor)
