"""Where the configuration file is looked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hyperbounty.config.table import CONFIG_VARIABLE
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import Action, NextStep, Parameter

FILE_NAME: Final = "hyperbounty.toml"

HOME_VARIABLE: Final = "HYPERBOUNTY_HOME"
"""The environment variable that names the home."""


def usual_home() -> Path:
    """Where keystores, keys, the embedded store and unfinished work are kept, unless somebody names another folder."""
    import platformdirs

    return platformdirs.user_data_path("hyperbounty")


@dataclass(frozen=True)
class Place:
    """Where a configuration file may be.

    Attributes:
        file: its path.
        reason: what leads there: a parameter or a variable that was set, or a folder.
        is_named: whether somebody named this very file.
    """

    file: Path
    reason: str
    is_named: bool


def places(
    named: Path | None,
    environment: Mapping[str, str],
    home: Path,
    folder: Path,
    *,
    called: Callable[[Parameter], str] = str,
) -> list[Place]:
    """Where a configuration file is looked for, in order; the first that exists is the one.

    A file that is named is the only place.

    Args:
        named: a file given for this one command.
        environment: of the process.
        home: the program's own folder.
        folder: that the command was started in.
        called: what the user calls a parameter.

    >>> [str(place.file) for place in places(None, {}, Path("/home/ada"), Path("/folder"))]
    ['/folder/hyperbounty.toml', '/home/ada/hyperbounty.toml']
    """
    if named is not None:
        return [Place(named, called(Parameter("config")), is_named=True)]
    variable = environment.get(CONFIG_VARIABLE, "").strip()
    if variable:
        return [Place(Path(variable).expanduser(), CONFIG_VARIABLE, is_named=True)]
    return [
        Place(folder / FILE_NAME, "the working folder", is_named=False),
        Place(home / FILE_NAME, called(Parameter("home")), is_named=False),
    ]


def find_file(
    named: Path | None,
    environment: Mapping[str, str],
    home: Path,
    folder: Path,
    *,
    called: Callable[[Parameter], str] = str,
) -> Path | None:
    """The configuration file that counts, None where there is none; see `places`.

    Raises:
        InvalidInput: a file was named and is not there, or the one that was found could have been put there by somebody
            else: whoever writes it chooses the node that this user trusts.

    >>> find_file(None, {}, tmp_path / "home", tmp_path) is None
    True
    """
    for place in places(named, environment, home, folder, called=called):
        path = place.file
        if path.is_file():
            if not place.is_named:
                _refuse_foreign(path)
            return path
        if place.is_named:
            raise InvalidInput(
                f"the configuration file {path} ({place.reason}) does not exist",
                NextStep("name another, or write it with {}", Action("config.init", (Parameter("config", str(path)),))),
            )
    return None


def _refuse_foreign(path: Path) -> None:
    if not hasattr(os, "getuid"):
        return
    status = path.stat()
    if status.st_uid not in (os.getuid(), 0):
        raise InvalidInput(
            f"{path} belongs to another user, who would choose the node you trust",
            NextStep("read it, then name it with {}, or work in another folder", Parameter("config", str(path))),
        )
    if stat.S_IMODE(status.st_mode) & stat.S_IWOTH:
        raise InvalidInput(f"everybody can write {path}, and choose the node you trust", f"run chmod o-w {path}")
