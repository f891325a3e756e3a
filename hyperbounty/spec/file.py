"""Spec files: a spec as people write it, JSON with the fields of `Spec`, or the 32-byte word itself."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hyperbounty.errors import SpecError
from hyperbounty.spec.spec import Spec


class _SpecFile(BaseModel):
    # Strict, so that "32" or 32.0 is not silently taken for 32 units.
    model_config = ConfigDict(strict=True, extra="forbid")

    cell: str
    recurrent_units: list[int] = Field(min_length=1, max_length=4)
    dense_units: list[int] = Field(default=[], max_length=4)
    activation: str = "tanh"
    dense_activation: str = "tanh"
    loss: str = "binary_crossentropy"
    optimizer: str = "adam"
    learning_rate: float
    batch_size: int
    epochs: int
    dropout: float = 0.0
    normalization: str = "none"
    bidirectional: bool = False
    gradient_clip: float = 0.0
    weight_decay: float = 0.0


def read_spec(text_or_path: str) -> Spec:
    """The spec in a JSON file, or the one that a word of 0x and 64 digits stands for.

    Raises:
        SpecError: no such file, not JSON, a field missing, unknown, of the wrong type or out of range.
    """
    if text_or_path.startswith("0x"):
        try:
            return Spec.from_word(bytes.fromhex(text_or_path[2:]))
        except ValueError as error:
            if isinstance(error, SpecError):
                raise
            raise SpecError(f"{text_or_path} is not a word", "pass 0x and 64 hexadecimal digits") from error
    path = Path(text_or_path)
    try:
        written = _SpecFile.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise SpecError(f"there is no file {path}", "pass a JSON file with a spec, or its word") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise SpecError(f"{path}: {where}: {first['msg']}", "see docs/spec.md for the fields") from error
    fields = written.model_dump()
    return Spec(
        **{**fields, "recurrent_units": tuple(written.recurrent_units), "dense_units": tuple(written.dense_units)}
    )


def spec_json(spec: Spec) -> str:
    """The JSON file that `read_spec` reads back as `spec`."""
    return json.dumps({name: getattr(spec, name) for name in _SpecFile.model_fields}, indent=2) + "\n"
