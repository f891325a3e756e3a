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

    def _acquire(descriptor: int, *, exclusive: bool) -> None:
        # Windows has no shared form here, so readers of the lock wait for each other too.
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError:
                continue  # LK_LOCK gives up after ten tries, a second apart
            return

    def _acquire_now(descriptor: int, *, exclusive: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _acquire(descriptor: int, *, exclusive: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)

    def _acquire_now(descriptor: int, *, exclusive: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)


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


class Held(Exception):
    """Somebody else holds the lock."""


@contextmanager
def locked_now(path: Path) -> Iterator[None]:
    """Hold the lock at `path` alone, or not at all: see `locked`, which waits.

    Raises:
        Held: it is held.

    >>> with locked_now(tmp_path / "lock"):
    ...     with locked_now(tmp_path / "lock"):
    ...         print("never")
    Traceback (most recent call last):
        ...
    hyperbounty.locks.Held: ...lock
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _acquire_now(descriptor, exclusive=True)
        except OSError:
            raise Held(str(path)) from None
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock at `path` alone; nothing is made, and nobody has to wait for long.

    For a moment, who asks keeps out whoever would hold the lock alone.

    >>> is_held(tmp_path / "lock")
    False
    >>> with locked_now(tmp_path / "lock"):
    ...     is_held(tmp_path / "lock")
    True
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _acquire_now(descriptor, exclusive=False)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
