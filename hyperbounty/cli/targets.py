"""What a command writes for its user: it goes where nothing is, so that nothing of the user's is replaced.

A command asks `require_free` before it works, and writes with `create_file` or `create_folder`, which do not replace
either: what came there meanwhile stays.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hyperbounty.errors import InvalidInput
from hyperbounty.files import create_atomic


def require_free(path: Path, other: str, same: bytes | None = None) -> None:
    """Refuse a target where something is; an empty folder is nothing.

    Args:
        path: of the file or folder that is to be made.
        other: how to name another, such as `another folder with --out`.
        same: a file of exactly this content is in nobody's way: an earlier run of the same command wrote it.

    Raises:
        InvalidInput: says what is there.

    >>> require_free(tmp_path / "new", "another file")
    >>> require_free(tmp_path, "another file")
    """
    if not os.path.lexists(path) or (path.is_dir() and not any(path.iterdir())):
        return
    if same is not None and path.is_file() and path.read_bytes() == same:
        return
    what = "is a folder that is not empty" if path.is_dir() else "exists already"
    raise InvalidInput(f"{path} {what}, and nothing is overwritten", f"name {other}, or move what is there away")


def create_file(path: Path, data: bytes, other: str, *, mode: int = 0o666, once: bool = True) -> None:
    """Write a file that was not there, with these permissions less the umask; see `require_free`.

    Unless `once`, a file with the same content may be there already.
    """
    try:
        create_atomic(path, data, mode=mode)
    except FileExistsError:
        require_free(path, other, None if once else data)
        if once:
            raise


@contextmanager
def create_folder(path: Path, other: str) -> Iterator[Path]:
    """A folder to write into, which appears at `path` with all that is in it, or not at all; see `require_free`.

    >>> with create_folder(tmp_path / "made", "another folder") as folder:
    ...     _ = (folder / "a.txt").write_text("whole")
    >>> (tmp_path / "made" / "a.txt").read_text()
    'whole'
    """
    require_free(path, other)
    beside = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    beside.mkdir(parents=True)
    try:
        yield beside
        require_free(path, other)
        if path.is_dir():
            path.rmdir()
        beside.replace(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
