"""Predictions as text: how logits stand in a stored result and in the details of a report."""

from __future__ import annotations

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import TrainingError

_TYPE = np.dtype("<f4")


def packed(logits: NDArray[np.float32]) -> str:
    """Base64 of the float32 numbers, least significant byte first.

    >>> packed(np.array([1.0, -2.0], np.float32))
    'AACAPwAAAMA='
    """
    return base64.b64encode(logits.astype(_TYPE).tobytes()).decode("ascii")


def unpacked(text: str) -> NDArray[np.float32]:
    """The inverse of `packed`.

    >>> unpacked("AACAPwAAAMA=").tolist()
    [1.0, -2.0]

    Raises:
        TrainingError: no text of finite float32 numbers.
    """
    try:
        logits = np.frombuffer(base64.b64decode(text, validate=True), _TYPE).astype(np.float32)
    except (binascii.Error, ValueError) as error:
        raise TrainingError(f"no predictions: {text[:20]!r}", "ask who published them") from error
    if not np.isfinite(logits).all():
        raise TrainingError("a prediction is not finite", "ask who published them")
    return logits
