"""Everything that is wrong with a file, said at once and in words that need no knowledge of a library."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.texts import escaped

if TYPE_CHECKING:
    from pydantic import ValidationError

_MOST: Final = 12
_SHOWN: Final = 80
_KINDS: Final = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "an object"),
)
# https://docs.pydantic.dev/latest/errors/validation_errors has all of them; others are only said not to fit.
_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is no field of it",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "string_pattern_mismatch": "is not of the form that it must have",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "greater_than": "must be more than {gt}",
    "less_than": "must be less than {lt}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": "is missing",
    "value_error": "{error}",
}


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, else all of them: the end of a sentence that begins with "choose".

    >>> nearest("anvli", ["anvil", "devnet"]), nearest("x", ["anvil", "devnet"])
    ('did you mean anvil?', 'known are anvil, devnet')
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"


def together(faults: Sequence[str], most: int = _MOST) -> str:
    """One sentence of all faults, numbered where there are several; beyond `most` they are only counted.

    >>> together(["epochs is missing"]), together(["epochs is missing", "cell is missing"])
    ('epochs is missing', '2 faults: (1) epochs is missing, (2) cell is missing')
    """
    if len(faults) == 1:
        return faults[0]
    shown = [f"({number}) {fault}" for number, fault in enumerate(faults[:most], 1)]
    rest = [f"and {len(faults) - most:,} more"] if len(faults) > most else []
    return f"{len(faults):,} faults: {', '.join([*shown, *rest])}"


def kind_of(value: object) -> str:
    """What a value that JSON holds is, in words.

    >>> [kind_of(value) for value in (True, 1, "1", None)]
    ['true or false', 'a whole number', 'a text', 'nothing']
    """
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "nothing")


def plain(number: float) -> str:
    """A number in digits, without a power of ten.

    >>> plain(1e-06), plain(0.5), plain(3.0)
    ('0.000001', '0.5', '3')
    """
    return f"{Decimal(repr(number)).normalize():f}"


def shown(value: object) -> str:
    """A value that JSON holds, short enough for a message: a number or a name as it is, else what it is.

    >>> shown(7), shown(0.0000015), shown("LSTN"), shown([1, 2]), shown({"a": 1})
    ('7', '0.0000015', "'LSTN'", '[1, 2]', 'an object')
    """
    if isinstance(value, float):
        return escaped(plain(value), _SHOWN)
    if value is None or isinstance(value, bool | dict):
        return str(value).lower() if isinstance(value, bool) else kind_of(value)
    return escaped(repr(value), _SHOWN)


def faults_of(error: ValidationError) -> list[str]:
    """What is wrong with a document, a fault each: where, and what would fit. Both may repeat what stands in it.

    >>> from pydantic import BaseModel, ConfigDict
    >>> class Point(BaseModel):
    ...     model_config = ConfigDict(extra="forbid", strict=True)
    ...     left: int
    ...     top: int
    >>> try:
    ...     Point.model_validate_json('{"left": "1", "tpo": 2}')
    ... except ValueError as error:
    ...     faults_of(error)
    ["left must be a whole number, not '1'", 'tpo is no field of it, did you mean top?']
    """
    found = error.errors(include_url=False)
    missing = {str(each["loc"][-1]): each["loc"] for each in found if each["type"] == "missing"}
    faults: list[str] = []
    meant: set[tuple[int | str, ...]] = set()
    for each in found:
        place, kind = each["loc"], each["type"]
        where = escaped(".".join(map(str, place)) or "it", _SHOWN)
        said = _said(kind, each.get("ctx", {}))
        if kind == "json_invalid":
            faults.append(not_json(each.get("ctx", {}).get("error", "")))
        elif kind == "extra_forbidden":
            siblings = [name for name, at in missing.items() if at[:-1] == place[:-1]]
            near = difflib.get_close_matches(str(place[-1]), siblings, 1)
            meant.update(missing[name] for name in near)
            faults.append(f"{where} {said}{f', did you mean {near[0]}?' if near else ''}")
        elif kind not in ("missing", "value_error", "union_tag_not_found"):
            faults.append(f"{where} {said}, not {shown(each['input'])}")
        else:
            faults.append((f"{where}: {said}" if place else said) if kind == "value_error" else f"{where} {said}")
    left_out = {f"{escaped('.'.join(map(str, place)), _SHOWN)} is missing" for place in meant}
    return [fault for fault in faults if fault not in left_out]


def not_json(message: str) -> str:
    """That a text is no JSON, and where, from what a parser says of it.

    >>> not_json("expected `,` or `}` at line 3 column 5"), not_json("EOF")
    ('it is not JSON at line 3, column 5', 'it is not JSON')
    """
    words = message.replace(",", " ").split()
    places = [words[at + 1] for name in ("line", "column") for at in range(len(words) - 1) if words[at] == name]
    return f"it is not JSON at line {places[0]}, column {places[1]}" if len(places) == 2 else "it is not JSON"


def _said(kind: str, context: dict[str, Any]) -> str:
    words = _WORDS.get(kind, "does not fit")
    return escaped(words.format(**{name: str(value) for name, value in context.items()}), 2 * _SHOWN)
