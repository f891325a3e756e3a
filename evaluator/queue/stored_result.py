"""What is kept of a finished training: all but the weights, which are in the content store under their CID."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hyperbounty.errors import TrainingError
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.result_document import document_of, result_of

FORMAT: Final = "hyperbounty/result/3"


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
        kept = {"format": FORMAT, "weights": self.weights, "machine": dict(self.machine)}
        return json.dumps(kept | document_of(self.result))

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
        return cls(result_of(document), weights, machine)
