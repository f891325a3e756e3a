"""What a model shows: what it is, what a sample costs, who may take what when, and what goes on in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.models.class_names import ClassNames, class_names
from hyperbounty.models.published import Published, manifest_cid, read_published
from hyperbounty.models.rules import price
from hyperbounty.models.show.activity import Activity, activity_of
from hyperbounty.models.show.cautions import cautions
from hyperbounty.models.show.waits import waits
from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.money import amount_json

if TYPE_CHECKING:
    from hyperbounty.models.manifest import ModelManifest
    from hyperbounty.models.standing import Standings
    from hyperbounty.models.views import ModelsViews
    from hyperbounty.store import ContentStore

PRICED: Final = (1, 10, 100)
"""For how many samples in a call a model shows the price."""


@dataclass(frozen=True)
class ModelFacts:
    """A model with all that people need to judge it.

    Attributes:
        model: as it stands.
        published: its manifest, or why there is none.
        names: of its classes.
        activity: what its samples come to.
        now: the chain's time, in unix seconds.
        development: whether this is a chain on which nobody loses money.
    """

    model: SharedModel
    published: Published
    names: ClassNames
    activity: Activity
    now: int
    development: bool = False

    @property
    def manifest(self) -> ModelManifest | None:
        """None where there is none to read."""
        return self.published.manifest

    @property
    def name(self) -> str:
        """What the creator calls it, which nobody has checked; empty where that is not known."""
        return "" if self.manifest is None else self.manifest.name

    @property
    def is_open(self) -> bool:
        """Whether it takes samples."""
        return self.model.stage is Stage.LIVE and not self.model.rests

    def price(self, samples: int = 1) -> int:
        """What so many samples cost together, were they added in one call now; it falls with time."""
        return price_now(self.model, self.now, samples)

    @property
    def waits(self) -> tuple[str, ...]:
        """Who may take a stake when, in words."""
        return waits(self.model.terms)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is odd about it, and allowed all the same."""
        return cautions(self.model.terms, self.model.asset, self.published, self.activity, development=self.development)

    def json(self) -> dict[str, Any]:
        """The facts as JSON types: those of `model_json`, and more."""
        asset, manifest = self.model.asset, self.manifest
        return {
            **model_json(self.model),
            "model_name": self.name or None,
            "class_names": list(self.names.names),
            "model_document": None if manifest is None else manifest.model_dump(mode="json"),
            "manifest_fault": self.published.reason or None,
            "sample_prices": [{"samples": count, **amount_json(self.price(count), asset)} for count in PRICED],
            "activity": self.activity.json(asset),
            "waits_in_words": list(self.waits),
            "cautions": list(self.cautions),
        }


def facts_of(standings: Standings, published: Published, *, development: bool) -> ModelFacts:
    """What a model shows, out of what stands on its samples."""
    model = standings.model
    names = class_names(model.shape.classes, published.manifest, standings.added_classes)
    return ModelFacts(model, published, names, activity_of(standings), standings.now, development)


def look_at(contract: ModelsViews, store: ContentStore, number: int) -> ModelFacts:
    """Model `number` as chain and store have it now.

    Raises:
        InvalidInput: there is no such model.
        NodeBehind: the node lacks events that the contract has counted.
    """
    from hyperbounty.models.standing import read_standings

    standings = read_standings(contract, number)
    published = read_published(store, standings.model, len(standings.added_classes))
    return facts_of(standings, published, development=contract.chain.is_development)


def price_now(model: SharedModel, now: int, samples: int = 1) -> int:
    """What so many samples cost together, were they added in one call now, in the smallest unit of the asset."""
    terms = model.terms
    return samples * price(terms.weight, terms.floor_shift, max(0, now - model.last_time), samples)


def model_json(model: SharedModel) -> dict[str, Any]:
    """Every field of a model as JSON types: amounts as in `amount_json`, the manifest by its CID, bytes as 0x-hex."""
    shape, terms, cid = model.shape, model.terms, manifest_cid(model)
    return {
        "model": model.number,
        "stage": model.stage.label,
        "creator": model.creator,
        "model_kind": shape.facts.name,
        "features": shape.features,
        "classes": shape.classes,
        "capacity": shape.capacity,
        "step": shape.step,
        "alpha_sixteenths": shape.alpha,
        **model.asset.json(),
        "in_points": terms.in_points,
        "weight": str(terms.weight),
        "floor_shift": terms.floor_shift,
        "lowest_price": amount_json(terms.floor, model.asset),
        "refund_wait_seconds": terms.refund_wait,
        "owner_wait_seconds": terms.owner_wait,
        "any_wait_seconds": terms.any_wait,
        "min_interval_seconds": terms.min_interval,
        "market_count": model.markets,
        "rests": model.rests,
        "opened_at": model.opened_at,
        "last_sample_at": model.last_time or None,
        "valid_total": model.valid_total,
        "member_count": model.members,
        "manifest_cid": None if cid is None else str(cid),
    }
