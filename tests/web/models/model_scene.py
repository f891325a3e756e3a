"""Models with their manifests, samples and claims, and an index of them: what pages and answers are tried on."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from eth_account.signers.local import LocalAccount

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.encoders import HashedWords, NoEncoder, Scale, Vocabulary
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.manifest import Baseline, ModelManifest, pin_manifest
from hyperbounty.models.rules import Terms
from hyperbounty.models.types import Offer, SharedModel
from hyperbounty.money import COIN, Asset
from hyperbounty.store import ContentStore, open_store
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index
from tests.models.drawn_models import drawn_state
from tests.web.indexing import where_is

DAY: Final = 86_400
TERMS: Final = Terms(10**16, 10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
POINTS: Final = Terms(0, 0, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY, min_interval=60)
WORDS: Final = ("free", "money", "meeting", "lunch", "prize", "it's", "straße", "viagra")
SPAM: Final = ModelManifest(
    name="Spam?",
    about="Says whether a mail is spam.",
    classes=("ham", "spam"),
    encoder=Vocabulary(words=WORDS),
    baseline=Baseline(accuracy_ppm=912_000, samples=500, source="my own mails"),
)


@dataclass
class ModelScene:
    """A chain, a store, and the models on it.

    Attributes:
        numbers: of the models, by what they show.
    """

    folder: Path
    chain: Chain
    contract: ModelsContract
    store: ContentStore
    accounts: Sequence[LocalAccount]
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def creator(self) -> LocalAccount:
        """Of all models."""
        return self.accounts[1]

    @property
    def database(self) -> Path:
        """Of the index."""
        return self.folder / "index.sqlite"

    def model(self, name: str) -> SharedModel:
        """As the contract has it now."""
        return self.contract.model(self.numbers[name])

    def open(
        self,
        name: str,
        shape: Shape,
        manifest: ModelManifest | bytes | None,
        terms: Terms = TERMS,
        asset: Asset = COIN,
    ) -> SharedModel:
        """Open a model, and publish it where there is a manifest: one to be pinned, or a digest."""
        state = drawn_state(shape, random.Random(name))
        number, _ = self.contract.open(self.creator, Offer(shape, terms, state, asset))
        self.numbers[name] = number
        for first, words in parts(state.words):
            self.contract.upload(self.creator, number, first, words)
        if manifest is not None:
            digest = manifest if isinstance(manifest, bytes) else pin_manifest(self.store, manifest).digest
            self.contract.publish(self.creator, number, digest)
        return self.model(name)

    def pass_time(self, seconds: int) -> None:
        """Let the chain's clock go on."""
        self.chain.advance_to(self.chain.timestamp() + seconds)

    def index(self) -> None:
        """Bring the index up to the chain, with all documents that there are."""
        known = families()
        with open_index(self.database, known) as database:
            wanted = Wanted(known, where_is(self.contract), 0, store=self.store)
            process = IndexProcess(self.chain, database, wanted)
            with process.opened():
                process.catch_up()


def new_model_scene(folder: Path, chain: Chain | None = None) -> ModelScene:
    """A chain with the contract, and no model yet."""
    chain = chain or Chain(EmbeddedProvider(DevelopmentNode()))
    accounts = [devnet_account(number, chain) for number in range(10)]
    deployed, _ = ModelsContract.deploy(chain, accounts[0])
    contract = ModelsContract.at(chain, deployed.address)
    return ModelScene(folder, chain, contract, open_store(None, folder / "store"), accounts)


def spam_model(scene: ModelScene, manifest: ModelManifest = SPAM, name: str = "spam") -> SharedModel:
    """A model of texts."""
    return scene.open(name, Shape(Kind.SPARSE_PERCEPTRON, features=len(WORDS), step=20), manifest)


def play_models(scene: ModelScene) -> None:
    """Models of every kind of encoder, with samples that were refunded, reported and claimed."""
    ada, bob, eve = scene.accounts[7:10]
    model = spam_model(scene)
    contract, chance = scene.contract, random.Random(5)
    for number in range(12):
        author = (ada, bob, eve)[number % 3]
        sample = sorted(chance.sample(range(len(WORDS)), 3))
        contract.add(author, model, [((number + (author is eve)) % 2, sample)])
        scene.pass_time(3_600)
    dense = scene.open(
        "dense", Shape(Kind.DENSE_CENTROID, 3, 2, 4), _named("Flowers", Scale(offsets=(0.5,), factors=(9.0,)))
    )
    contract.add_class(scene.creator, dense.number, "<b>iris\u202e</b>")
    scene.open("bayes", Shape(Kind.NAIVE_BAYES, 64, 2, 2, alpha=16), _named("Words", HashedWords(seed=7, modulus=64)))
    points = scene.open("points", Shape(Kind.SPARSE_CENTROID, 20), _named("Points", NoEncoder()), POINTS)
    contract.add(ada, points, [(1, [1, 2])])
    scene.open("nameless", Shape(Kind.DENSE_PERCEPTRON, 4), b"\x07" * 32)
    scene.open("draft", Shape(Kind.SPARSE_PERCEPTRON, 20, step=1), None)
    scene.pass_time(DAY)
    entries = contract.history(model).entries()
    for account in (ada, bob, eve):
        for entry in entries:
            claim = contract.refund if entry.author == account.address else contract.report
            said = contract.predict(model, [model.shape.decode(entry.features)])[0] == entry.label
            is_member = contract.member(model, account.address).valid > 0
            left = contract.stakes(model, [entry])[0].left
            if left and (said if claim == contract.refund else not said and is_member):
                claim(account, model, [entry])
    scene.pass_time(4 * DAY)
    rest = [e for e, stake in zip(entries, contract.stakes(model, entries), strict=True) if stake.left]
    assert rest
    contract.claim(scene.creator, model, rest[:1])
    contract.add(bob, model, [(1, [1, 4])])
    contract.close(scene.creator, scene.numbers["bayes"])


def _named(name: str, encoder: object) -> ModelManifest:
    return ModelManifest.model_validate_json(
        json.dumps({"name": name, "classes": ["no", "yes"], "encoder": encoder.model_dump(mode="json")})  # type: ignore[attr-defined]
    )
