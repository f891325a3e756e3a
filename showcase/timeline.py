"""What happened in a contest, step by step: who, what, gas, money; shown while it happens and kept for the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hyperbounty.cli.terminal import say_after
from hyperbounty.format import moment, signed

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Receipt


@dataclass(frozen=True)
class Step:
    """One line.

    Attributes:
        money: what `who` received, negative for what it put in; None where no money moved.
        stake: how much of what it put in answers for something, and can be lost.
    """

    step: str
    who: str
    what: str
    gas: int | None
    money: int | None
    stake: int = 0


@dataclass
class Timeline:
    """The steps so far; each is printed as it is added."""

    steps: list[Step] = field(default_factory=list)

    def add(
        self,
        step: str,
        who: str,
        what: str,
        receipt: Receipt | None = None,
        money: int | None = None,
        *,
        stake: int = 0,
    ) -> None:
        """Add a step and print it."""
        made = Step(step, who, what, receipt.gas_used if receipt else None, money, stake)
        self.steps.append(made)
        gas = f"{made.gas:,}" if made.gas is not None else ""
        say_after(f"{step:<12} {who:<10} {gas:>10}  {signed(money) if money else '':>11}  ", what)

    def clock(self, what: str, timestamp: int) -> None:
        """Note that the chain's clock has reached a deadline."""
        say_after("─── ", f"{what}, {moment(timestamp)}")

    def staked(self, who: str) -> int:
        """What `who` staked, all together."""
        return sum(step.stake for step in self.steps if step.who == who)

    def spent(self, who: str) -> int:
        """What `who` put in beside that."""
        put_in = -sum(
            step.money for step in self.steps if step.who == who and step.money is not None and step.money < 0
        )
        return put_in - self.staked(who)

    def got(self, who: str) -> int:
        """What `who` received, all together."""
        moved = [step.money for step in self.steps if step.who == who and step.money is not None]
        return sum(money for money in moved if money > 0)

    def gas(self) -> dict[str, int]:
        """Gas by step; where a step was taken several times, its dearest transaction."""
        found: dict[str, int] = {}
        for step in self.steps:
            if step.gas is not None:
                found[step.step] = max(step.gas, found.get(step.step, 0))
        return found
