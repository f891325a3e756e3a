"""MurmurHash3, the variant for 32 bits (Austin Appleby, https://github.com/aappleby/smhasher)."""

from __future__ import annotations

from typing import Final

_MASK: Final = 2**32 - 1


def murmur3_32(data: bytes, seed: int) -> int:
    """MurmurHash3_x86_32 of `data`, without a sign.

    >>> hex(murmur3_32(b"test", 0)), murmur3_32(b"", 0)
    ('0xba6bd213', 0)
    """
    whole = len(data) // 4 * 4
    state = seed
    for start in range(0, whole, 4):
        state ^= _mixed(int.from_bytes(data[start : start + 4], "little"))
        state = (_turned(state, 13) * 5 + 0xE6546B64) & _MASK
    state ^= _mixed(int.from_bytes(data[whole:], "little"))
    state ^= len(data)
    state = ((state ^ state >> 16) * 0x85EBCA6B) & _MASK
    state = ((state ^ state >> 13) * 0xC2B2AE35) & _MASK
    return state ^ state >> 16


def _mixed(block: int) -> int:
    return _turned((block * 0xCC9E2D51) & _MASK, 15) * 0x1B873593 & _MASK


def _turned(number: int, bits: int) -> int:
    """The 32 bits of `number`, turned to the left."""
    return (number << bits | number >> (32 - bits)) & _MASK
