"""Which contests a list has, in which order, and where it goes on: for pages and programs alike.

Phases follow from the time, so the database does not know them. A few numbers of each contest that may be meant are
read, the phase is told from them, and only the rows of one page are read in full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, select

from hyperbounty.bounty.types import Outcome, Phase
from hyperbounty.money import COIN
from hyperbounty.web.bounty.facts import ListedContest, contests_at
from hyperbounty.web.bounty.index.phases import phase_at
from hyperbounty.web.bounty.index.tables import CONTESTS, ENTRIES
from hyperbounty.web.site.site import Snapshot
from hyperbounty.web.site.values import LARGEST_NUMBER

Order = Literal["number", "ends", "reward"]
"""`number`: the latest first. `ends`: those whose phase ends next, last those that no deadline ends. `reward`: the
highest first, those in coins before those in a token, since amounts of two assets cannot be compared."""

Place = tuple[int, str, int, int]
"""Of a contest in an order; its number is the last part."""

_ENDED: Final = (Phase.SETTLED, Phase.CANCELLED)
_READ: Final = (
    "number", "outcome", "submit_ends", "accept_ends", "reveal_seconds", "score_seconds", "challenge_seconds",
    "challenger", "seal_seconds", "open_seconds", "standing", "max_submissions", "reward", "sponsored", "asset",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which contests a list has: those to which all of this applies.

    Attributes:
        phases: in which they are; empty for any.
        is_open: whether somebody can enter now; None for either.
        outcomes: how they ended; empty for any.
        organizer, evaluator, participant: addresses with their checksums; None for anybody.
        asset: address of the token, twenty zeros for the coin; None for any.
        without: numbers of those that are left out.
    """

    phases: Collection[Phase] = ()
    is_open: bool | None = None
    outcomes: Collection[Outcome] = ()
    organizer: str | None = None
    evaluator: str | None = None
    participant: str | None = None
    asset: str | None = None
    without: Collection[int] = ()


def numbers_of(
    snapshot: Snapshot, wanted: Wanted, order: Order = "number", *, after: Place | None = None, most: int
) -> Sequence[Place]:
    """The places of the next contests of a list.

    Args:
        snapshot: of the index.
        wanted: which.
        order: in which order.
        after: the place of the last one before; None for the beginning.
        most: how many.
    """
    if order == "number" and wanted.is_open is None and not wanted.phases:
        # What the database knows by itself it counts by itself: the usual list, whose contests may be many.
        query = _query(wanted, CONTESTS.c.number).order_by(CONTESTS.c.number.desc()).limit(most)
        if after is not None:
            # A client may write any number into it; a column holds no larger one than this.
            query = query.where(CONTESTS.c.number < min(max(-after[-1], 0), LARGEST_NUMBER))
        return [(0, "", 0, -number) for number in snapshot.connection.execute(query).scalars()]
    found = sorted(_place(row, order, snapshot.now) for row in _candidates(snapshot, wanted))
    if after is not None:
        found = [place for place in found if place > after]
    return found[:most]


def contests_of_places(snapshot: Snapshot, places: Sequence[Place]) -> list[ListedContest]:
    """The contests in these places, in their order."""
    numbers = [abs(place[-1]) for place in places]
    found = contests_at(snapshot, select(CONTESTS).where(CONTESTS.c.number.in_(numbers)))
    by_number = {listed.contest.number: listed for listed in found}
    return [by_number[number] for number in numbers]


def _query(wanted: Wanted, *columns: ColumnElement[Any]) -> Select[Any]:
    """What the database knows of what is wanted; phases it does not."""
    query = select(*columns).where(CONTESTS.c.number.not_in(wanted.without))
    equal = {"organizer": wanted.organizer, "evaluator": wanted.evaluator, "asset": wanted.asset}
    for name, value in equal.items():
        if value is not None:
            query = query.where(CONTESTS.c[name] == value)
    if wanted.outcomes:
        query = query.where(CONTESTS.c.outcome.in_([int(outcome) for outcome in wanted.outcomes]))
    if wanted.is_open or (wanted.phases and not set(wanted.phases) & set(_ENDED)):
        query = query.where(CONTESTS.c.outcome == int(Outcome.PENDING))
    if wanted.participant is not None:
        entered = select(ENTRIES.c.contract, ENTRIES.c.subject).where(ENTRIES.c.participant == wanted.participant)
        own = entered.distinct().subquery()
        query = query.join(own, (own.c.contract == CONTESTS.c.contract) & (own.c.subject == CONTESTS.c.subject))
    return query


def _candidates(snapshot: Snapshot, wanted: Wanted) -> Iterator[Mapping[str, Any]]:
    query = _query(wanted, *(CONTESTS.c[name] for name in _READ))
    for found in snapshot.connection.execute(query).mappings():
        row: dict[str, Any] = dict(found)
        phase = phase_at(row, snapshot.now)
        if wanted.phases and phase not in wanted.phases:
            continue
        is_open = phase is Phase.SUBMIT and row["standing"] < row["max_submissions"]
        if wanted.is_open is None or is_open == wanted.is_open:
            yield {**row, "phase": phase}


def _place(row: Mapping[str, Any], order: Order, now: int) -> Place:
    """Where a contest stands: smaller places come first. The latest of those that are equal comes first."""
    number = row["number"]
    if order == "ends":
        ends = _ends(row)
        return (int(ends is None), "", ends or 0, -number)
    if order == "reward":
        # As a text of as many digits as there can be, since a cursor has no numbers of 256 bits.
        prize = f"{_LARGEST - row['reward'] - row['sponsored']:0{len(str(_LARGEST))}d}"
        return (int(row["asset"] != COIN.address), f"{row['asset']} {prize}", 0, -number)
    return (0, "", 0, -number)


_LARGEST: Final = 2**98
"""More than reward and sponsors' money, which the contract keeps in 96 bits each."""


def _ends(row: Mapping[str, Any]) -> int | None:
    """When the phase ends: `phases_end` of hyperbounty.bounty.show, from a few numbers."""
    phase = row["phase"]
    if phase is Phase.OFFER:
        return int(row["accept_ends"])
    ends = row["submit_ends"]
    windows = (
        (Phase.SUBMIT, 0),
        (Phase.REVEAL, row["reveal_seconds"]),
        (Phase.SCORE, row["score_seconds"]),
        (Phase.CHALLENGE, row["challenge_seconds"]),
        (Phase.PANEL_SEAL, row["seal_seconds"]),
        (Phase.PANEL_OPEN, row["open_seconds"]),
    )
    for reached, seconds in windows:
        ends = None if ends is None else ends + seconds
        if phase is reached:
            return None if ends is None else int(ends)
    return None
