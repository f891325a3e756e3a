"""All contests beside each other: how long each goes on, what an entry costs, who decides, and who its organizer is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.show.contest import contest_json, phases_end
from hyperbounty.bounty.show.dispute import dispute_json
from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase
from hyperbounty.money import amount_json
from hyperbounty.statistics.ppm import PPM

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.statistics.luck import Lottery


@dataclass(frozen=True)
class Record:
    """How the contests of one organizer ended.

    Attributes:
        won, refunded, void: that ended so.
        disputed: whose scores somebody challenged, however they ended.
    """

    won: int = 0
    refunded: int = 0
    void: int = 0
    disputed: int = 0


@dataclass(frozen=True)
class Listed:
    """A contest in a list.

    Attributes:
        record: of its organizer.
        now: the chain's time, in unix seconds.
        luck_ppm: most that the chance can be that luck alone is paid, by what its manifest says of its data; None where
            the manifest was not read.
    """

    contest: Contest
    dispute: Dispute
    record: Record
    now: int
    luck_ppm: int | None = None

    @property
    def ends(self) -> int | None:
        """When its phase ends, in unix seconds; None where no deadline ends it."""
        return phases_end(self.contest, self.dispute).get(self.contest.phase)

    @property
    def left_seconds(self) -> int | None:
        """How long that is from now, by the chain; 0 where it is over."""
        return None if self.ends is None else max(self.ends - self.now, 0)

    @property
    def is_open(self) -> bool:
        """Whether somebody can enter now."""
        return self.contest.phase is Phase.SUBMIT and self.contest.standing < self.contest.max_submissions

    def json(self) -> dict[str, Any]:
        """The facts as JSON types: those of `contest_json`, and more."""
        contest, asset = self.contest, self.contest.asset
        price = contest.price_at(contest.standing)
        return {
            **contest_json(contest),
            "dispute": dispute_json(self.dispute, asset),
            "price": {
                "entry_fee": amount_json(price.entry_fee, asset),
                "surcharge": amount_json(price.surcharge, asset),
            },
            "left_seconds": self.left_seconds,
            "luck_ppm": self.luck_ppm,
            "organizer_record": {f"contests_{name}": count for name, count in vars(self.record).items()},
        }


def list_contests(contract: BountyContract) -> list[Listed]:
    """Every contest, oldest first, all as they stand at one block; in as few requests as batches take."""
    block = contract.chain.confirmed_block()
    contests = contract.contests(block)
    disputes = contract.disputes(contests, block)
    now = contract.chain.timestamp()
    records = records_of(contests, disputes)
    return [
        Listed(contest, dispute, records[contest.organizer], now)
        for contest, dispute in zip(contests, disputes, strict=True)
    ]


def records_of(contests: Sequence[Contest], disputes: Sequence[Dispute]) -> Mapping[str, Record]:
    """How the contests of each organizer ended, by its address.

    Args:
        contests: all of a contract.
        disputes: of each.
    """
    counted: dict[str, dict[str, int]] = {}
    names = {Outcome.WON: "won", Outcome.REFUNDED: "refunded", Outcome.VOID: "void"}
    for contest, dispute in zip(contests, disputes, strict=True):
        record = counted.setdefault(contest.organizer, {})
        found = [names[contest.outcome]] if contest.outcome in names else []
        for name in (*found, *(["disputed"] if dispute.challenged else [])):
            record[name] = record.get(name, 0) + 1
    return {organizer: Record(**record) for organizer, record in counted.items()}


def by_end(listed: Sequence[Listed]) -> list[Listed]:
    """Those whose phase ends next first; last those that no deadline ends."""
    return sorted(listed, key=lambda each: (each.ends is None, each.ends or 0))


def by_reward(listed: Sequence[Listed]) -> list[Listed]:
    """The highest reward first, those in coins before those in a token: amounts of two assets cannot be compared."""
    return sorted(
        listed, key=lambda each: (not each.contest.asset.is_coin, str(each.contest.asset), -each.contest.prize)
    )


def luck_ppm(contest: Contest, manifest: Manifest) -> int:
    """Most that the chance can be that luck alone is paid, by what the manifest says of its data."""
    return math.ceil(PPM * said_lottery(contest, manifest).chance_of_any(contest.minimum_score))


def said_lottery(contest: Contest, manifest: Manifest) -> Lottery:
    """The contest as those see it who know nothing, by what its manifest says of its data.

    That is its organizer's word. Who looks at one contest counts the rises in its prices instead.
    """
    from hyperbounty.statistics.luck import Lottery

    said = manifest.estimates
    return Lottery(
        metric=manifest.metric,
        windows=manifest.holdout_windows,
        training_windows=said.training_windows,
        future_periods=manifest.task.future_periods,
        rise_rate_ppm=said.rise_rate_ppm,
        entries=contest.max_submissions,
    )
