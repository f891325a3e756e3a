"""Models that tests open on the embedded chain, and time that passes there."""

from __future__ import annotations

from collections.abc import Sequence

from eth_account.signers.local import LocalAccount

from hyperbounty.chain.development import development_account
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.kinds import Kind, Shape, empty, uploaded
from hyperbounty.models.kinds.words import pack
from hyperbounty.models.manifest import ModelManifest, pin_manifest
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.types import Offer, SharedModel
from hyperbounty.money import COIN, Asset
from hyperbounty.store import ContentStore

CREATOR, ADA, BOB, EVE = (development_account(number) for number in range(4))
TERMS = Terms(weight=10**15, floor_shift=10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
POINTS = Terms(weight=0, floor_shift=0, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY, min_interval=60)

# Says class 1 where feature 1 or 3 is active, class 0 where 0 or 2 is, and moves by little.
WORDS = ("meeting", "money", "report", "free")
WEIGHTS = [-1_000, 1_000, -1_000, 1_000]
SHAPE = Shape(Kind.SPARSE_PERCEPTRON, len(WORDS), step=1)
NAMES = ("ham", "spam")


def manifest_of_words(**changes: object) -> ModelManifest:
    """A model of mails, by four words."""
    fields: dict[str, object] = {
        "name": "Spam or ham",
        "about": "Tells advertisements from other mail.",
        "classes": NAMES,
        "encoder": {"kind": "vocabulary", "words": WORDS},
    }
    return ModelManifest.model_validate({**fields, **changes})


def open_model(
    contract: ModelsContract,
    store: ContentStore | None = None,
    *,
    terms: Terms = TERMS,
    shape: Shape = SHAPE,
    weights: Sequence[int] = WEIGHTS,
    manifest: ModelManifest | None = None,
    digest: bytes = b"\x07" * 32,
    creator: LocalAccount = CREATOR,
    asset: Asset = COIN,
) -> SharedModel:
    """A live model; its manifest is that of the words, another one, or none that anybody has."""
    perceptron = shape.kind is Kind.SPARSE_PERCEPTRON
    state = (uploaded(shape, pack(weights, 16)) if perceptron else empty(shape)).state()
    number, _ = contract.open(creator, Offer(shape, terms, state, asset))
    for first, part in parts(state.words):
        contract.upload(creator, number, first, part)
    if store is not None:
        digest = pin_manifest(store, manifest or manifest_of_words()).digest
    contract.publish(creator, number, digest)
    return contract.model(number)


def pass_time(contract: ModelsContract, seconds: int) -> None:
    """Let so many seconds pass on the chain."""
    contract.chain.advance_to(contract.chain.timestamp() + seconds)
