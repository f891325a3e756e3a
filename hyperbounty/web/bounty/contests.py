"""Contests out of the index, as the types that the contract's client has.

So whatever the command line shows of a contest, pages and answers show of it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from hyperbounty.bounty.show.listing import Record
from hyperbounty.bounty.types import Contest, Dispute, Outcome, Panel, RevealedSpec, SeatState, Verdict
from hyperbounty.money import Asset
from hyperbounty.web.bounty.index.phases import phase_at
from hyperbounty.web.bounty.index.tables import CONTESTS, ENTRIES, SCORES
from hyperbounty.web.index.assets import assets_at

Row = Mapping[str, Any]

_SAME: Final = (
    "number", "organizer", "evaluator", "reward", "sponsored", "bond", "evaluator_bond", "evaluator_fee", "entry_fee",
    "minimum_score", "accept_ends", "submit_ends", "submit_seconds", "reveal_seconds", "score_seconds",
    "challenge_seconds", "limits", "max_submissions", "max_per_address", "entry_seconds", "throughput", "manifest",
    "holdout_commitment", "standing", "revealed", "unscorable", "pot",
)  # fmt: skip
_NO_REPORT: Final = bytes(32)


def contest_of(row: Row, now: int, asset: Asset) -> Contest:
    """A row of `bounty_contests` as the contract shows it.

    Args:
        row: of the table.
        now: the chain's time, in unix seconds; the phase follows from it.
        asset: what its amounts are counted in.
    """
    return Contest(
        **{name: row[name] for name in _SAME},
        asset=asset,
        shares=tuple(row["shares"]),
        # As the node counts; on some chains the contract counts otherwise.
        opened_at_block=row["opened_block"],
        key_published=row["holdout_key"] is not None,
        report=row["report"] or _NO_REPORT,
        winners=tuple(row["winners"]),
        phase=phase_at(row, now),
        outcome=Outcome(row["outcome"]),
    )


def dispute_of(row: Row, contest: Contest) -> Dispute:
    """The panel of the contest in a row of `bounty_contests`, and how far a dispute came."""
    seats: Sequence[Row] = row["panel"]
    panel = Panel(
        tuple(seat["member"] for seat in seats),
        row["member_bond"],
        row["challenge_bond"],
        row["member_fee"],
        row["tolerance"],
        row["seal_seconds"],
        row["open_seconds"],
    )
    return Dispute(
        panel=panel,
        accepted=tuple(seat["accepted"] for seat in seats),
        challenge_ends=contest.challenge_ends,
        challenger=row["challenger"],
        seats=tuple(SeatState(seat["state"]) for seat in seats),
        verdict=Verdict(row["verdict"]),
        agreed=tuple(seat["agreed"] for seat in seats),
    )


def contests_of(rows: Connection, wanted: Select[Any], now: int) -> Iterator[tuple[Row, Contest, Dispute]]:
    """The contests that a selection of `bounty_contests` finds, in its order, each with its row and its panel."""
    found = [dict(row) for row in rows.execute(wanted).mappings()]
    assets = assets_at(rows, {row["asset"] for row in found})
    for row in found:
        contest = contest_of(row, now, assets[row["asset"]])
        yield row, contest, dispute_of(row, contest)


def revealed_specs(rows: Connection, contract: int, subject: str) -> list[RevealedSpec]:
    """What was revealed in a contest, in index order."""
    wanted = (
        select(ENTRIES)
        .where(ENTRIES.c.contract == contract, ENTRIES.c.subject == subject, ENTRIES.c.index.is_not(None))
        .order_by(ENTRIES.c.index)
    )
    return [
        RevealedSpec(row["index"], row["participant"], row["slot"], row["ordinal"], row["spec"], row["salt"])
        for row in rows.execute(wanted).mappings()
    ]


def scores_of(rows: Connection, contract: int, subject: str) -> dict[str, list[int]]:
    """The scores of a contest in ppm by index, by their author: `evaluator`, `panel`, or the address of a member."""
    wanted = (
        select(SCORES.c.author, SCORES.c.score)
        .where(SCORES.c.contract == contract, SCORES.c.subject == subject)
        .order_by(SCORES.c.author, SCORES.c.index)
    )
    found: dict[str, list[int]] = {}
    for author, score in rows.execute(wanted):
        found.setdefault(author, []).append(score)
    return found


def records(rows: Connection, organizers: Sequence[str]) -> dict[str, Record]:
    """How the contests of each of these organizers ended, over all contracts."""
    names = {Outcome.WON: "won", Outcome.REFUNDED: "refunded", Outcome.VOID: "void"}
    counted: dict[str, dict[str, int]] = {organizer: {} for organizer in organizers}
    of = (CONTESTS.c.organizer, CONTESTS.c.outcome, CONTESTS.c.challenger.is_not(None))
    wanted = select(*of, func.count()).where(CONTESTS.c.organizer.in_(organizers)).group_by(*of)
    for organizer, outcome, is_disputed, count in rows.execute(wanted):
        record = counted[organizer]
        ended = [names[Outcome(outcome)]] if Outcome(outcome) in names else []
        for name in (*ended, *(["disputed"] if is_disputed else [])):
            record[name] = record.get(name, 0) + count
    return {organizer: Record(**record) for organizer, record in counted.items()}
