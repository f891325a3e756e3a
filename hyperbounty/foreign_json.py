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


def depth(text: bytes) -> int:
    """How deep the JSON in `text` nests, for who needs what only the standard parser tells: asked before, it is safe.

    >>> depth(b'{"a": ["[["]}'), depth(b"[" * 1_000_000)
    (2, 1000000)
    """
    now = deepest = 0
    for found in _STRUCTURE.finditer(text):
        now += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        deepest = max(deepest, now)
    return deepest
