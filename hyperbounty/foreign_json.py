"""JSON that somebody else wrote: read by a parser that no nesting and no length of a number can bring down.

The standard one follows the nesting on the stack of the process. Where the limit of recursion was raised, or the stack
is small, some hundred thousand brackets end the process.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json


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
