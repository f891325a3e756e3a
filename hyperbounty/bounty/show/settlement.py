"""What the settlement of a contest shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hyperbounty.bounty.types import Contest, Verdict
from hyperbounty.chain.payments import Payment
from hyperbounty.money import amount_json


@dataclass(frozen=True)
class Settlement:
    """How a contest ended.

    Attributes:
        payments: what the settlement paid out or burned, in the smallest unit of the contest's asset.
    """

    contest: Contest
    verdict: Verdict
    payments: tuple[Payment, ...]

    @property
    def outcome(self) -> str:
        """`won`, `refunded`, `void`, or `cancelled` where the offer had lapsed."""
        return self.contest.outcome.name.lower()

    @property
    def verdict_name(self) -> str:
        """What the panel found: `upheld`, `overturned` or `undecided`; `none` where it did not say."""
        return self.verdict.name.lower()

    @property
    def burned(self) -> int:
        """What nobody gets."""
        return sum(payment.amount for payment in self.payments if payment.burned)

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        asset = self.contest.asset
        return {
            "outcome": self.outcome,
            "verdict": self.verdict_name,
            "contest": self.contest.number,
            "burned": amount_json(self.burned, asset),
            "pot": amount_json(self.contest.pot, asset),
            "paid": [
                {"payee": p.payee, **amount_json(p.amount, asset), "credited": not p.paid}
                for p in self.payments
                if not p.burned
            ],
        }
