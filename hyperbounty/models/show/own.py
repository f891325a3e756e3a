"""What an account has in a model: its samples, what they may still bring, and what it can take of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hyperbounty.models.class_names import ClassNames, class_names
from hyperbounty.models.takeable import Way, ready, takeable
from hyperbounty.models.types import SharedModel
from hyperbounty.money import amount_json

if TYPE_CHECKING:
    from hyperbounty.models.standing import Standing, Standings


class Fate(StrEnum):
    """How an own sample stands.

    WAITING: the model agrees, and the wait is not over.
    DUE: the model agrees, and the stake can be had back now.
    CONTRADICTED: the model says another class now; members may share the stake once the wait is over.
    REFUNDED: the stake came back, and the sample is valid.
    TAKEN: others have taken the stake, or the account itself by time.
    """

    WAITING = "waiting"
    DUE = "due"
    CONTRADICTED = "contradicted"
    REFUNDED = "refunded"
    TAKEN = "taken"


@dataclass(frozen=True)
class OwnSample:
    """A sample that the account has added.

    Attributes:
        fate: how it stands.
        refund_at: from when it can be had back, and members share what the model contradicts.
        lost_from: from when somebody else may take all that is left.
    """

    standing: Standing
    fate: Fate
    refund_at: int
    lost_from: int


@dataclass(frozen=True)
class OwnPart:
    """What an account has in a model.

    Attributes:
        standings: of the model.
        account: its address.
    """

    standings: Standings
    account: str

    @property
    def model(self) -> SharedModel:
        """Which model."""
        return self.standings.model

    @property
    def samples(self) -> list[OwnSample]:
        """Its samples, in order."""
        found = self.standings
        return [
            OwnSample(each, self._fate(each), found.refund_at(each), found.lost_from(each, self.account))
            for each in found.of(self.account)
        ]

    @property
    def valid(self) -> int:
        """Its samples that were found valid; who has one is a member."""
        return self.standings.valid.get(self.account, 0)

    @property
    def left(self) -> int:
        """What is left of its own stakes."""
        return sum(each.left for each in self.standings.of(self.account))

    @property
    def earned(self) -> int:
        """What it has taken so far, own stakes that came back included."""
        return sum(taken.amount for taken in self.standings.taken.get(self.account, {}).values())

    @property
    def refunds(self) -> list[Standing]:
        """Own samples that can be had back now."""
        return ready(self.standings, self.account, Way.REFUND)

    @property
    def reports(self) -> list[Standing]:
        """Samples of others of which it can take a share now."""
        return ready(self.standings, self.account, Way.REPORT)

    @property
    def claims(self) -> list[Standing]:
        """Samples of which it can take all that is left now, by time."""
        return ready(self.standings, self.account, Way.CLAIM)

    @property
    def reports_bring(self) -> int:
        """What these reports would bring together."""
        return sum(self.standings.share(each, self.account) for each in self.reports)

    @property
    def next_at(self) -> int | None:
        """When it can do something that it cannot do now; None where there is nothing, as the model stands."""
        moments = [
            moment
            for way in Way
            for moment, each in takeable(self.standings, self.account, way)
            if way is not Way.CLAIM or self._may_wait_for(each)
        ]
        return min((moment for moment in moments if moment > self.standings.now), default=None)

    def json(self, names: ClassNames | None = None) -> dict[str, Any]:
        """As JSON types."""
        asset = self.model.asset
        return {
            "model": self.model.number,
            "stage": self.model.stage.label,
            "is_creator": self.account == self.model.creator,
            "valid_samples": self.valid,
            "at_stake": amount_json(self.left, asset),
            "earned": amount_json(self.earned, asset),
            "own_samples": samples_json(self.samples, names or self.names, self.model),
            "refunds_due": _due_json(len(self.refunds), sum(each.left for each in self.refunds), self.model),
            "reports_due": _due_json(len(self.reports), self.reports_bring, self.model),
            "claims_due": _due_json(len(self.claims), sum(each.left for each in self.claims), self.model),
            "next_at": self.next_at,
        }

    @property
    def names(self) -> ClassNames:
        """Of the classes, as far as the chain has them."""
        return class_names(self.model.shape.classes, None, self.standings.added_classes)

    def _may_wait_for(self, standing: Standing) -> bool:
        """Whether it is worth waiting for the time at which all that is left can be taken."""
        return self.account in (standing.entry.author, self.model.creator)

    def _fate(self, standing: Standing) -> Fate:
        if standing.refunded:
            return Fate.REFUNDED
        if not self.standings.is_open(standing):
            return Fate.TAKEN
        if not standing.agrees:
            return Fate.CONTRADICTED
        return Fate.DUE if self.standings.refund_at(standing) <= self.standings.now else Fate.WAITING


def samples_json(samples: Sequence[OwnSample], names: ClassNames, model: SharedModel) -> list[dict[str, Any]]:
    """Own samples as JSON types."""
    return [
        {
            "sample": each.standing.number,
            "label": each.standing.entry.label,
            "class_name": names.shown(each.standing.entry.label),
            "prediction": each.standing.prediction,
            "fate": each.fate.value,
            "deposit": amount_json(each.standing.entry.deposit, model.asset),
            "at_stake": amount_json(each.standing.left, model.asset),
            "added_at": each.standing.entry.time,
            "refund_at": each.refund_at,
            "lost_from": each.lost_from,
        }
        for each in samples
    ]


def _due_json(count: int, amount: int, model: SharedModel) -> dict[str, Any]:
    return {"samples": count, **amount_json(amount, model.asset)}
