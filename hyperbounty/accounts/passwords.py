"""Passwords from files that only their owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from hyperbounty.errors import AccountError
from hyperbounty.next_steps import NextStep, Parameter

_MAX_BYTES: Final = 4096
_CHECK: Final = NextStep("check what {}, HYPERBOUNTY_PASSWORD_FILE or password_file names", Parameter("password_file"))


def read_password_file(path: Path, *, what: str = "password", check: NextStep = _CHECK) -> str:
    r"""The password that a file holds, on one line; the end of the line is not part of it.

    A pipe will do, such as `/dev/stdin`.

    Args:
        path: of the file.
        what: it is called in messages.
        check: the next step where the file cannot be read.

    Raises:
        AccountError: it cannot be read, holds no password or more than one line, or others may read it too.

    >>> file = tmp_path / "ada.password"
    >>> _ = file.write_text("correct horse\n")
    >>> file.chmod(0o600)
    >>> read_password_file(file)
    'correct horse'
    """
    try:
        with path.open("rb") as file:
            _refuse_shared(path, os.fstat(file.fileno()), what)
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise AccountError(f"the {what} file cannot be read: {error.strerror or type(error).__name__}", check) from None
    try:
        password = content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise AccountError(f"the {what} file {path} is not UTF-8", "save it as plain text") from None
    if len(content) > _MAX_BYTES or "\n" in password:
        raise AccountError(f"the {what} file {path} holds more than one line", f"keep the {what} on one line")
    if not password:
        raise AccountError(f"the {what} file {path} is empty", f"write the {what} into it")
    return password


def _refuse_shared(path: Path, status: os.stat_result, what: str) -> None:
    shared = stat.S_IRWXG | stat.S_IRWXO
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder and path.parent == Path(folder):
        # systemd lets one user in by an access list, whose mask stands where the group's permissions do.
        shared = stat.S_IRWXO
    # What Windows reports as a mode says nothing about who may read.
    if os.name == "posix" and stat.S_ISREG(status.st_mode) and status.st_mode & shared:
        raise AccountError(
            f"the {what} file {path} is open to others (mode {stat.S_IMODE(status.st_mode):04o})",
            f"run chmod 600 {path}; if somebody else uses this machine, choose a new {what} too",
        )
