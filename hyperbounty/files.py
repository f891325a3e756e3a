"""Writing files that are either there in full or not there.

Both functions write beside the target, flush to the disk and then move into place, so a crash, a full disk or a second
process never leaves a half-written file under the name. They raise the `OSError` of the system: what it means to a user
is known to the caller.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_atomic(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write `data` under `path`, replacing what was there; missing folders are created.

    Args:
        path: the target; readers see the old bytes or the new ones, never a mixture.
        data: the whole content.
        mode: permissions, less the umask.

    >>> write_atomic(tmp_path / "notes" / "a.txt", b"old")
    >>> write_atomic(tmp_path / "notes" / "a.txt", b"new")
    >>> (tmp_path / "notes" / "a.txt").read_text()
    'new'
    """
    with _written_beside(path, data, mode) as beside:
        beside.replace(path)


def create_atomic(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write `data` under `path`, which must not exist; missing folders are created.

    Raises:
        FileExistsError: something is at `path`; it is left untouched, also where two processes race.

    >>> create_atomic(tmp_path / "once.txt", b"first")
    >>> create_atomic(tmp_path / "once.txt", b"second")
    Traceback (most recent call last):
        ...
    FileExistsError: ...
    """
    with _written_beside(path, data, mode) as beside:
        # A rename would replace silently; a link refuses an existing name.
        path.hardlink_to(beside)


@contextmanager
def _written_beside(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        # It is the folder that exists as something else; a caller must not take it for the target.
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path.parent)) from error
    beside = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield beside
        _sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # The name is durable only once the folder is; Windows has no such call and doesn't need it.
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
