"""The seeds of a contest, made by everyone so that nobody can choose them.

    contest seed = SHA-256(holdout key ‖ XOR of SHA-256(salt) over all revealed salts ‖ prevrandao)
    seed of run k of a spec = first 31 bits of SHA-256(contest seed ‖ spec ‖ k)
    seed of a member's own run = first 31 bits of SHA-256("hyperbounty/own-run/1" ‖ contest seed ‖ spec ‖ its address)

The organizer fixed the key before it knew the salts; the participants fixed the salts before they knew the key. XOR
makes the order of the reveals irrelevant. In `future` mode there is no key and 32 zero bytes stand in its place.
`prevrandao` is that of the first block at or after `revealEnds`: whoever reveals last does not know it.

Each member of a panel trains every spec once more, with a seed of its own. Nobody else has trained that run, so whoever
copies scores has none to show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

NO_KEY: Final = bytes(32)
_OWN_RUN: Final = b"hyperbounty/own-run/1"


def contest_seed(holdout_key: bytes | None, salts: Iterable[bytes], prevrandao: bytes) -> bytes:
    """The 32-byte seed of a contest.

    Args:
        holdout_key: 32 bytes; None in `future` mode.
        salts: of all revealed specs, in any order.
        prevrandao: 32 bytes, of the first block at or after `revealEnds` (`hyperbounty.chain.beacon`).

    >>> one, other = bytes(32), bytes([1]) * 32
    >>> contest_seed(None, [one, other], one) == contest_seed(None, [other, one], one)
    True
    """
    mixed = 0
    for salt in salts:
        mixed ^= int.from_bytes(hashlib.sha256(salt).digest(), "big")
    return hashlib.sha256((holdout_key or NO_KEY) + mixed.to_bytes(32, "big") + prevrandao).digest()


def run_seed(seed: bytes, spec: bytes, run: int) -> int:
    """The training seed of run `run` (from 0) of `spec`, in [0, 2**31).

    >>> run_seed(bytes(32), bytes(32), 0)
    195614217
    """
    return _first_31_bits(seed + spec + run.to_bytes(4, "big"))


def own_run_seed(seed: bytes, spec: bytes, member: str) -> int:
    """The training seed of the run of `spec` that only `member` of the panel makes, in [0, 2**31).

    Args:
        seed: of the contest.
        spec: its word.
        member: its address, 0x and 40 hexadecimal digits in any case.

    >>> own_run_seed(bytes(32), bytes(32), "0x" + "Ab" * 20)
    1152887278
    """
    return _first_31_bits(_OWN_RUN + seed + spec + bytes.fromhex(member[2:]))


def _first_31_bits(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest()[:4], "big") >> 1
