"""What a value must be to stand in a spec, in words for whoever wrote another one."""

from __future__ import annotations

import difflib

from hyperbounty.faults import plain
from hyperbounty.spec.table import MAX_LAYERS, MAX_UNITS, Choice, Entry, Flag, Layers, Steps, Whole


def what_fits(entry: Entry, value: object) -> str:
    """What an attribute must be, where `value` does not fit; empty where it does.

    >>> from hyperbounty.spec.table import TABLE
    >>> entries = {entry.name: entry for entry in TABLE}
    >>> what_fits(entries["cell"], "gru"), what_fits(entries["epochs"], 2.5), what_fits(entries["epochs"], 2)
    ('GRU, as you probably meant', 'a whole number from 1 to 1,000', '')

    Args:
        entry: of the attribute.
        value: as a file or a program has it; layers are a list or a tuple.
    """
    match entry:
        case Choice():
            if isinstance(value, str) and value not in entry.options:
                near = difflib.get_close_matches(value.lower(), {option.lower() for option in entry.options}, 1)
                meant = [option for option in entry.options if near and option.lower() == near[0]]
                return f"{meant[0]}, as you probably meant" if meant else f"one of {', '.join(entry.options)}"
            return "" if isinstance(value, str) else f"one of {', '.join(entry.options)}"
        case Flag():
            return "" if isinstance(value, bool) else "true or false"
        case Layers():
            fits = isinstance(value, list | tuple) and entry.fewest <= len(value) <= MAX_LAYERS
            whole = f"a list of {entry.fewest} to {MAX_LAYERS} whole numbers from 1 to {MAX_UNITS:,}, as in [32]"
            return "" if fits and all(_is_whole(units, 1, MAX_UNITS) for units in value) else whole  # type: ignore[attr-defined]
        case Steps():
            low, high = entry.lowest / entry.per_one, entry.highest / entry.per_one
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                return f"a number from {plain(low)} to {plain(high)}"
            steps = value * entry.per_one
            return "" if abs(steps - round(steps)) <= 1e-6 else f"a multiple of {plain(1 / entry.per_one)}"
        case Whole():
            fits = _is_whole(value, entry.lowest, entry.highest)
            return "" if fits else f"a whole number from {entry.lowest:,} to {entry.highest:,}"
    return ""


def _is_whole(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
