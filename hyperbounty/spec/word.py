"""The word of a spec: 32 bytes that stand on chain, how they are packed, and which of them mean a model.

The word is read as 64 hexadecimal digits from the left. Every field of the table is a whole number of digits, so a spec
can be read off a block explorer. What is left of the word (24 bits) must be zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hyperbounty.errors import SpecError
from hyperbounty.spec.table import DENSE, FIELDS, RECURRENT, Layers

_DIGITS = sum(field.digits for field in FIELDS)
UNUSED_BITS: Final = 256 - 4 * _DIGITS


def pack(values: Mapping[str, int]) -> bytes:
    """The 32-byte word that holds `values`, one per field of the table.

    >>> pack({field.name: field.highest for field in FIELDS}) == SPEC_MAXIMA
    True

    Raises:
        SpecError: a field is missing, unknown, or does not fit its digits. The range is not checked here.
    """
    unknown = values.keys() - {field.name for field in FIELDS}
    if unknown:
        raise SpecError(f"unknown spec field {sorted(unknown)[0]!r}", "use the fields of docs/spec.md")
    word = 0
    for field in FIELDS:
        value = values.get(field.name)
        if value is None or not 0 <= value < 16**field.digits:
            raise SpecError(f"{field.name} is {value}", f"choose {field.lowest} to {field.highest}")
        word = word << (4 * field.digits) | value
    return (word << UNUSED_BITS).to_bytes(32, "big")


def unpack(word: bytes) -> dict[str, int]:
    """The raw value of every field of a 32-byte word; any word has them, `check` says whether they mean a model.

    >>> unpack(SPEC_MAXIMA)["recurrent_units_1"]
    1024

    Raises:
        SpecError: the word has another length.
    """
    if len(word) != 32:
        raise SpecError(f"a spec is 32 bytes, not {len(word)}", "pass 0x and 64 hexadecimal digits")
    digits = word.hex()
    values = {}
    at = 0
    for field in FIELDS:
        values[field.name] = int(digits[at : at + field.digits], 16)
        at += field.digits
    return values


SPEC_MINIMA: Final = pack({field.name: field.lowest for field in FIELDS})
"""The lowest value of every field; the contract has the same constant."""

SPEC_MAXIMA: Final = pack({field.name: field.highest for field in FIELDS})
"""The highest value of every field, which as limits of a contest allow all specs; the contract has it too."""


def check(word: bytes, limits: bytes = SPEC_MAXIMA) -> None:
    """Refuse a word that is not a model within `limits`; agrees with `SpecLib.check` on every word.

    Refused are: a set unused bit, a field outside its table or above the limit, units of 0 in a layer that is there,
    and an ineffective field (units of a layer that is not there, an activation of dense layers that are not there).

    >>> check(bytes(32))
    Traceback (most recent call last):
        ...
    hyperbounty.errors.SpecError: version is 0; this contest allows 1 to 1

    Raises:
        SpecError: names the first offending field in the order of the table.
    """
    refused = refusal(word, limits)
    if refused is not None:
        raise refused


def refusal(word: bytes, limits: bytes = SPEC_MAXIMA) -> SpecError | None:
    """What `check` raises, or None for a word that it lets pass.

    Raises:
        SpecError: the word or the limits have another length.
    """
    values = unpack(word)
    highest = unpack(limits)
    if int.from_bytes(word, "big") & ((1 << UNUSED_BITS) - 1):
        return SpecError("the spec sets unused bits", "clear the last 24 bits")
    for field in FIELDS:
        top = min(field.highest, highest[field.name])
        if not field.lowest <= values[field.name] <= top:
            return SpecError(f"{field.name} is {values[field.name]}", f"this contest allows {field.lowest} to {top}")
    return _layers_refusal(values, RECURRENT) or _layers_refusal(values, DENSE) or _dense_activation_refusal(values)


def _layers_refusal(values: Mapping[str, int], layers: Layers) -> SpecError | None:
    count = values[layers.count_name]
    for place, name in enumerate(layers.units_names):
        is_there = place < count
        if (values[name] > 0) != is_there:
            missing = "must have units" if is_there else "is not there, so its units must be 0"
            return SpecError(f"{name} is {values[name]}", f"{layers.kind} layer {place + 1} of {count} {missing}")
    return None


def _dense_activation_refusal(values: Mapping[str, int]) -> SpecError | None:
    if values["dense_layers"] == 0 and values["dense_activation"] != 0:
        return SpecError(
            f"dense_activation is {values['dense_activation']}", "without dense layers it has no effect: set it to 0"
        )
    return None
