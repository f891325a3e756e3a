"""Trainings at home that were done, kept so that none is done twice: a file each, named by the key of its job.

The key stands for all that decides a training: spec, seed, data, engine, versions. So a file never grows old, and the
whole folder may be deleted at any time.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import TrainingError
from hyperbounty.files import write_atomic
from hyperbounty.foreign_json import read_json
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.result_document import document_of, result_of

TRAININGS: Final = "trainings"
"""Name of the folder, under the home."""

_FORMAT: Final = "hyperbounty/training-at-home/1"


class KeptTrainings:
    """The results under a folder, without their weights.

    >>> import numpy as np
    >>> kept = KeptTrainings(tmp_path)
    >>> curves = {"losses": (0.5,), "accuracies": (0.6,), "holdout_ppm": {"accuracy": (510_000,)}}
    >>> result = TrainingResult(7, logits=np.zeros(2, np.float32), diverged_at=None, seconds=1.5, weights=(), **curves)
    >>> kept.put("ab12", result)
    >>> kept.get("ab12").fingerprint == result.fingerprint, kept.get("cd34") is None
    (True, True)
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> TrainingResult | None:
        """What is kept under `key`; None where nothing is, or nothing that can be read: it is trained again then."""
        try:
            document: dict[str, Any] = read_json(self._file(key).read_bytes())
            if document.pop("format") != _FORMAT:
                return None
            return result_of(document)
        except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError, TrainingError):
            return None

    def put(self, key: str, result: TrainingResult) -> None:
        """Keep `result` under `key`.

        Raises:
            OSError: the disk does not take it.
        """
        document = {"format": _FORMAT, **document_of(result)}
        write_atomic(self._file(key), json.dumps(document).encode())

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
