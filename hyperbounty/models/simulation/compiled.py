"""Functions that numba compiles where it is installed. Without it the same functions run as they are, and slower."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

COMPILED: Final = find_spec("numba") is not None
"""Whether numba is installed."""


def compiled(function: F) -> F:
    """The same function, compiled. What it becomes is kept on the disk, so that the next process need not compile."""
    if not COMPILED:
        return function
    from numba import config, njit

    before = config.CACHE_DIR
    # It is read where a function is declared. Other users of numba in this process keep their own.
    config.CACHE_DIR = _kept_in()
    try:
        made: F = njit(cache=True)(function)
    finally:
        config.CACHE_DIR = before
    return made


@cache
def _kept_in() -> str:
    """A folder for these very sources.

    numba looks at the file of a function alone, and would take what it made with older functions of other files.
    """
    room = Path(__file__).parent
    sources = sorted([*room.glob("*.py"), *(room.parent / "kinds").glob("*.py")])
    digest = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    return str(room / "__pycache__" / digest[:16])
