"""A result as a document of JSON types, for whoever keeps it: all but the weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from hyperbounty.training.predictions import packed, unpacked
from hyperbounty.training.result import TrainingResult


def document_of(result: TrainingResult) -> dict[str, Any]:
    """The document of `result`; the same for the same training but for its seconds.

    >>> import numpy as np
    >>> curves = {"losses": (0.5,), "accuracies": (0.6,), "holdout_ppm": {"accuracy": (510_000,)}}
    >>> result = TrainingResult(7, logits=np.zeros(2, np.float32), diverged_at=None, seconds=1.5, weights=(), **curves)
    >>> result_of(document_of(result)).fingerprint == result.fingerprint
    True
    """
    return {
        "parameters": result.parameters,
        # JSON has no NaN, and a curve that diverged ends in one.
        "losses": [x if math.isfinite(x) else str(x) for x in result.losses],
        "accuracies": [x if math.isfinite(x) else str(x) for x in result.accuracies],
        "holdout_ppm": {name: list(curve) for name, curve in result.holdout_ppm.items()},
        "logits": packed(result.logits),
        "diverged_at": result.diverged_at,
        "seconds": result.seconds,
        "checkpoints": list(result.checkpoints),
    }


def result_of(document: Mapping[str, Any]) -> TrainingResult:
    """The inverse of `document_of`, without weights.

    Raises:
        ValueError, LookupError, TypeError, AttributeError, TrainingError: it is no such document.
    """
    return TrainingResult(
        document["parameters"],
        losses=_curve(document["losses"]),
        accuracies=_curve(document["accuracies"]),
        holdout_ppm={name: tuple(curve) for name, curve in document["holdout_ppm"].items()},
        logits=unpacked(document["logits"]),
        diverged_at=document["diverged_at"],
        seconds=document["seconds"],
        weights=(),
        checkpoints=tuple(document["checkpoints"]),
    )


def _curve(numbers: Iterable[float | str]) -> tuple[float, ...]:
    return tuple(map(float, numbers))
