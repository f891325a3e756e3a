"""What commands print with `--json`, held against the schemas of docs/schemas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"
_GROUPS = ("secrets", "simulate", "market")
_OF_ONE_WORD = ("deploy", "devnet", "doctor", "serve", "up")


@cache
def validator(name: str) -> Draft202012Validator:
    """That of docs/schemas/<name>.json."""
    names = Resource.from_contents(json.loads((SCHEMAS / "names.json").read_text(encoding="utf-8")))
    registry: Any = Registry().with_resource("names.json", names)
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")), registry=registry)


def check(arguments: Sequence[str], document: object) -> None:
    """Hold what a command printed against its schema, or against that of errors.

    Args:
        arguments: of the command, its name first.
        document: that it printed.
    """
    is_error = isinstance(document, dict) and "exit_code" in document
    words = 1 if arguments[0] in _OF_ONE_WORD else 3 if arguments[1] in _GROUPS else 2
    command = [*arguments[:words]]
    name = "error" if is_error else "-".join(command)
    faults = sorted(validator(name).iter_errors(document), key=lambda fault: len(fault.path))
    said = [f"{'.'.join(map(str, fault.path))}: {fault.message[:600]}" for fault in faults]
    said += [f"  {each.json_path}: {each.message[:300]}" for fault in faults for each in fault.context or ()]
    assert not faults, f"{name}: {said}"
