"""What a scoring shows: the report, and the specs by their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hyperbounty.bounty.report import Report, SpecScore
    from hyperbounty.store import Cid


@dataclass(frozen=True)
class Scores:
    """The report of a scoring, and where it is pinned."""

    cid: Cid
    report: Report

    @property
    def ranked(self) -> list[SpecScore]:
        """The specs, best score first; of equal ones the lower index."""
        return sorted(self.report.specs, key=lambda spec: -spec.score_ppm)

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {"report": str(self.cid), **self.report.model_dump(mode="json")}
