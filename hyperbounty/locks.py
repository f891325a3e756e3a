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

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _acquire(descriptor: int, *, exclusive: bool) -> None:
        # Windows has no shared form here, so readers of the lock wait for each other too.
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError:
                continue  # LK_LOCK gives up after ten tries, a second apart
            return

else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _acquire(descriptor: int, *, exclusive: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)


@contextmanager
def locked(path: Path, *, exclusive: bool, mode: int = 0o666) -> Iterator[None]:
    """Hold the lock at `path`, which is made with its folder; wait for it as long as it takes.

    Args:
        path: an empty file, never removed.
        exclusive: alone, or with others that don't ask to be alone. Threads of one process count as others.
        mode: permissions of the file where it is made, less the umask.

    >>> with locked(tmp_path / "lock", exclusive=True):
    ...     print("alone")
    alone
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
    try:
        _acquire(descriptor, exclusive=exclusive)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def locked_if_free(path: Path, *, mode: int = 0o666) -> Iterator[bool]:
    """Hold the lock at `path` alone where nobody holds it; gives whether it is held, and does not wait.

    Args:
        path, mode: see `locked`.

    >>> with locked_if_free(tmp_path / "lock") as mine, locked_if_free(tmp_path / "lock") as again:
    ...     print(mine, again)
    True False
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
    try:
        yield _try(descriptor)
    finally:
        os.close(descriptor)
