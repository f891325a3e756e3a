"""The tables and constants of a spec as plain data, for a program in another language.

A page of the site packs the word and counts its cost in the browser, since no spec may reach the site before its
reveal. It has the formulas of `word`, `layers`, `cost` and `memory`; all numbers in them it is told.
"""

from __future__ import annotations

from typing import Any

from hyperbounty.spec import memory
from hyperbounty.spec import reference_core as core
from hyperbounty.spec.layers import NORMALIZATION_PARAMETERS
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import SPEC_VERSION, TABLE, Choice, Flag, Layers, Steps, Whole
from hyperbounty.spec.word import unpack


def portable_tables() -> dict[str, Any]:
    """All that word, cost and memory of a spec follow from, beside the formulas, as JSON can hold it.

    >>> portable_tables()["entries"][0]
    {'name': 'cell', 'kind': 'choice', 'options': ['SimpleRNN', 'LSTM', 'GRU'], 'fields': [['cell', 1, 0, 2]]}
    """
    constants = {name: value for name, value in vars(core).items() if name.isupper() and isinstance(value, int)}
    return {
        "version": SPEC_VERSION,
        "entries": [_entry(entry) for entry in TABLE],
        "core": constants,
        "cells": {name: vars(cell) for name, cell in core.CELLS.items()},
        "activation": dict(core.ACTIVATION),
        "update": dict(core.UPDATE),
        "normalization": dict(NORMALIZATION_PARAMETERS),
        "memory": {
            "bound": memory.MEMORY_BOUND,
            "float": memory.FLOAT_BYTES,
            "after": memory.AFTER_LAYER_FLOATS,
            "unit": dict(memory.PROCESS_UNIT),
            "input": memory.PROCESS_INPUT,
            "dense": memory.PROCESS_DENSE,
            "parameter": memory.PROCESS_PARAMETER,
        },
    }


def portable_task(limits: bytes, shape: TaskShape, run_seconds: int) -> dict[str, Any]:
    """What a contest asks of a spec, as JSON can hold it.

    Args:
        limits: the word that holds the highest value of each field.
        shape: of its task.
        run_seconds: of the reference core that a run may take.
    """
    return {"limits": unpack(limits), "shape": vars(shape), "runSeconds": run_seconds}


def portable_spec(spec: Spec) -> dict[str, Any]:
    """The fields of a spec by name, as JSON can hold them.

    >>> portable_spec(Spec())["recurrent_units"]
    [32]
    """
    values = {entry.name: getattr(spec, entry.name) for entry in TABLE}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _entry(entry: object) -> dict[str, Any]:
    match entry:
        case Choice():
            made: dict[str, Any] = {"name": entry.name, "kind": "choice", "options": list(entry.options)}
        case Flag():
            made = {"name": entry.name, "kind": "flag"}
        case Layers():
            made = {"name": entry.name, "kind": "layers"}
        case Steps():
            made = {"name": entry.name, "kind": "steps", "perOne": entry.per_one}
        case Whole():
            made = {"name": entry.name, "kind": "whole"}
        case _:
            raise TypeError(f"no kind of entry: {entry!r}")
    return {**made, "fields": [[field.name, field.digits, field.lowest, field.highest] for field in entry.fields]}
