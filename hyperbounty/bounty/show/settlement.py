"""What the settlement of a contest shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hyperbounty.bounty.types import Contest, Verdict
from hyperbounty.chain.payments import Payment


@dataclass(frozen=True)
class Settlement:
    """How a contest ended.

    Attributes:
        payments: what the settlement paid out, in the smallest unit of the contest's asset.
    """

    contest: Contest
    verdict: Verdict
    payments: tuple[Payment, ...]

    @property
    def outcome(self) -> str:
        """`won`, `refunded` or `void`."""
        return self.contest.outcome.name.lower()

    @property
    def verdict_name(self) -> str:
        """What the panel found: `upheld`, `overturned`, or `none` where nobody challenged the scores."""
        return self.verdict.name.lower()

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "outcome": self.outcome,
            "paid": [{"payee": p.payee, "amount": p.amount, "credited": not p.paid} for p in self.payments],
        }
