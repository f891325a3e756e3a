"""Who takes part in a simulation: agents told by numbers, and agents that somebody writes.

An `Agent` is what the fast simulation knows. Whoever wants another behaviour writes a class with one method and gives
it to a `Player`; that runs in the plain simulation, by the same rules.

>>> class Thrifty:
...     def act(self, turn):
...         if turn.label is not None and turn.price <= 3 * 10**9:
...             turn.contribute(turn.label)
...         turn.claim()
...         return 600
>>> player = Player("thrifty", balance=10**13, behaviour=Thrifty)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from hyperbounty.errors import InvalidInput

if TYPE_CHECKING:
    from hyperbounty.models.simulation.turn import Turn

UNIT: Final = 10**9
"""What the units of the issue's table are in the smallest unit of the native coin: a gwei."""

ALWAYS: Final = 1.0
"""`Agent.willing` of who contributes however bad the model is."""


@dataclass(frozen=True)
class Agent:
    """An agent who wakes now and then, adds the next sample, and claims what it can.

    Attributes:
        name: for people; no two agents of a simulation have the same.
        balance: at the beginning, in the smallest unit.
        cap_mean, cap_deviation: of the normal distribution of the most that it stakes on a sample. It stakes the price,
            and nothing where the price is higher.
        wait_mean_s, wait_deviation_s: of the normal distribution of the seconds until it wakes again, at least 1.
        good: it gives the right label; else a wrong one.
        mistakes: how often it gives the label that it does not mean to give, from 0 to 1.
        willing: it acts with this probability and that with which the model is right on the test samples, as last
            measured. `ALWAYS` acts always.
        calls: it pays for predictions instead of adding samples. The contract's predictions are free: this is a payment
            beside it, to its members by their valid samples, as in the original.
        pay_to_call: for each, in the smallest unit.
        claims: it has its samples refunded, reports those of others, and takes what is left to all.
        least_report: the least for which it reports; a call has its price in gas, which is not simulated. Among many
            members a share is small, and every member has one of every sample that the model contradicts.
        watch_s: its watcher claims for it every so many seconds, too; 0 where it has none.
        creator: it opened the model, and takes what is left after the owner's wait.

    Raises:
        InvalidInput: a number is out of its range.
    """

    name: str
    balance: int
    cap_mean: int
    cap_deviation: int
    wait_mean_s: float
    wait_deviation_s: float = 1.0
    good: bool = True
    mistakes: float = 0.0
    willing: float = 0.15
    calls: bool = False
    pay_to_call: int = 0
    claims: bool = True
    least_report: int = 0
    watch_s: int = 0
    creator: bool = False

    def __post_init__(self) -> None:
        lowest = min(
            self.balance,
            self.cap_mean,
            self.cap_deviation,
            self.wait_deviation_s,
            self.pay_to_call,
            self.least_report,
            self.watch_s,
        )
        if lowest < 0:
            raise InvalidInput(f"a number of the agent {self.name!r} is below 0", "give amounts and times from 0 on")
        if not 1 <= self.wait_mean_s < 2**40:
            raise InvalidInput(
                f"the agent {self.name!r} waits {self.wait_mean_s} s", "let it wait for a second at least"
            )
        if not 0 <= self.mistakes <= 1:
            raise InvalidInput(
                f"the agent {self.name!r} has a share of mistakes of {self.mistakes}", "give one from 0 to 1"
            )


def good(name: str = "good", unit: int = UNIT, **other: Any) -> Agent:
    """The good agent of the issue's base case; `other` are fields of `Agent` that differ.

    >>> good(watch_s=3_600).cap_mean
    50000000000
    """
    return _made(
        other,
        name=name,
        balance=10_000 * unit,
        cap_mean=50 * unit,
        cap_deviation=10 * unit,
        wait_mean_s=600,
        mistakes=0.0001,
    )


def bad(name: str = "bad", unit: int = UNIT, **other: Any) -> Agent:
    """The agent of the issue's base case that flips every label; `other` are fields of `Agent` that differ."""
    return _made(
        other,
        name=name,
        balance=10_000 * unit,
        cap_mean=100 * unit,
        cap_deviation=3 * unit,
        wait_mean_s=3_600,
        good=False,
        willing=ALWAYS,
    )


def caller(name: str = "caller", unit: int = UNIT, **other: Any) -> Agent:
    """An agent who only has predictions made, and pays for them; `other` are fields of `Agent` that differ."""
    return _made(
        other,
        name=name,
        balance=30_000 * unit,
        cap_mean=0,
        cap_deviation=0,
        wait_mean_s=7_200,
        willing=0.0,
        calls=True,
        pay_to_call=50 * unit,
        claims=False,
    )


def _made(other: dict[str, Any], **usual: Any) -> Agent:
    return Agent(**{**usual, **other})


class Behaviour(Protocol):
    """What an agent does that somebody writes."""

    def act(self, turn: Turn) -> int:
        """Do what is to be done now; gives the seconds until the next turn, at least 1."""


@dataclass(frozen=True)
class Player:
    """An agent with a behaviour of its own. Its first turn is in the first second.

    Attributes:
        name, balance, watch_s, creator: as those of an `Agent`.
        behaviour: the class of the behaviour, or a function that makes one: it is called once for every run, so that
            what an agent remembers ends with its run.
    """

    name: str
    balance: int
    behaviour: Callable[[], Behaviour]
    watch_s: int = 0
    creator: bool = False


def check_names(agents: Sequence[Agent | Player]) -> None:
    """Refuse agents that cannot be told apart.

    Raises:
        InvalidInput: there is none, two have one name, or two are creators.
    """
    names = [agent.name for agent in agents]
    if not names:
        raise InvalidInput("there is no agent", "give one at least")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInput(f"two agents have the name {twice!r}", "give each a name of its own")
    if sum(agent.creator for agent in agents) > 1:
        raise InvalidInput("two agents are the creator", "make one of them so")
