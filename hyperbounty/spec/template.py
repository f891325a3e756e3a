"""A spec file that explains itself: every field, how far it goes in a contest, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hyperbounty.durations import format_duration
from hyperbounty.faults import plain
from hyperbounty.spec.cost import seconds
from hyperbounty.spec.narrowing import narrowed_lines
from hyperbounty.spec.ranges import allowed, usual
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import TABLE, Choice, Entry, Flag, Layers, Steps, Whole
from hyperbounty.spec.word import unpack

_COLUMN: Final = 34
"""Where the explanations begin."""

_SEARCH_PART: Final = 16
"""A search is to try many, so one run of each may take one part in so many of the budget."""


def spec_template(spec: Spec, limits: bytes, shape: TaskShape, run_seconds: int, heading: Sequence[str] = ()) -> str:
    """`spec` as TOML, which `read_spec` reads back, with the range of each field under `limits` beside it.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> shape = TaskShape(features=8, rows=4800, sequence_length=60, holdout=1200)
    >>> lines = spec_template(Spec(), SPEC_MAXIMA, shape, run_seconds=60).splitlines()
    >>> lines[0]
    '# A run takes 6s of the reference core as it stands, and may take 1m.'
    >>> [line for line in lines if line.startswith(("recurrent", "epochs"))]
    ['recurrent_units = [32]            # 1 to 4 layers of 1 to 1,024 units; twice as many: 11s', \
'epochs = 10                       # 1 to 1,000; twice as many: 9s']

    Args:
        spec: as it is to stand there.
        limits, shape, run_seconds: of the contest.
        heading: lines above all others, without their sign for a comment.
    """
    highest = unpack(limits)
    taken = format_duration(seconds(spec, shape))
    lines = [
        *(f"# {line}" for line in heading),
        f"# A run takes {taken} of the reference core as it stands, and may take {format_duration(run_seconds)}.",
        "",
    ]
    for entry in TABLE:
        value = getattr(spec, entry.name)
        said = "; ".join([range_of(entry, highest), *_dearer(spec, entry.name, shape)])
        lines.append(f"{f'{entry.name} = {_toml(value)}':{_COLUMN - 1}} # {said}")
    return "\n".join(lines) + "\n"


def search_template(spec: Spec, limits: bytes, shape: TaskShape, run_seconds: int, heading: Sequence[str] = ()) -> str:
    """What stands below a spec for those who search: the ranges that are usual, with all that the contest allows.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> shape = TaskShape(features=8, rows=4800, sequence_length=60, holdout=1200)
    >>> lines = search_template(Spec(), SPEC_MAXIMA, shape, run_seconds=200).splitlines()
    >>> [line for line in lines if line.startswith(("run_time", "epochs"))]
    ['run_time = "12s"                  # at most 3m 20s', 'epochs = [2, 30]                  # 1 to 1,000']

    Args:
        spec: that stands above it, and may be tried too.
        limits, shape, run_seconds: of the contest.
        heading: lines above it, without their sign for a comment.
    """
    within = allowed(limits)
    most = min(run_seconds, max(seconds(spec, shape), run_seconds // _SEARCH_PART))
    lines = [
        "",
        *(f"# {line}" for line in heading),
        "# Two numbers: from one to the other. A list of names: these. One value: always this. A line left out:",
        "# all that the contest allows, which stands beside it.",
        *narrowed_lines(usual(within), within, most, run_seconds, _COLUMN),
    ]
    return "\n".join(lines) + "\n"


def _dearer(spec: Spec, name: str, shape: TaskShape) -> Iterator[str]:
    """What a run would take with twice as much of what decides its cost most."""
    if name == "recurrent_units":
        other: Any = tuple(min(2 * units, 1024) for units in spec.recurrent_units)
    elif name == "batch_size":
        other = min(2 * spec.batch_size, 8192)
    elif name == "epochs":
        other = min(2 * spec.epochs, 1000)
    else:
        return
    if other != getattr(spec, name):
        yield f"twice as many: {format_duration(seconds(replace(spec, **{name: other}), shape))}"


def range_of(entry: Entry, highest: Mapping[str, int]) -> str:
    """How far an attribute goes under limits, for people.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> range_of(TABLE[1], unpack(SPEC_MAXIMA)), range_of(TABLE[9], unpack(SPEC_MAXIMA))
    ('1 to 4 layers of 1 to 1,024 units', '1 to 1,000')

    Args:
        entry: of the attribute.
        highest: the highest value of each field of the word.
    """
    match entry:
        case Choice():
            *others, last = entry.options[: highest[entry.name] + 1]
            return f"{', '.join(others)} or {last}" if others else last
        case Flag():
            return "true or false" if highest[entry.name] else "false"
        case Layers():
            most = min(highest[entry.count_name], len(entry.units_names))
            if most == 0:
                return "no layer"
            tops = [highest[name] for name in entry.units_names[:most]]
            units = f"{tops[0]:,}" if len(set(tops)) == 1 else ", ".join(f"{top:,}" for top in tops)
            return f"{entry.fewest} to {most} layers of 1 to {units} units"
        case Steps():
            top = min(highest[entry.name], entry.highest)
            step = f", in steps of {plain(1 / entry.per_one)}"
            return f"{plain(entry.lowest / entry.per_one)} to {plain(top / entry.per_one)}{step}"
        case Whole():
            return f"{entry.lowest:,} to {min(highest[entry.name], entry.highest):,}"
    return ""


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(str, value))}]"
        case float():
            return plain(value)
    return str(value)
