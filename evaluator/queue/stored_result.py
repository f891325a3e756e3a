"""What is kept of a finished training: all but the weights, which are in the content store under their CID."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hyperbounty.errors import TrainingError
from hyperbounty.training.predictions import packed, unpacked
from hyperbounty.training.result import TrainingResult

FORMAT: Final = "hyperbounty/result/3"

_CURVES: Final = ("losses", "accuracies")
_NUMBERS: Final = ("parameters", "diverged_at", "seconds")


@dataclass(frozen=True, eq=False)
class StoredResult:
    """A finished training.

    Attributes:
        result: what it gave; its `weights` are left out.
        weights: CID of `hyperbounty.training.weights.to_npz` of them.
        machine: what it was trained on, as of `describe_machine`.
    """

    result: TrainingResult
    weights: str
    machine: Mapping[str, str]

    @classmethod
    def of(cls, result: TrainingResult, weights: str, machine: Mapping[str, str]) -> StoredResult:
        """What is kept of `result`, whose weights are kept under the CID `weights`."""
        return cls(replace(result, weights=()), weights, machine)

    def to_json(self) -> str:
        """One line, the same for the same training but for its seconds."""
        document: dict[str, Any] = {"format": FORMAT, "weights": self.weights, "machine": dict(self.machine)}
        document |= {name: getattr(self.result, name) for name in _NUMBERS}
        for name in _CURVES:
            # JSON has no NaN, and a curve that diverged ends in one.
            document[name] = [x if math.isfinite(x) else str(x) for x in getattr(self.result, name)]
        document["holdout_ppm"] = dict(self.result.holdout_ppm)
        document["logits"] = packed(self.result.logits)
        return json.dumps(document | {"checkpoints": self.result.checkpoints})

    @classmethod
    def from_json(cls, line: str) -> StoredResult:
        """The inverse of `to_json`.

        Raises:
            TrainingError: it was written by another version.
        """
        document: dict[str, Any] = json.loads(line)
        found = document.pop("format")
        if found != FORMAT:
            raise TrainingError(f"a result has format {found!r}, not {FORMAT!r}", "name another queue")
        weights, machine = document.pop("weights"), document.pop("machine")
        for name in _CURVES:
            document[name] = tuple(float(x) for x in document[name])
        document["holdout_ppm"] = {name: tuple(curve) for name, curve in document["holdout_ppm"].items()}
        document["logits"] = unpacked(document["logits"])
        document["checkpoints"] = tuple(document["checkpoints"])
        return cls(TrainingResult(weights=(), **document), weights, machine)
