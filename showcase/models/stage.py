"""The stage: chain, store and contract, the mails and who has them, and the model that they train."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.datasets import DataSet, mail
from hyperbounty.models.encoders import vocabulary_of
from hyperbounty.models.kinds import Kind, Shape, restored
from hyperbounty.models.manifest import ModelManifest, manifest_of
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.pretraining import pretrained
from hyperbounty.models.types import Offer
from hyperbounty.store import ContentStore, open_store
from organizer.models.drafts import Draft, Drafts
from organizer.models.openings import open_once

if TYPE_CHECKING:
    from pathlib import Path

    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.samples import Sample
    from hyperbounty.models.types import SharedModel

ETHER: Final = 10**18
WORDS: Final = 300
KNOWN: Final = 16
"""Mails that the model has learned before it goes live."""

USED: Final = 2_000
"""Of the bundled mails; more would make the demo longer, and not better."""

TESTED: Final = 500
"""Mails that nobody adds: how good the model is, is measured on these."""

TERMS: Final = Terms(ETHER // 2, floor_shift=6, refund_wait=DAY, owner_wait=9 * DAY, any_wait=14 * DAY)
"""Half an ether over the square root of the seconds since the last sample; claims after a day."""

GOOD: Final = "labels with care"
CARELESS: Final = "careless: each fourth label is wrong"
FLIPS: Final = "flips every label"
PREDICTS: Final = "only asks"
OPENED: Final = "opened the model"


@dataclass
class Person:
    """One of the cast.

    Attributes:
        name: in the output.
        account: with coins of the development chain.
        does: in words.
        a_day: mails that it adds each day.
        wrong_each: of so many labels the last is wrong; 0 where none is.
        added, wrong: mails that it has added, and labels of these that were wrong.
        fees: what its transactions cost, in wei.
    """

    name: str
    account: LocalAccount
    does: str
    a_day: int = 0
    wrong_each: int = 0
    added: int = 0
    wrong: int = 0
    fees: int = 0

    @property
    def address(self) -> str:
        """Of the account."""
        return self.account.address

    def label(self, right: int) -> int:
        """The label that it gives to its next mail."""
        self.added += 1
        if not self.wrong_each or self.added % self.wrong_each:
            return right
        self.wrong += 1
        return 1 - right

    def paid(self, receipt: Receipt) -> Receipt:
        """Note what a transaction of this person cost."""
        self.fees += receipt.fee_wei or 0
        return receipt


@dataclass
class Mails:
    """The bundled mails in three parts, as samples of the model.

    Attributes:
        manifest: says how a text becomes a sample.
        known: what the model learns before it goes live.
        fresh: what contributors add, one after the other.
        tested: what nobody adds; `texts` are the same as people have them.
    """

    manifest: ModelManifest
    known: Labelled
    fresh: Labelled
    tested: Labelled
    texts: DataSet

    @classmethod
    def encoded(cls, shape: Shape, store: ContentStore) -> Mails:
        """Of the bundled mails."""
        everything = mail().part(0, USED)
        rest = len(everything) - TESTED
        known, fresh = everything.part(0, KNOWN), everything.part(KNOWN, rest)
        texts = everything.part(rest, len(everything))
        # The words that most of a thousand mails have; which of them are spam is not asked.
        vocabulary = vocabulary_of(map(str, everything.raws[:1_000]), WORDS)
        manifest = manifest_of(
            {
                "name": "Spam or ham",
                "about": "Tells unwanted mails from others, by their words.",
                "classes": everything.classes,
                "encoder": vocabulary,
            }
        )
        encode = manifest.encode(shape, store)
        samples, added, asked = (Labelled.of(*part.encoded(encode)) for part in (known, fresh, texts))
        return cls(manifest, samples, added, asked, texts)


@dataclass
class Stage:
    """All that the play needs.

    Attributes:
        folder: that everything is left in.
        model: as it was published.
        mails: see `Mails`.
        used: mails of `mails.fresh` that were added.
                began: when the model went live, unix seconds.
        before: see `balances`, at the beginning.
    """

    folder: Path
    chain: Chain
    store: ContentStore
    contract: ModelsContract
    shape: Shape
    mails: Mails
    creator: Person
    contributors: list[Person]
    visitor: Person
    model: SharedModel = field(init=False)
    used: int = 0
    began: int = 0
    before: tuple[int, ...] = ()

    @property
    def cast(self) -> list[Person]:
        """Everybody."""
        return [*self.contributors, self.creator, self.visitor]

    def balances(self) -> tuple[int, ...]:
        """What each of the cast has, in wei, and what it has paid for gas: so stakes and payments alone change it."""
        return tuple(self.chain.balance(person.address) + person.fees for person in self.cast)

    def next_mail(self, person: Person) -> tuple[int, Sample]:
        """The next mail that nobody has added, with the label that the person gives it."""
        place = self.used
        self.used += 1
        return person.label(int(self.mails.fresh.labels[place])), self.mails.fresh.sample(place)

    def accuracy(self) -> float:
        """How often the model is right on the mails that nobody adds, by the words on the chain."""
        model = restored(self.shape, self.contract.state(self.model))
        tested = self.mails.tested
        labels: list[int] = tested.labels.tolist()
        right = sum(model.predict(tested.sample(place)) == label for place, label in enumerate(labels))
        return right / len(labels)


def build_stage(folder: Path) -> Stage:
    """A new chain with the contract on it, a store in this folder, and the cast; nothing is opened yet."""
    chain = Chain.embedded()
    store = open_store(None, folder / "home" / "store")
    shape = Shape(Kind.NAIVE_BAYES, WORDS, alpha=16)
    accounts = [devnet_account(number, chain) for number in range(6)]
    contract, _ = ModelsContract.deploy(chain, accounts[0])
    return Stage(
        folder,
        chain,
        store,
        ModelsContract.at(chain, contract.address),
        shape,
        Mails.encoded(shape, store),
        creator=Person("Rose", accounts[0], OPENED),
        contributors=[
            Person("Ada", accounts[1], GOOD, a_day=8),
            Person("Ben", accounts[2], GOOD, a_day=8),
            Person("Cem", accounts[3], CARELESS, a_day=4, wrong_each=4),
            Person("Eve", accounts[4], FLIPS, a_day=2, wrong_each=1),
        ],
        visitor=Person("Vic", accounts[5], PREDICTS),
    )


def open_model(stage: Stage, shape: Shape) -> SharedModel:
    """Rose trains a model of this shape on the mails that she has, and opens it."""
    contract, rose = stage.contract, stage.creator
    offer = Offer(shape, TERMS, pretrained(shape, stage.mails.known))
    draft = Draft(stage.chain.identity, contract.address, rose.address, offer, stage.mails.manifest)
    drafts = Drafts(stage.folder / "home" / "drafts")
    opened = open_once(contract, rose.account, draft, drafts, stage.store, publish=True, agree=lambda _: None)
    for receipt in opened.receipts:
        rose.paid(receipt)
    return contract.model(opened.number)
