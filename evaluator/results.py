"""Finished trainings kept in a folder, so that a scoring that was cut off goes on where it stood.

One file a result, written whole or not at all, named by the job's key:

    SHA-256 of the rest, in hexadecimal
    one line of JSON: the result but its weights
    the weights, as .npz
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.files import write_atomic
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.weights import from_npz, to_npz

FORMAT: Final = "hyperbounty/result/1"

_KEY: Final = re.compile(r"[0-9a-f]{64}")
_CURVES: Final = ("losses", "accuracies", "holdout_accuracies")
_NUMBERS: Final = ("parameters", "correct", "total", "predicted_rises", "diverged_at", "seconds")

_log = logging.getLogger(__name__)


class ResultStore:
    """Results by key in `folder`, which is made when the first is put."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> TrainingResult | None:
        """The result under `key`; None where there is none, or where its file was damaged and must be made again.

        Raises:
            TrainingError: the file is there and cannot be read.
        """
        path = self._path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TrainingError(f"cannot read the result {path}: {error.strerror}", "make it readable") from error
        result = _decode(data)
        if result is None:
            _log.warning("%s is damaged, so its training counts as not done", path)
        return result

    def put(self, key: str, result: TrainingResult) -> None:
        """Keep `result`; it is on the disk when this returns.

        Raises:
            TrainingError: it cannot be written, for one where the disk is full. What was kept before stays.
        """
        path = self._path(key)
        try:
            write_atomic(path, _encode(result))
        except OSError as error:
            raise TrainingError(
                f"cannot keep the result {path}: {error.strerror}",
                "make room there or choose another folder, then run again: finished trainings are kept",
            ) from error

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise InvalidInput(f"a result's key is {key!r}", "use the key of a job")
        # Two levels, since a contest can have many thousand runs.
        return self._folder / key[:2] / f"{key}.result"


def _encode(result: TrainingResult) -> bytes:
    document: dict[str, Any] = {"format": FORMAT, **{name: getattr(result, name) for name in _NUMBERS}}
    for name in _CURVES:
        # JSON has no NaN, and a curve that diverged ends in one.
        document[name] = [x if math.isfinite(x) else str(x) for x in getattr(result, name)]
    body = json.dumps(document).encode() + b"\n" + to_npz(result.weights)
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _decode(data: bytes) -> TrainingResult | None:
    checksum, _, body = data.partition(b"\n")
    if checksum != hashlib.sha256(body).hexdigest().encode():
        return None
    head, _, weights = body.partition(b"\n")
    document: dict[str, Any] = json.loads(head)
    if document.pop("format") != FORMAT:
        return None
    for name in _CURVES:
        document[name] = tuple(float(x) for x in document[name])
    return TrainingResult(weights=from_npz(weights), **document)
