"""Poseidon over the scalar field of BN254: the hash that is cheap inside a proof.

The permutation of Grassi et al. (2021) with the parameters of their reference script for 128 bits, S-box x⁵: the same
numbers as circomlib, and so as snarkjs and poseidon-lite, compute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final

FIELD: Final = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""The order of the scalar field."""

MOST_INPUTS: Final = 16

_FULL_ROUNDS: Final = 8
# For 1 to 16 inputs.
_PARTIAL_ROUNDS: Final = (56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68)
_BITS: Final = 254


def poseidon(inputs: Sequence[int]) -> int:
    """The hash of 1 to 16 elements of the field.

    Raises:
        ValueError: they are too many, none, or one is no element.

    >>> poseidon([1, 2])
    7853200120776062878684798364095072458815029376092732009249414926327459813530
    """
    if not 1 <= len(inputs) <= MOST_INPUTS:
        raise ValueError(f"{len(inputs)} elements were given: give 1 to {MOST_INPUTS}")
    if not all(0 <= each < FIELD for each in inputs):
        raise ValueError("an input is no element of the field")
    width = len(inputs) + 1
    constants, matrix = parameters(width)
    partial = _PARTIAL_ROUNDS[width - 2]
    state = [0, *inputs]
    for number in range(_FULL_ROUNDS + partial):
        state = [each + constants[number * width + place] for place, each in enumerate(state)]
        is_full = not _FULL_ROUNDS // 2 <= number < _FULL_ROUNDS // 2 + partial
        state[: width if is_full else 1] = [pow(each, 5, FIELD) for each in state[: width if is_full else 1]]
        state = [sum(factor * each for factor, each in zip(row, state, strict=True)) % FIELD for row in matrix]
    return state[0]


@cache
def parameters(width: int) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """The round constants, one for each element and round, and the matrix, for a state of so many elements.

    As the reference script draws them: out of the Grain LFSR, seeded by field, S-box, width and rounds. Constants are
    drawn until one lies in the field, what the matrix is made of is reduced.
    """
    rounds = _FULL_ROUNDS + _PARTIAL_ROUNDS[width - 2]
    bits = _grain(width, _PARTIAL_ROUNDS[width - 2])

    def number() -> int:
        return int("".join("1" if bit else "0" for bit in islice(bits, _BITS)), 2)

    constants: list[int] = []
    while len(constants) < rounds * width:
        drawn = number()
        if drawn < FIELD:
            constants.append(drawn)
    drawn_pairs = [number() % FIELD for _ in range(2 * width)]
    firsts, seconds = drawn_pairs[:width], drawn_pairs[width:]
    matrix = tuple(tuple(pow(first + second, -1, FIELD) for second in seconds) for first in firsts)
    return tuple(constants), matrix


def _grain(width: int, partial_rounds: int) -> Iterator[int]:
    """The bits of the LFSR in self-shrinking mode."""
    state: list[int] = []
    # A prime field, the S-box x⁵, and the sizes.
    for value, length in ((1, 2), (0, 4), (_BITS, 12), (width, 12), (_FULL_ROUNDS, 10), (partial_rounds, 10)):
        state += [value >> place & 1 for place in reversed(range(length))]
    state += [1] * 30
    # The newest bit is the lowest of a number.
    held = int("".join(map(str, state)), 2)
    mask = (1 << 80) - 1

    def step() -> int:
        nonlocal held
        bit = (held >> 79 ^ held >> 66 ^ held >> 56 ^ held >> 41 ^ held >> 28 ^ held >> 17) & 1
        held = (held << 1 | bit) & mask
        return bit

    for _ in range(160):
        step()
    while True:
        if step():
            yield step()
        else:
            step()
