"""The seeds of a contest, made by everyone so that nobody can choose them.

    contest seed = SHA-256(holdout key ‖ XOR of SHA-256(salt) over all revealed salts)
    seed of run k of a spec = first 31 bits of SHA-256(contest seed ‖ spec ‖ k)

The organizer fixed the key before it knew the salts; the participants fixed the salts before they knew the key. XOR
makes the order of the reveals irrelevant. In `future` mode there is no key and 32 zero bytes stand in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

NO_KEY: Final = bytes(32)


def contest_seed(holdout_key: bytes | None, salts: Iterable[bytes]) -> bytes:
    """The 32-byte seed of a contest; `holdout_key` is None in `future` mode.

    >>> one, other = bytes(32), bytes([1]) * 32
    >>> contest_seed(None, [one, other]) == contest_seed(None, [other, one])
    True
    """
    mixed = 0
    for salt in salts:
        mixed ^= int.from_bytes(hashlib.sha256(salt).digest(), "big")
    return hashlib.sha256((holdout_key or NO_KEY) + mixed.to_bytes(32, "big")).digest()


def run_seed(seed: bytes, spec: bytes, run: int) -> int:
    """The training seed of run `run` (from 0) of `spec`, in [0, 2**31).

    >>> run_seed(bytes(32), bytes(32), 0)
    195614217
    """
    digest = hashlib.sha256(seed + spec + run.to_bytes(4, "big")).digest()
    return int.from_bytes(digest[:4], "big") >> 1
