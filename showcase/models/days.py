"""The days of the model: mails are added, and a day later the model says who was right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.models.manifest import fetch_manifest
from hyperbounty.models.rules import DAY
from hyperbounty.models.takeable import Way
from hyperbounty.models.taking import Taker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showcase.models.stage import Person, Stage

DAYS: Final = 5
"""On which mails are added."""

_TURN_S: Final = 3 * 3_600
"""Between the turns of two people."""


@dataclass
class Day:
    """What came of a day. Amounts are in wei.

    Attributes:
        number: from 0, when the model went live.
        added: mails.
        staked: on them.
        refunded: to authors with whom the model agrees.
        shared: by members, of stakes of others that the model contradicts.
        claimed: by the creator, of what nobody had taken in time.
        accuracy: of the model in the evening, from 0 to 1.
        balances: of the cast in the evening, less what their transactions cost.
    """

    number: int
    added: int = 0
    staked: int = 0
    refunded: int = 0
    shared: int = 0
    claimed: int = 0
    accuracy: float = 0
    balances: tuple[int, ...] = ()


def ask(stage: Stage, texts: Sequence[str]) -> list[int]:
    """Vic has mails classified, as anybody can: with the manifest from the store, and no account."""
    manifest = fetch_manifest(stage.store, stage.model.manifest)
    encode = manifest.encode(stage.shape, stage.store)
    return stage.contract.predict(stage.model, [encode(text) for text in texts])


def play_days(stage: Stage) -> Iterator[Day]:
    """Play the days one by one."""
    taker = Taker(stage.contract)
    for number in range(DAYS + 2):
        day = Day(number)
        for turn, person in enumerate(stage.contributors):
            _at(stage, number * DAY + (turn + 1) * _TURN_S)
            day.refunded += _take(stage, taker, person, Way.REFUND)
            day.shared += _take(stage, taker, person, Way.REPORT)
            if number < DAYS:
                _add(stage, person, day)
        yield _evening(stage, day)
    last = Day(number=stage.model.terms.owner_wait // DAY + DAYS)
    _at(stage, last.number * DAY)
    last.claimed = _take(stage, taker, stage.creator, Way.CLAIM)
    yield _evening(stage, last)


def _at(stage: Stage, seconds: int) -> None:
    """Move the chain's clock on, to so many seconds after the model went live."""
    stage.chain.advance_to(stage.began + seconds)


def _add(stage: Stage, person: Person, day: Day) -> None:
    """Add the mails of a day, in one call, for the price that they have now."""
    mails = [stage.next_mail(person) for _ in range(person.a_day)]
    receipt = person.paid(stage.contract.add(person.account, stage.model, mails))
    day.added += len(mails)
    day.staked += sum(entry.deposit for entry in stage.contract.added(receipt))


def _take(stage: Stage, taker: Taker, person: Person, way: Way) -> int:
    """Take all that is due for a person in one way; gives what it came to."""
    taking = taker.take(person.account, stage.model.number, way)
    for receipt in taking.receipts:
        person.paid(receipt)
    return taking.amount


def _evening(stage: Stage, day: Day) -> Day:
    day.accuracy = stage.accuracy()
    day.balances = stage.balances()
    return day
