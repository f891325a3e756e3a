"""How numbers lie in the 256-bit words of a model's storage: side by side, the first in the lowest bits.

With numbers of `bits` bits, word `i` holds the numbers `i * per` to `i * per + per - 1`, where `per = 256 / bits`.
Negative numbers are in two's complement. What lies beyond the last number is zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hyperbounty.errors import InvalidInput

WORD_BITS: Final = 256


class StateError(InvalidInput):
    """Words or numbers that are no state of the model."""

    error_code = "model-state"

    def __init__(self, what: str) -> None:
        super().__init__(what, "take the words from the chain, or make the model anew from its numbers")


def words_for(numbers: int, bits: int) -> int:
    """How many words so many numbers take.

    >>> words_for(17, 16)
    2
    """
    return -(-numbers // (WORD_BITS // bits))


def pack(numbers: Iterable[int], bits: int) -> tuple[int, ...]:
    """The words of these numbers, each of which fits `bits` bits.

    >>> [hex(word) for word in pack([1, -1, 2], 16)]
    ['0x2ffff0001']
    """
    each = list(numbers)
    per = WORD_BITS // bits
    mask = 2**bits - 1
    return tuple(
        sum((number & mask) << (bits * place) for place, number in enumerate(each[start : start + per]))
        for start in range(0, len(each), per)
    )


def unpack(words: Sequence[int], bits: int, count: int, *, signed: bool) -> list[int]:
    """The first `count` numbers in these words.

    >>> unpack([0x2FFFF0001], 16, 3, signed=True)
    [1, -1, 2]

    Raises:
        StateError: another number of words than they take, a word of more than 256 bits, or something beyond the last
            number.
    """
    if len(words) != words_for(count, bits):
        needed = words_for(count, bits)
        raise StateError(f"{count:,} numbers of {bits} bits lie in {needed:,} words, not {len(words):,}")
    per = WORD_BITS // bits
    mask, half = 2**bits - 1, 2 ** (bits - 1)
    numbers: list[int] = []
    for word in words:
        if not 0 <= word < 2**WORD_BITS:
            raise StateError(f"{word} is no word of {WORD_BITS} bits")
        numbers += [word >> (bits * place) & mask for place in range(per)]
    if any(numbers[count:]):
        raise StateError(f"the last word holds something beyond the last of {count:,} numbers")
    del numbers[count:]
    return [number - (number >= half) * (mask + 1) for number in numbers] if signed else numbers
