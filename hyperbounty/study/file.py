"""A study as a file of TOML.

    title = "What makes bad data fail?"
    seeds = 20

    [base]
    data = "imdb"
    words = 1000

    [[part]]
    name = "words"
    words = [100, 1000, 10000]

A part names the levels of one factor, or of two, whose levels are then all combined. What it has in `[part.base]` holds
for it beside the base of the study. Its own `seeds` count for it alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hyperbounty.durations import parse_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.faults import faults_of, together
from hyperbounty.models.kinds import KINDS, Kind
from hyperbounty.models.rules import DAY
from hyperbounty.models.samples import MAX_FEATURES
from hyperbounty.study.plan import PPM, Case, Part, Study
from hyperbounty.study.samples import SETS
from hyperbounty.toml_file import read_toml

_KINDS: Final = {facts.name: kind for kind, facts in KINDS.items() if facts.sparse}
_LONGEST_WAIT_S: Final = 9 * DAY
_MOST_FACTORS: Final = 2
_NAME: Final = r"[a-z][a-z0-9-]{0,39}"
_MARKET_WORDS: Final = 1_024


def _whole(name: str, lowest: int, highest: int, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise ValueError(f"{name} is a whole number from {lowest:,} to {highest:,}, not {value!r}")
    return value


def _seconds(name: str, lowest: int, highest: int, value: object) -> int:
    if not isinstance(value, str):
        raise ValueError(f'{name} is a time in quotes, such as "1d", not {value!r}')
    seconds = parse_duration(value)
    if seconds != int(seconds) or not lowest <= seconds <= highest:
        raise ValueError(f"{name} has {lowest:,} to {highest:,} whole seconds, not {value!r}")
    return int(seconds)


def _one_of(name: str, known: Mapping[str, Any], value: object) -> Any:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} is one of {', '.join(known)}, not {value!r}")
    return known[value]


def _weight(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.001 <= value <= 1_000_000:
        raise ValueError(f"weight is a number from 0.001 to 1,000,000, not {value!r}")
    return round(value * PPM)


def _watched(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"watched is true or false, not {value!r}")
    return value


_MECHANISMS: Final = {name: name for name in ("stake", "points", "market")}
_READERS: Final[Mapping[str, tuple[str, Any]]] = {
    "data": ("data", lambda value: _one_of("data", {name: name for name in SETS}, value)),
    "kind": ("kind", lambda value: _one_of("kind", _KINDS, value)),
    "words": ("words", lambda value: _whole("words", 1, MAX_FEATURES, value)),
    "reviews": ("reviews", lambda value: _whole("reviews", 13, 10**9, value)),
    "step": ("step", lambda value: _whole("step", 1, 255, value)),
    "weight": ("weight_ppm", _weight),
    "refund_wait": ("refund_wait_s", lambda value: _seconds("refund_wait", 1, _LONGEST_WAIT_S, value)),
    "bad_wait": ("bad_wait_s", lambda value: _seconds("bad_wait", 1, 2**31, value)),
    "agents": ("agents", lambda value: _whole("agents", 2, 10_000, value)),
    "watched": ("watched", _watched),
    "mechanism": ("mechanism", lambda value: _one_of("mechanism", _MECHANISMS, value)),
}
"""The factors, as a file has them: the field of `Case`, and what reads a level."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, Field(min_length=1, max_length=200)]
    seeds: Annotated[int, Field(ge=1, le=10_000)]
    base: dict[str, Any] = {}
    part: Annotated[list[dict[str, Any]], Field(min_length=1)]


def read_study(path: Path) -> Study:
    """The study in a file.

    Raises:
        InvalidInput: it cannot be read, or something in it is wrong; says what and where.
    """
    try:
        document = read_toml(path).tables
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}", "name the design of a study") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}", "check the path") from None
    try:
        return made_study(document)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.what}", error.next_step) from None


def made_study(document: dict[str, Any]) -> Study:
    """The study of a document, as TOML has it.

    >>> study = made_study({"title": "How many words?", "seeds": 2, "part": [{"name": "words", "words": [10, 20]}]})
    >>> [(run.level, run.seed) for run in study.runs]
    [('10', 1), ('10', 2), ('20', 1), ('20', 2)]

    Raises:
        InvalidInput: something in it is wrong.
    """
    try:
        file = _File.model_validate(document)
    except ValidationError as error:
        raise InvalidInput(together(faults_of(error)), "correct the design") from None
    base = _case(Case(), file.base, "base")
    parts = tuple(_part(place, part, base, file.seeds) for place, part in enumerate(file.part))
    names = [part.name for part in parts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInput(f"two parts have the name {twice!r}", "give each a name of its own")
    return Study(file.title, base, parts, document)


def _part(place: int, said: dict[str, Any], base: Case, seeds: int) -> Part:
    said = dict(said)
    name = said.pop("name", None)
    where = f"part[{place}]"
    try:
        if not isinstance(name, str) or not re.fullmatch(_NAME, name):
            raise ValueError("its name is a word of lower letters, digits and hyphens")
        where = f"part {name!r}"
        count = _whole("seeds", 1, 10_000, said.pop("seeds", seeds))
        own = said.pop("base", {})
        if not isinstance(own, dict):
            raise ValueError("its base is no table")
        if not 1 <= len(said) <= _MOST_FACTORS:
            raise ValueError(f"it varies {len(said)} factors; name the levels of one, or of two")
    except ValueError as error:
        raise InvalidInput(f"{where}: {error}", "correct the design") from None
    case = _case(base, own, where)
    for factor, levels in said.items():
        if not isinstance(levels, list) or len(levels) < 1 or len({repr(level) for level in levels}) < len(levels):
            raise InvalidInput(f"{where}: {factor} needs a list of levels, each once", "correct the design")
    levels = tuple(
        (" ".join(map(_written, values)), _case(case, dict(zip(said, values, strict=True)), where))
        for values in product(*said.values())
    )
    return Part(name, tuple(said), levels, tuple(range(1, count + 1)))


def _written(level: object) -> str:
    return str(level).lower() if isinstance(level, bool) else str(level)


def _case(base: Case, said: Mapping[str, Any], where: str) -> Case:
    changed: dict[str, Any] = {}
    for factor, value in said.items():
        if factor not in _READERS:
            raise InvalidInput(f"{where}: there is no factor {factor!r}", f"vary one of {', '.join(_READERS)}")
        field, read = _READERS[factor]
        try:
            changed[field] = read(value)
        except (ValueError, InvalidInput) as error:
            what = error.what if isinstance(error, InvalidInput) else str(error)
            raise InvalidInput(f"{where}: {what}", "correct the design") from None
    made = replace(base, **changed)
    if made.mechanism == "market" and (made.kind is not Kind.SPARSE_PERCEPTRON or made.words > _MARKET_WORDS):
        raise InvalidInput(
            f"{where}: a market takes a sparse perceptron of at most {_MARKET_WORDS:,} words",
            "choose such a model",
        )
    return made
