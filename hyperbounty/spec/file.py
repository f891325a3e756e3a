"""Spec files: a spec as people write it, JSON or TOML with the fields of `Spec`, or the 32-byte word itself."""

from __future__ import annotations

import difflib
import json
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import InvalidInput, SpecError
from hyperbounty.faults import kind_of, nearest, shown, together
from hyperbounty.foreign_json import nests_deeper
from hyperbounty.spec.fitting import what_fits
from hyperbounty.spec.narrowing import without_search
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import TABLE
from hyperbounty.toml_file import read_toml

_REQUIRED: Final = frozenset({"cell", "recurrent_units", "learning_rate", "batch_size", "epochs"})
"""What a file must say; for all else it may rely on the defaults of `Spec`."""

_NAMES: Final = tuple(entry.name for entry in TABLE)
_ALL_FIELDS: Final = "docs/spec.md has every field"
_MAX_DEPTH: Final = 16


def read_spec(text_or_path: str) -> Spec:
    """The spec in a file, TOML where its name ends so and else JSON, or the one that 0x and 64 digits stand for.

    >>> read_spec("0x" + Spec().word.hex()) == Spec()
    True

    Raises:
        SpecError: no such file, neither JSON nor TOML, or fields missing, unknown, of the wrong type or out of range;
            it names them all.
    """
    if text_or_path.startswith("0x"):
        try:
            word = bytes.fromhex(text_or_path[2:])
        except ValueError as error:
            raise SpecError(f"{text_or_path} is not a word", "pass 0x and 64 hexadecimal digits") from error
        return Spec.from_word(word)
    path = Path(text_or_path)
    written, lines = _read_toml(path) if path.suffix.lower() == ".toml" else (_read_json(path), {})
    faults = [
        f"line {lines[name]}: {fault}" if name in lines else fault
        for name, fault in (*_wrong_names(written), *_wrong_values(written))
    ]
    if faults:
        raise SpecError(f"{path}: {together(faults)}", f"correct the file; {_ALL_FIELDS}")
    values: dict[str, Any] = {field.name: field.default for field in fields(Spec)} | written
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    try:
        return Spec(**made)
    except SpecError as error:
        raise SpecError(f"{path}: {error.what}", error.next_step) from error


def spec_json(spec: Spec) -> str:
    """The JSON file that `read_spec` reads back as `spec`.

    >>> print(spec_json(Spec()).splitlines()[1])
      "cell": "LSTM",
    """
    return json.dumps({entry.name: getattr(spec, entry.name) for entry in TABLE}, indent=2) + "\n"


def _read_toml(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """What a file holds, and the line of each name; what it says to a search is for who searches."""
    try:
        file = read_toml(path)
    except InvalidInput as error:
        raise SpecError(error.what, error.next_step) from error
    except OSError as error:
        raise _unread(path, error) from error
    written = without_search(file.tables)
    return written, {name: line for name in written if (line := file.line((name,))) is not None}


def _unread(path: Path, error: OSError) -> SpecError:
    if isinstance(error, FileNotFoundError):
        return SpecError(f"there is no file {path}", "pass a file with a spec, JSON or TOML, or its word")
    return SpecError(f"{path} cannot be read: {error.strerror or error}", "pass a JSON or TOML file with a spec")


def _read_json(path: Path) -> dict[str, Any]:
    """The object in a file, each of its names standing there once."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(pairs)

    try:
        text = path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from error
    if nests_deeper(text, _MAX_DEPTH):
        raise SpecError(
            f"{path} is not a spec: its brackets nest too deep", f"write an object of fields; {_ALL_FIELDS}"
        )
    try:
        written = json.loads(text.decode("utf-8-sig"), object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise SpecError(
            f"{path} is not JSON at line {error.lineno}, column {error.colno}",
            "check quotes, commas and brackets there",
        ) from error
    except ValueError as error:
        raise SpecError(f"{path} is not JSON", "write it as plain text in UTF-8, as the example has it") from error
    if not isinstance(written, dict):
        raise SpecError(f"{path} holds {kind_of(written)}", f"write an object of fields, {{…}}; {_ALL_FIELDS}")
    if twice:
        raise SpecError(f"{path} says {', '.join(map(repr, twice))} twice", "keep one of the lines")
    return written


def _wrong_names(written: dict[str, Any]) -> list[tuple[str, str]]:
    """Each name that is wrong, and what is wrong with it."""
    unknown = [name for name in written if name not in _NAMES]
    left_out = [name for name in _NAMES if name in _REQUIRED and name not in written]
    meant = {name for wrong in unknown for name in difflib.get_close_matches(wrong, left_out, 1)}
    return [
        *((name, f"there is no field {shown(name)}: {nearest(name, _NAMES)}") for name in unknown),
        *((name, f"{name} is missing") for name in left_out if name not in meant),
    ]


def _wrong_values(written: dict[str, Any]) -> list[tuple[str, str]]:
    """Each name whose value is wrong, and what it must be."""
    faults = []
    for entry in TABLE:
        if entry.name in written:
            fits = what_fits(entry, written[entry.name])
            if fits:
                faults.append((entry.name, f"{entry.name} must be {fits}, not {shown(written[entry.name])}"))
    return faults
