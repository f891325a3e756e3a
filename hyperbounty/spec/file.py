"""Spec files: a spec as people write it, JSON with the fields of `Spec`, or the 32-byte word itself."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from hyperbounty.errors import SpecError
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import DENSE, MAX_LAYERS, RECURRENT, TABLE, Choice, Entry, Flag, Layers, Steps

_REQUIRED: Final = frozenset({"cell", "recurrent_units", "learning_rate", "batch_size", "epochs"})
"""What a file must say; for all else it may rely on the defaults of `Spec`."""


def _json_type(entry: Entry) -> Any:
    """What JSON holds for an attribute."""
    match entry:
        case Choice():
            return str
        case Steps():
            return float
        case Flag():
            return bool
        case Layers():
            return Annotated[list[int], Field(min_length=entry.fewest, max_length=MAX_LAYERS)]
    return int


def _file_model() -> type[BaseModel]:
    defaults = {field.name: field.default for field in fields(Spec)}
    attributes: dict[str, Any] = {
        entry.name: (_json_type(entry), ... if entry.name in _REQUIRED else defaults[entry.name]) for entry in TABLE
    }
    # Strict, so that "32" or 32.0 is not silently taken for 32 units.
    return create_model("SpecFile", __config__=ConfigDict(strict=True, extra="forbid"), **attributes)


_SpecFile: Final = _file_model()


def read_spec(text_or_path: str) -> Spec:
    """The spec in a JSON file, or the one that a word of 0x and 64 digits stands for.

    >>> read_spec("0x" + Spec().word.hex()) == Spec()
    True

    Raises:
        SpecError: no such file, not JSON, a field missing, unknown, of the wrong type or out of range.
    """
    if text_or_path.startswith("0x"):
        try:
            word = bytes.fromhex(text_or_path[2:])
        except ValueError as error:
            raise SpecError(f"{text_or_path} is not a word", "pass 0x and 64 hexadecimal digits") from error
        return Spec.from_word(word)
    path = Path(text_or_path)
    try:
        written = _SpecFile.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise SpecError(f"there is no file {path}", "pass a JSON file with a spec, or its word") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise SpecError(f"{path}: {where}: {first['msg']}", "see docs/spec.md for the fields") from error
    values = {entry.name: getattr(written, entry.name) for entry in TABLE}
    for entry in (RECURRENT, DENSE):
        values[entry.name] = tuple(values[entry.name])
    return Spec(**values)


def spec_json(spec: Spec) -> str:
    """The JSON file that `read_spec` reads back as `spec`.

    >>> print(spec_json(Spec()).splitlines()[1])
      "cell": "LSTM",
    """
    return json.dumps({entry.name: getattr(spec, entry.name) for entry in TABLE}, indent=2) + "\n"
