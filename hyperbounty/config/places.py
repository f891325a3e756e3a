"""Where the configuration file is looked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hyperbounty.config.table import CONFIG_VARIABLE
from hyperbounty.errors import InvalidInput

FILE_NAME: Final = "hyperbounty.toml"


def places(named: Path | None, environment: Mapping[str, str], home: Path, folder: Path) -> list[tuple[Path, str]]:
    """Where a configuration file is looked for, in order, each with the reason; the first that exists is the one.

    A file that is named is the only place.

    Args:
        named: by the option --config.
        environment: of the process.
        home: the program's own folder.
        folder: that the command was started in.
    """
    if named is not None:
        return [(named, "--config")]
    variable = environment.get(CONFIG_VARIABLE, "").strip()
    if variable:
        return [(Path(variable).expanduser(), CONFIG_VARIABLE)]
    return [(folder / FILE_NAME, "the working folder"), (home / FILE_NAME, "--home")]


def find_file(named: Path | None, environment: Mapping[str, str], home: Path, folder: Path) -> Path | None:
    """The configuration file that counts, None where there is none; see `places`.

    Raises:
        InvalidInput: a file was named and is not there, or the one that was found could have been put there by somebody
            else: whoever writes it chooses the node that this user trusts.
    """
    for path, reason in places(named, environment, home, folder):
        is_named = reason in ("--config", CONFIG_VARIABLE)
        if path.is_file():
            if not is_named:
                _refuse_foreign(path)
            return path
        if is_named:
            raise InvalidInput(
                f"the configuration file {path} ({reason}) does not exist",
                f"name another, or write it with `hyperbounty config init --config {path}`",
            )
    return None


def _refuse_foreign(path: Path) -> None:
    if not hasattr(os, "getuid"):
        return
    status = path.stat()
    if status.st_uid not in (os.getuid(), 0):
        raise InvalidInput(
            f"{path} belongs to another user, who would choose the node you trust",
            f"read it, then name it with --config {path}, or work in another folder",
        )
    if stat.S_IMODE(status.st_mode) & stat.S_IWOTH:
        raise InvalidInput(f"everybody can write {path}, and choose the node you trust", f"run chmod o-w {path}")
