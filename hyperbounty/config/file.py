"""`hyperbounty.toml`, read and checked as a whole: a slip in a profile shows before that profile is ever used."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hyperbounty.config.readers import Unfit, kind_of
from hyperbounty.config.table import BY_KEY
from hyperbounty.config.web import WEB_READERS
from hyperbounty.errors import InvalidInput
from hyperbounty.faults import nearest, together
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.secrecy import looks_like_key, without_keys
from hyperbounty.toml_file import read_toml

_PROFILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SECRET_NAME: Final = re.compile(r"private|secret|passw|passphrase|mnemonic|seed|key")
_LONGEST_NUMBER: Final = 2**128
_NEAR: Final = 0.85


@dataclass(frozen=True)
class Found:
    """A value of the file, read, and where it stands: FILE:LINE."""

    value: Any = field(repr=False)
    where: str


@dataclass(frozen=True)
class ConfigFile:
    """What one file says.

    Attributes:
        path: of the file.
        profile: the name of the profile it selects, if it does.
        shared: settings above the profiles, by key.
        profiles: settings by profile and key.
        web: what stands in the table `[web]`, by key.
    """

    path: Path
    profile: Found | None
    shared: Mapping[str, Found]
    profiles: Mapping[str, Mapping[str, Found]]
    web: Mapping[str, Found] = field(default_factory=dict)


def read_file(path: Path) -> ConfigFile:
    r"""The content of a configuration file, every setting of every profile checked.

    Raises:
        InvalidInput: it is not TOML, or holds an unknown key, a value that does not fit, or a secret. The message names
            file, line and key, and repeats no value.

    >>> path = tmp_path / "hyperbounty.toml"
    >>> _ = path.write_text('account = "ada"\n[profiles.sepolia]\nchain_id = 11155111\n')
    >>> file = read_file(path)
    >>> file.shared["account"].value, file.profiles["sepolia"]["chain_id"].value
    ('ada', 11155111)
    """
    found = read_toml(path)
    return _Reader(path, found.lines).read(found.tables)


class _Reader:
    def __init__(self, path: Path, lines: Mapping[tuple[str, ...], int]) -> None:
        self._path = path
        self._lines = lines
        self._faults: list[InvalidInput] = []

    def read(self, tables: dict[str, Any]) -> ConfigFile:
        found = self._read(tables)
        if len(self._faults) > 1:
            said = [f"{fault.what.replace(f'{self._path}:', 'line ')}, {fault.next_step}" for fault in self._faults]
            raise InvalidInput(f"{self._path} has {together(said)}", "correct these lines")
        if self._faults:
            raise self._faults[0]
        return found

    def _read(self, tables: dict[str, Any]) -> ConfigFile:
        profile = None
        if "profile" in tables:
            profile = Found(self._profile_name(tables.pop("profile"), ("profile",)), self._where(("profile",)))
        profiles = tables.pop("profiles", {})
        if not isinstance(profiles, dict):
            raise InvalidInput(f"{self._where(('profiles',))}: profiles must be tables", "write [profiles.NAME]")
        web = self._web(tables.pop("web", {}))
        shared = self._settings(tables, (), [key for key, setting in BY_KEY.items() if setting.shared])
        read: dict[str, Mapping[str, Found]] = {}
        for name, table in profiles.items():
            place = ("profiles", self._profile_name(name, ("profiles", name)))
            if not isinstance(table, dict):
                raise InvalidInput(
                    f"{self._where(place)}: profiles.{name} must be a table, not {kind_of(table)}",
                    f"write [profiles.{name}] and its settings below",
                )
            read[name] = self._settings(table, place, BY_KEY)
        return ConfigFile(self._path, profile, shared, read, web)

    def _web(self, table: object) -> Mapping[str, Found]:
        if not isinstance(table, dict):
            raise InvalidInput(f"{self._where(('web',))}: web must be a table", "write [web] and its settings below")
        return self._table(table, ("web",), WEB_READERS)

    def _settings(
        self, table: Mapping[str, Any], place: tuple[str, ...], allowed: Iterable[str]
    ) -> Mapping[str, Found]:
        return self._table(table, place, {key: BY_KEY[key].read for key in allowed})

    def _table(
        self,
        table: Mapping[str, Any],
        place: tuple[str, ...],
        readers: Mapping[str, Callable[[object, Path], object]],
    ) -> Mapping[str, Found]:
        found = {}
        for key, value in table.items():
            at = (*place, key)
            self._refuse_secrets(at, value)
            try:
                if key not in readers:
                    raise self._unknown(at, value, list(readers))
                found[key] = Found(self._value(readers[key], value, at), self._where(at))
            except InvalidInput as fault:
                self._faults.append(fault)
        return found

    def _value(self, read: Callable[[object, Path], object], value: object, at: tuple[str, ...]) -> object:
        try:
            return read(value, self._path.absolute().parent)
        except Unfit as unfit:
            where = self._where((*at, *unfit.within))
            raise InvalidInput(f"{where}: {unfit.part_of(at[-1])} must be {unfit}", "correct that line") from None

    def _refuse_secrets(self, at: tuple[str, ...], value: object) -> None:
        key = at[-1]
        name = key.lower().replace("-", "_")
        slip = key not in BY_KEY and difflib.get_close_matches(key, BY_KEY, 1, _NEAR)
        if (key not in BY_KEY and not slip and _SECRET_NAME.search(name)) or _holds_key([key, value]):
            raise InvalidInput(
                f"{self._where(at)}: {without_keys(key)} is a secret or looks like one: it does not belong here",
                NextStep(
                    "remove it; keep keys in a keystore ({}) and name a file with the password as password_file",
                    Action("account.import"),
                ),
            )

    def _unknown(self, at: tuple[str, ...], value: object, allowed: list[str]) -> InvalidInput:
        key = at[-1]
        where = self._where(at)
        if len(at) == 1 and key in BY_KEY:
            return InvalidInput(f"{where}: {key} belongs to one chain", "move it under its [profiles.NAME]")
        table = f"[{'.'.join(at[:-1])}]" if at[:-1] else "the top of the file"
        known = [*allowed, *(() if at[:-1] else ("profile", "profiles", "web"))]
        what = "table" if isinstance(value, dict) else "setting"
        return InvalidInput(f"{where}: there is no {what} {without_keys(key)!r} in {table}", nearest(key, known))

    def _profile_name(self, name: object, at: tuple[str, ...]) -> str:
        if not isinstance(name, str) or not _PROFILE_NAME.fullmatch(name):
            given = "" if isinstance(name, str) else f", not {kind_of(name)}"
            raise InvalidInput(
                f"{self._where(at)}: the name of a profile must be a text of letters, digits, - and _{given}",
                'select one with profile = "NAME", describe it under [profiles.NAME]',
            )
        return name

    def _where(self, at: tuple[str, ...]) -> str:
        line = self._lines.get(at)
        return f"{self._path}:{line}" if line else str(self._path)


def _holds_key(value: object) -> bool:
    if isinstance(value, int):
        # Without quotes, TOML reads 0x… as a number.
        return value >= _LONGEST_NUMBER
    if isinstance(value, str):
        return looks_like_key(value)
    if isinstance(value, dict):
        return any(map(_holds_key, value.values()))
    return isinstance(value, list) and any(map(_holds_key, value))
