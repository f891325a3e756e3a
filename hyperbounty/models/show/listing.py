"""All models beside each other: what each is for, what a sample costs, and what became of those before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperbounty.models.show.model import model_json, price_now
from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.money import amount_json

if TYPE_CHECKING:
    from hyperbounty.models.views import ModelsViews
    from hyperbounty.store import ContentStore


@dataclass(frozen=True)
class ListedModel:
    """A model in a list.

    Attributes:
        now: the chain's time, in unix seconds.
        name: as its creator says, which nobody has checked; empty where the manifest was not read.
    """

    model: SharedModel
    now: int
    name: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it takes samples."""
        return self.model.stage is Stage.LIVE and not self.model.rests

    @property
    def price(self) -> int:
        """What a sample costs now, in the smallest unit of the asset."""
        return price_now(self.model, self.now)

    def json(self) -> dict[str, Any]:
        """The facts as JSON types: those of `model_json`, and more."""
        price = amount_json(self.price, self.model.asset)
        return {**model_json(self.model), "model_name": self.name or None, "sample_price": price}


def list_models(contract: ModelsViews) -> list[ListedModel]:
    """Every model, oldest first, all as they stand at one block; without names, see `read_names`."""
    models = contract.models(range(1, contract.count() + 1), contract.chain.confirmed_block())
    now = contract.chain.timestamp()
    return [ListedModel(model, now) for model in models]


def read_names(open_store: Callable[[], ContentStore], models: Sequence[SharedModel]) -> Mapping[int, str]:
    """The name of each model by its number, as far as manifests came in time; see `read_in_time`.

    Args:
        open_store: makes a store that nobody else uses.
        models: those that matter most first.
    """
    # Brings in what reads documents, which a list of models without manifests has no use for.
    from hyperbounty.models.manifest import fetch_manifest
    from hyperbounty.store.in_time import read_in_time

    published = {model.number: model.manifest for model in models if any(model.manifest)}
    return read_in_time(open_store, published, lambda store, number: fetch_manifest(store, published[number]).name)
