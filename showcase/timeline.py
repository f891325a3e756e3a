"""What happened in a contest, step by step: who, what, gas, money; shown while it happens and kept for the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console

from hyperbounty.format import moment, signed
from hyperbounty.texts import escaped

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Receipt


@dataclass(frozen=True)
class Step:
    """One line. `money` is what `who` received, negative for what it paid in; None where no money moved."""

    step: str
    who: str
    what: str
    gas: int | None
    money: int | None


@dataclass
class Timeline:
    """The steps so far; each is printed on `console` as it is added."""

    console: Console
    steps: list[Step] = field(default_factory=list)

    def add(self, step: str, who: str, what: str, receipt: Receipt | None = None, money: int | None = None) -> None:
        """Add a step and print it."""
        made = Step(step, who, what, receipt.gas_used if receipt else None, money)
        self.steps.append(made)
        gas = f"{made.gas:,}" if made.gas is not None else ""
        line = f"{step:<12} {who:<10} {gas:>10}  {signed(money) if money else '':>10}  {what}"
        self.console.print(escaped(line), markup=False, emoji=False, highlight=False, soft_wrap=True)

    def clock(self, what: str, timestamp: int) -> None:
        """Note that the chain's clock has reached a deadline."""
        line = escaped(f"─── {what}, {moment(timestamp)}")
        self.console.print(line, style="dim", markup=False, emoji=False, highlight=False, soft_wrap=True)

    def gas(self) -> dict[str, int]:
        """Gas by step; where a step was taken several times, its dearest transaction."""
        found: dict[str, int] = {}
        for step in self.steps:
            if step.gas is not None:
                found[step.step] = max(step.gas, found.get(step.step, 0))
        return found
