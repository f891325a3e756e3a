"""A program that opens, uploads and publishes a model: what is killed and started again."""

from __future__ import annotations

import random
from pathlib import Path

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import ChainUnavailable
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.manifest import ModelManifest
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.types import Offer
from hyperbounty.store import open_store
from organizer.models.drafts import Draft, Drafts
from organizer.models.openings import draft_of, open_once, publish_once, upload_rest
from tests.models.drawn_models import drawn_state

SHAPE = Shape(Kind.SPARSE_CENTROID, 700, 3, 8)
TERMS = Terms(weight=10**15, floor_shift=10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
CREATOR = 3


def manifest(copy: int) -> ModelManifest:
    """Of the model that is opened as this copy."""
    fields = {"name": f"Model {copy}", "classes": ("a", "b", "c"), "encoder": {"kind": "none"}}
    return ModelManifest.model_validate(fields)


def offer(copy: int) -> Offer:
    """Three parts of words, other ones for each copy."""
    return Offer(SHAPE, TERMS, drawn_state(SHAPE, random.Random(copy)))


def open_all(url: str, home: Path, address: str, copy: int) -> None:
    """Open one model, as the command does that is given again after each crash or outage.

    Every other one is left a draft first, and is then published by its number, as by another command.
    """
    while True:
        try:
            with Chain.connect(url, policy=SendingPolicy(outage_seconds=20), journal=home, sleep=_no_pause) as chain:
                contract, account = ModelsContract(chain, address), development_account(CREATOR)
                drafts, store = Drafts(home / "drafts"), open_store(None, home / "store")
                draft = Draft(chain.identity, address, account.address, offer(copy), manifest(copy), copy)
                whole = copy % 2 == 0
                opened = open_once(contract, account, draft, drafts, store, publish=whole, agree=lambda _: None)
                model = contract.model(opened.number)
                if not whole and not any(model.manifest):
                    found = draft_of(contract, account, model, drafts)
                    list(upload_rest(contract, account, opened.number, found))
                    publish_once(contract, account, opened.number, found.manifest, store)
        except ChainUnavailable:
            continue
        return


def _no_pause(_: float) -> None:
    """Retry at once: the faults of a test do not need time to pass."""
