"""The lines of a price table read at once, where every number in them is written in the one canonical way.

A table has one address, so its text must be what `repr` writes for its numbers. Writing them all again to compare takes
longer than reading them. For most it is not needed: a decimal of at most 15 digits, without a zero too much at either
end, is the shortest one that reads back as its number, because no two decimals of 15 digits have the same nearest
double (IEEE 754: DBL_DIG is 15). And since both its digits and the power of ten are exact, their quotient is that
double. Needs numpy alone, like `table`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_COMMA, _NEWLINE, _POINT, _ZERO = b",\n.0"
_MOST_DIGITS: Final = 15
_TIME_DIGITS: Final = 11
_POWERS: Final = 10.0 ** np.arange(_MOST_DIGITS + 1)
# Below it, `repr` writes an exponent.
_SMALLEST: Final = 1e-4


def read_canonical(piece: bytes, columns: int) -> NDArray[np.float64] | None:
    r"""The [lines, columns] numbers of whole lines `TIME,1.5,…`; None where not every cell is surely canonical.

    None does not mean that the piece is wrong: numbers of 16 digits, or below 0.0001, have to be written again.

    >>> read_canonical(b"300,1.5,20.0\n600,1.25,0.0\n", 3).tolist()
    [[300.0, 1.5, 20.0], [600.0, 1.25, 0.0]]
    >>> read_canonical(b"300,1.50\n", 2) is None, read_canonical(b"300,01.5\n", 2) is None
    (True, True)
    """
    text = np.frombuffer(piece, np.uint8)
    ends = np.flatnonzero((text == _COMMA) | (text == _NEWLINE))
    points = np.flatnonzero(text == _POINT)
    if not len(ends) or len(ends) % columns or ends[-1] != len(text) - 1:
        return None
    marks = text[ends].reshape(-1, columns)
    if (marks[:, -1] != _NEWLINE).any() or (marks[:, :-1] != _COMMA).any():
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    digits = text - _ZERO  # bytes: what is no digit is above 9
    if np.count_nonzero(digits < 10) + len(ends) + len(points) != len(text) or len(points) != len(marks) * (
        columns - 1
    ):
        return None
    if lengths.min() < 1 or lengths.max() > _MOST_DIGITS + 1:
        return None
    grid = (len(marks), columns)
    first, last, end = (places.reshape(grid) for places in (digits[starts], digits[ends - 1], ends))
    point = points.reshape(len(marks), columns - 1)
    whole = point - starts.reshape(grid)[:, 1:]  # digits before the point
    fraction = end[:, 1:] - point - 1
    right = (whole >= 1) & (fraction >= 1)
    right &= (first[:, 1:] != 0) | (whole == 1)
    right &= (last[:, 1:] != 0) | (fraction == 1)
    times = lengths.reshape(grid)[:, 0]
    if not right.all() or ((first[:, 0] == 0) & (times > 1)).any() or times.max() > _TIME_DIGITS:
        return None
    numbers = np.zeros(len(ends), np.int64)
    for place in range(int(lengths.max())):
        digit = digits[np.minimum(starts + place, len(text) - 1)]
        numbers = np.where((place < lengths) & (digit < 10), numbers * 10 + digit, numbers)
    values = numbers.reshape(grid).astype(np.float64)
    values[:, 1:] /= _POWERS[fraction]
    small = (values[:, 1:] < _SMALLEST) & (values[:, 1:] != 0)
    return None if small.any() else values
