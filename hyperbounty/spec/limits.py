"""The limits of a contest in words: what is the largest that a spec may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hyperbounty.spec.table import DENSE, RECURRENT, TABLE, Choice, Flag, Layers, Steps, Whole
from hyperbounty.spec.word import unpack

_ALWAYS: Final = frozenset({"batch_size", "epochs", "learning_rate"})
"""What everybody wants to know, whether it is limited or not."""


def describe_limits(limits: bytes) -> str:
    """What a contest with these `limits` allows, one line; what is not named goes as far as docs/spec.md has it.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA, pack
    >>> describe_limits(SPEC_MAXIMA)[:83]
    '1 to 4 recurrent layers of up to 1,024 units, up to 4 dense layers of up to 1,024 u'
    >>> small = {**unpack(SPEC_MAXIMA), "recurrent_layers": 1, "recurrent_units_1": 64, "dense_layers": 0, "epochs": 50}
    >>> describe_limits(pack(small)).split(", learning")
    ['1 recurrent layer of up to 64 units, no dense layer', ' rate up to 1, batch size up to 8,192, epochs up to 50']

    Args:
        limits: the word that holds the highest value of each field.
    """
    highest = unpack(limits)
    return ", ".join([_layers(RECURRENT, highest), _layers(DENSE, highest), *_others(highest)])


def _layers(layers: Layers, highest: Mapping[str, int]) -> str:
    count = min(highest[layers.count_name], len(layers.units_names))
    if count < max(layers.fewest, 1):
        return f"no {layers.kind} layer"
    units = [f"{highest[name]:,}" for name in layers.units_names[:count]]
    most = units[0] if len(set(units)) == 1 else ", ".join(units)
    several = f"1 to {count}" if layers.fewest else f"up to {count}"
    number = "1" if count == layers.fewest else several
    return f"{number} {layers.kind} layer{'s' if count > 1 else ''} of up to {most} units"


def _others(highest: Mapping[str, int]) -> list[str]:
    said = []
    for entry in TABLE:
        if isinstance(entry, Layers):
            continue
        top, name = highest[entry.name], entry.name.replace("_", " ")
        [field] = entry.fields
        if top >= field.highest and entry.name not in _ALWAYS:
            continue
        top = min(top, field.highest)
        match entry:
            case Choice():
                said.append(f"{name} {' or '.join(entry.options[: top + 1])}")
            case Flag():
                said.append(f"not {name}")
            case Steps():
                said.append(f"{name} up to {top / entry.per_one:g}")
            case Whole():
                said.append(f"{name} up to {top:,}")
    return said
