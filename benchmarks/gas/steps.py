"""The steps that contest contracts have in common, and what each costs somewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STEPS: Final = ("open", "accept", "submit", "reveal", "score, each", "settle")


@dataclass(frozen=True)
class Costs:
    """Gas of whole transactions by step; a step that a contract does not have is left out.

    Attributes:
        who: the contract.
        how: measured on the chain of this run, or quoted and from where.
        gas: by step, as text, since a quoted figure can be a range.
        notes: what a reader must know to compare.
    """

    who: str
    how: str
    gas: dict[str, str]
    notes: str


QUOTED: Final = (
    Costs(
        "StandardBounties",
        "quoted",
        {"open": "267,311", "settle": "82,020"},
        "no package of its contracts is published; figures collected when this project's first contract was designed",
    ),
    Costs(
        "the 2022 predecessor",
        "quoted",
        {"submit": "189,452-206,528", "score, each": "48,395"},
        "the hyperparameter bounty that this design descends from; same collection",
    ),
)


def table(rows: list[Costs]) -> str:
    """The table people read, notes below it."""
    lines = [f"{'':22}{'':10}" + "".join(f"{step:>17}" for step in STEPS)]
    for row in rows:
        lines.append(f"{row.who:22}{row.how:10}" + "".join(f"{row.gas.get(step, '-'):>17}" for step in STEPS))
    return "\n".join([*lines, "", *(f"{row.who}: {row.notes}" for row in rows)])
