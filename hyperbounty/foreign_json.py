"""JSON that somebody else wrote: read by a parser that no nesting and no length of a number can bring down.

The standard one follows the nesting on the stack of the process. Where the limit of recursion was raised, or the stack
is small, some hundred thousand brackets end the process.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic_core import from_json

# Strings are matched to be passed over; the quantifier gives nothing back, so a text without end takes linear time.
_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)


def read_json(text: bytes | str) -> Any:
    """What `text` holds.

    >>> read_json(b'{"a": [1, null]}')
    {'a': [1, None]}
    >>> read_json(b"[" * 1_000_000)
    Traceback (most recent call last):
        ...
    ValueError: recursion limit exceeded at line 1 column 202

    Raises:
        ValueError: not JSON, nested too deep, or with a number of thousands of digits.
    """
    return from_json(text)


def nests_deeper(text: bytes, limit: int) -> bool:
    """Whether the JSON in `text` nests deeper than `limit`, for who needs what only the standard parser tells.

    >>> nests_deeper(b'{"a": ["[["]}', 2), nests_deeper(b"[" * 1_000_000, 64)
    (False, True)
    """
    if text.count(b"[") + text.count(b"{") <= limit:
        return False
    depth = 0
    for found in _STRUCTURE.finditer(text):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        if depth > limit:
            return True
    return False
