"""The bloom filter in a block's header: which addresses and topics its logs may have.

What is in a block is in its filter, always. What is not may seem to be, by chance: the fuller the filter, the likelier.
So a filter tells that an answer without logs may be wrong, and how good a reason that is (Yellow Paper, section 4.3.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from eth_utils.crypto import keccak

_BITS: Final = 2_048
_PAIRS: Final = (0, 2, 4)


def bloom_bits(value: bytes) -> int:
    """The three bits (at most) that an address or a topic sets in a filter, as a number of 2,048 bits.

    >>> bloom_bits(bytes(20)).bit_count()
    3
    """
    digest = keccak(value)
    bits = 0
    for pair in _PAIRS:
        bits |= 1 << (int.from_bytes(digest[pair : pair + 2], "big") % _BITS)
    return bits


class BloomTest:
    """Whether a block may hold logs that somebody looks for.

    Args:
        wanted: by address of a contract, 20 bytes, the first topics of its events, 32 bytes each.

    >>> test = BloomTest({b"a" * 20: [b"t" * 32]})
    >>> test.may_hold(0), test.may_hold(bloom_bits(b"a" * 20) | bloom_bits(b"t" * 32))
    (False, True)
    """

    def __init__(self, wanted: Mapping[bytes, Iterable[bytes]]) -> None:
        self._masks = [
            (bloom_bits(address), [bloom_bits(topic) for topic in topics]) for address, topics in wanted.items()
        ]

    def may_hold(self, bloom: int) -> bool:
        """Whether the filter `bloom` has an address together with one of its topics."""
        return any(
            bloom & address == address and any(bloom & topic == topic for topic in topics)
            for address, topics in self._masks
        )

    def chance(self, bloom: int) -> float:
        """How often a filter as full as `bloom` says so of a block that holds nothing of it.

        >>> test = BloomTest({b"a" * 20: [b"t" * 32]})
        >>> test.chance(0), test.chance(2**2048 - 1)
        (0.0, 1.0)
        """
        one = (bloom.bit_count() / _BITS) ** len(_PAIRS)
        none = 1.0
        for _, topics in self._masks:
            none *= 1 - one * (1 - (1 - one) ** len(topics))
        return 1 - none
