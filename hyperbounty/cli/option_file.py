"""A file that holds the values of a command's options, in sections; made of the same fields as the options.

    [bar]
    minimum = "57%"

A key is named as its option, with underscores: `--run-time` is `run_time`. An option that is given overrides the file.
All that is wrong with a file is told at once, each with its line and what was probably meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from hyperbounty.cli.help import FILE
from hyperbounty.cli.options import PLACES, OptionField, option_fields
from hyperbounty.cli.parameters import AssetAddress
from hyperbounty.cli.toml_values import Unfit, typed
from hyperbounty.errors import InvalidInput
from hyperbounty.faults import kind_of, nearest, together
from hyperbounty.secrecy import without_keys
from hyperbounty.texts import escaped
from hyperbounty.toml_file import TomlFile, read_toml

_SHOWN: Final = 80
_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class FileLayout:
    """Where each value stands in a file.

    Attributes:
        sections: the keys of each section, in order, by its name.
        missing: what to do where there is no file.
        apart: of keys that decide the same, the one that counts, and the one that says nothing beside it.
    """

    sections: Mapping[str, Mapping[str, OptionField]]
    missing: str
    apart: Mapping[str, str]

    @classmethod
    def of(
        cls, order: Mapping[str, Sequence[str]], kinds: Sequence[type[Any]], *, missing: str, apart: Mapping[str, str]
    ) -> FileLayout:
        """The layout of the fields of dataclasses.

        Args:
            order: the fields, by section.
            kinds: the dataclasses.
            missing, apart: see above.

        Raises:
            ValueError: a field has no section, or several.
        """
        every = {each.field: each for kind in kinds for each in option_fields(kind)}
        listed = [name for names in order.values() for name in names]
        if sorted(listed) != sorted(every):
            raise ValueError(f"a section for each of {', '.join(every)}, not {', '.join(listed)}")
        sections = {name: {every[each].key: every[each] for each in names} for name, names in order.items()}
        return cls(sections, missing, apart)

    def section_of(self, key: str) -> str | None:
        """The section that a key belongs into; None where there is no such key."""
        return next((name for name, keys in self.sections.items() if key in keys), None)


@dataclass(frozen=True)
class FileValues:
    """What a file says.

    Attributes:
        values: by field, as a user would type them; a flag is true or false.
        places: FILE:LINE of each.
    """

    values: Mapping[str, str | bool]
    places: Mapping[str, str]


def read_values(path: Path, layout: FileLayout) -> FileValues:
    """The values in a file, each of which its option takes.

    Raises:
        InvalidInput: there is no such file, it is not TOML, or it has faults; all of them are told.
    """
    try:
        file = read_toml(path)
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}", layout.missing) from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}", "check the path") from None
    return _Reader(file, layout).read()


def file_argument(layout: FileLayout, name: str = "file") -> Callable[[_Command], _Command]:
    """Add an argument FILE whose values stand in for options that are not given; the command gets its path, or None.

    The options themselves are those of `options_of`, which the decorator stands above.
    """

    def load(context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
        # A completion offers options and reads nothing.
        if path is not None and not context.resilient_parsing:
            found = read_values(path, layout)
            context.default_map = dict(found.values)
            context.meta[PLACES] = found.places
            context.meta[FILE] = path
        return path

    # Before the options, which it has the defaults of.
    return click.argument(name, required=False, is_eager=True, callback=load, type=click.Path(path_type=Path))


class _Reader:
    def __init__(self, file: TomlFile, layout: FileLayout) -> None:
        self._file = file
        self._layout = layout
        self._faults: list[tuple[int | None, str]] = []
        self._values: dict[str, str | bool] = {}
        self._places: dict[str, str] = {}

    def read(self) -> FileValues:
        asset = self._asset()
        for name, table in self._file.tables.items():
            if name not in self._layout.sections:
                self._fault((name,), self._no_section(name, table))
            elif not isinstance(table, dict):
                self._fault((name,), f"{name} is a section, not {kind_of(table)}: write [{name}], and its keys below")
            else:
                for key, value in table.items():
                    self._take(name, key, value, asset)
        self._hold_apart()
        if self._faults:
            raise self._refusal()
        return FileValues(self._values, self._places)

    def _take(self, section: str, key: str, value: object, asset: str | None) -> None:
        option = self._layout.sections[section].get(key)
        if option is None:
            self._fault((section, key), self._no_key(section, key))
            return
        try:
            text = typed(option, value, asset)
        except Unfit as unfit:
            self._fault((section, key), f"{key} {unfit}{f'; did you mean {unfit.meant}?' if unfit.meant else ''}")
            return
        if isinstance(option.type, click.Path) and isinstance(text, str):
            text = str(self._file.path.parent / text)
        self._values[option.field] = text
        line = self._file.line((section, key))
        self._places[option.field] = f"{self._file.path}:{line}" if line else str(self._file.path)

    def _hold_apart(self) -> None:
        for counts, idle in self._layout.apart.items():
            section = self._layout.section_of(idle)
            table = self._file.tables.get(section or "")
            if isinstance(table, dict) and section is not None and {counts, idle} <= table.keys():
                self._fault((section, idle), f"beside {counts}, {idle} decides nothing: keep one")

    def _asset(self) -> str | None:
        """The token that the file's amounts are in; None for the coin."""
        for section, keys in self._layout.sections.items():
            table = self._file.tables.get(section)
            for key, option in keys.items():
                if isinstance(option.type, AssetAddress) and isinstance(table, dict) and key in table:
                    return str(table[key])
        return None

    def _no_section(self, name: str, value: object) -> str:
        home = self._layout.section_of(name)
        if home is not None and not isinstance(value, dict):
            return f"{name} stands outside of the sections: move it under [{home}]"
        what = "section" if isinstance(value, dict) else "key"
        known = self._layout.sections if isinstance(value, dict) else self._keys()
        return f"there is no {what} {_name(name)}: {nearest(name, known)}"

    def _no_key(self, section: str, key: str) -> str:
        home = self._layout.section_of(key)
        if home is not None:
            return f"{key} belongs under [{home}], not under [{section}]"
        own = self._layout.sections[section]
        # What is near anywhere says more than all that would fit here.
        if not difflib.get_close_matches(key, own, 1):
            for near in difflib.get_close_matches(key, self._keys(), 1):
                return f"there is no key {_name(key)}: did you mean {near}, under [{self._layout.section_of(near)}]?"
        return f"there is no key {_name(key)} in [{section}]: {nearest(key, own)}"

    def _keys(self) -> list[str]:
        return [key for keys in self._layout.sections.values() for key in keys]

    def _fault(self, names: tuple[str, ...], fault: str) -> None:
        self._faults.append((self._file.line(names), without_keys(fault)))

    def _refusal(self) -> InvalidInput:
        path = self._file.path
        if len(self._faults) == 1:
            [(line, fault)] = self._faults
            return InvalidInput(f"{path}{f':{line}' if line else ''}: {fault}", "correct that line")
        faults = [f"line {line}: {fault}" if line else fault for line, fault in sorted(self._faults, key=_by_line)]
        return InvalidInput(f"{path} has {together(faults, len(faults))}", "correct these lines")


def _by_line(fault: tuple[int | None, str]) -> int:
    return fault[0] or 0


def _name(text: str) -> str:
    return escaped(repr(text), _SHOWN)
