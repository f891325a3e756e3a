"""A list of contests as rows for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.show.cautions import is_lucky
from hyperbounty.bounty.types import Outcome, Phase
from hyperbounty.cli.receipts import asset_amount
from hyperbounty.format import about, duration, moment, percent

if TYPE_CHECKING:
    from hyperbounty.bounty.show.listing import Listed, Record
    from hyperbounty.bounty.types import Contest

COLUMNS: Final = (
    "contest",
    "phase",
    "until",
    "left",
    "reward",
    "minimum",
    "entry",
    "taken",
    "panel",
    "organizer",
    "luck",
)
"""What stands above `contest_row`."""

TAKES: Final = (Phase.OFFER, Phase.SUBMIT)
"""Where there are entries to come."""


def contest_row(listed: Listed) -> tuple[str, ...]:
    """A contest, cell by cell."""
    contest = listed.contest
    members = len(listed.dispute.panel.members)
    return (
        str(contest.number),
        _phase(contest),
        "" if listed.ends is None else moment(listed.ends),
        "" if listed.left_seconds is None else duration(listed.left_seconds) if listed.left_seconds else "over",
        asset_amount(contest.prize, contest.asset),
        percent(contest.minimum_score),
        _price(contest),
        f"{contest.standing} of {contest.max_submissions}",
        str(members or "none"),
        _record(listed.record),
        _luck(listed),
    )


def _phase(contest: Contest) -> str:
    if contest.outcome is Outcome.PENDING or contest.phase is Phase.CANCELLED:
        return contest.phase.label
    return f"{contest.phase.label}, {contest.outcome.name.lower()}"


def _price(contest: Contest) -> str:
    """What the next entry costs, and how much of that is the fee that is burned if it is not revealed."""
    if contest.phase not in TAKES or contest.standing >= contest.max_submissions:
        return "-"
    price = contest.price_at(contest.standing)
    fee = asset_amount(price.entry_fee, contest.asset)
    return f"{contest.asset.about(price.total)}, fee {fee}" if price.surcharge else fee


def _record(record: Record) -> str:
    parts = [f"{count} {name}" for name, count in vars(record).items() if count]
    return ", ".join(parts) or "none ended"


def _luck(listed: Listed) -> str:
    """Whether luck may pass the bar, where there are entries to come."""
    if listed.contest.phase not in TAKES:
        return ""
    if listed.luck_ppm is None:
        return "not known"
    return f"PAID, up to {about(listed.luck_ppm)}" if is_lucky(listed.luck_ppm) else ""
