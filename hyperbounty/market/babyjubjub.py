"""The curve Baby Jubjub, on which a key can be used inside a proof, and how an update is encrypted to one.

A twisted Edwards curve over the scalar field of BN254, `168700·x² + y² = 1 + 168696·x²·y²` (Bellés-Muñoz et al. 2021).
Its addition law has no exceptions. Of its points those of the large prime order are used: the multiples of `BASE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hyperbounty.market.poseidon import FIELD, poseidon

Point = tuple[int, int]

_A: Final = 168700
_D: Final = 168696
ORDER: Final = 2736030358979909402780800718157159386076813972158567259200215660948447373041
"""Of `BASE`: a prime."""

BASE: Final[Point] = (
    5299619240641551281634865583518297030282874472190772894086521144482721001553,
    16950150798460657717958625567821834550301663161624707787222815936182638968203,
)
NEUTRAL: Final[Point] = (0, 1)


def is_on_curve(point: Point) -> bool:
    """Whether the coordinates are elements of the field, and those of a point."""
    x, y = point
    if not (0 <= x < FIELD and 0 <= y < FIELD):
        return False
    return (_A * x * x + y * y - 1 - _D * x * x * y * y) % FIELD == 0


def is_public_key(point: Point) -> bool:
    """Whether it is a point of the large prime order.

    >>> is_public_key(BASE), is_public_key(NEUTRAL), is_public_key((0, FIELD - 1))
    (True, False, False)
    """
    return is_on_curve(point) and point != NEUTRAL and multiple(point, ORDER) == NEUTRAL


def added(one: Point, other: Point) -> Point:
    """The sum of two points."""
    (x1, y1), (x2, y2) = one, other
    product = _D * x1 * x2 * y1 * y2 % FIELD
    return (
        (x1 * y2 + y1 * x2) * pow(1 + product, -1, FIELD) % FIELD,
        (y1 * y2 - _A * x1 * x2) * pow(1 - product, -1, FIELD) % FIELD,
    )


def multiple(point: Point, factor: int) -> Point:
    """So many times a point, `factor` from 0 on.

    >>> multiple(BASE, ORDER)
    (0, 1)
    """
    found = NEUTRAL
    for bit in bin(factor)[2:]:
        found = added(found, found)
        if bit == "1":
            found = added(found, point)
    return found


@dataclass(frozen=True)
class Sealed:
    """Words that only one key opens.

    Attributes:
        ephemeral: `BASE` times the sender's secret of this once.
        words: each with an element of the key stream added.
    """

    ephemeral: Point
    words: tuple[int, ...]


def sealed(words: Sequence[int], to: Point, secret: int) -> Sealed:
    """Encrypt elements of the field.

    Args:
        words: of the field.
        to: a public key; see `is_public_key`.
        secret: drawn at random below `ORDER`, and used for nothing else.
    """
    stream = _stream(multiple(to, secret), len(words))
    return Sealed(
        multiple(BASE, secret), tuple((word + each) % FIELD for word, each in zip(words, stream, strict=True))
    )


def opened(found: Sealed, key: int) -> list[int]:
    """Decrypt with the secret key. What was sealed to another key comes out as noise.

    >>> opened(sealed([1, 2, 3], multiple(BASE, 77), secret=5), key=77)
    [1, 2, 3]
    """
    stream = _stream(multiple(found.ephemeral, key), len(found.words))
    return [(word - each) % FIELD for word, each in zip(found.words, stream, strict=True)]


def _stream(shared: Point, count: int) -> list[int]:
    return [poseidon([*shared, place]) for place in range(count)]
