"""All models beside each other: what each is for, what a sample costs, and what became of those before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.errors import HyperbountyError, StoreUnavailable
from hyperbounty.models.show.model import model_json, price_now
from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.money import amount_json

if TYPE_CHECKING:
    from hyperbounty.models.views import ModelsViews
    from hyperbounty.store import ContentStore

LIMIT_S: Final = 3.0
"""A list waits no longer for names."""


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


def read_names(
    open_store: Callable[[], ContentStore], models: Sequence[SharedModel], limit_s: float = LIMIT_S
) -> Mapping[int, str]:
    """The name of each model by its number, as far as manifests came in time.

    What the store holds is read first. What it has to look for may take half a minute a manifest, or never come, so it
    is read in a thread, which is left behind when the time is over.

    >>> read_names(lambda: 1 / 0, ())
    {}

    Args:
        open_store: makes a store that nobody else uses.
        models: those that matter most first.
        limit_s: seconds to wait for all of them.
    """
    found: dict[int, str] = {}
    published = [model for model in models if any(model.manifest)]
    if not published:
        return found
    over = threading.Event()

    def read() -> None:
        from hyperbounty.models.manifest import fetch_manifest
        from hyperbounty.store import Cid

        with suppress(HyperbountyError):
            store = open_store()
            held = {model.number for model in published if store.has(Cid.from_digest(model.manifest))}
            for model in sorted(published, key=lambda each: each.number not in held):
                if over.is_set():
                    return
                try:
                    found[model.number] = fetch_manifest(store, model.manifest).name
                except StoreUnavailable:
                    return
                except HyperbountyError:
                    # One that nobody has, or that is none, hides no other.
                    continue

    reading = threading.Thread(target=read, daemon=True, name="names of a list")
    reading.start()
    reading.join(limit_s)
    over.set()
    return dict(found)
