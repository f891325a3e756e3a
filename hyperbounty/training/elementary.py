"""Logarithms, sines and cosines that do not depend on NumPy's choice of instructions.

NumPy takes its own logarithm where a processor has AVX-512, and the C library's elsewhere; they differ in a last bit.
Where two of them are subtracted, as for a return, that bit reaches what a model sees. The C library's alone is taken
here. It has two of each, with FMA and without, and every processor with AVX2 takes the one with.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def each(function: Callable[[float], float], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """`function`, one of `math`, of each of `values` [count], some 10 million a second.

    >>> import math
    >>> each(math.log1p, np.array([0.0, 1.0])).round(3).tolist()
    [0.0, 0.693]
    """
    return np.fromiter(map(function, values.tolist()), np.float64, len(values))
