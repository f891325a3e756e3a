"""Opening a model once, word for word: whatever was interrupted goes on, and nothing is sent twice.

Three steps, each named in the journal of transactions: the opening, by the draft's digest; each part of the words and
the publication, by the number of the model. The draft lies on disk before the first of them is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hyperbounty.chain.client import ContractCall
from hyperbounty.errors import InvalidInput, StoreError
from hyperbounty.locks import locked
from hyperbounty.models.contract import parts
from hyperbounty.models.manifest import ModelManifest, fetch_manifest, pin_manifest
from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.next_steps import Action, NextStep, Parameter
from organizer.models.drafts import Draft, Drafts

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.chain.sending.quote import Quote
    from hyperbounty.models.contract import ModelsContract
    from hyperbounty.store import Cid, ContentStore

Agree = Callable[["Quote | None"], None]
"""Says what would be sent, and raises unless somebody agrees; the quote is that of the first transaction."""


@dataclass(frozen=True)
class Opened:
    """A model that was opened.

    Attributes:
        number: by which the contract knows it.
        before: whether an earlier run has sent the opening.
        receipts: of what was sent for it, in order.
        cid: of its manifest; None where it is not published.
    """

    number: int
    before: bool
    receipts: list[Receipt] = field(default_factory=list)
    cid: Cid | None = None


def open_once(
    contract: ModelsContract,
    creator: LocalAccount,
    draft: Draft,
    drafts: Drafts,
    store: ContentStore,
    *,
    publish: bool,
    agree: Agree,
    on_word: Callable[[int], None] = lambda _: None,
) -> Opened:
    """Open, upload and publish a model, or carry on with it from wherever an earlier run came to.

    Args:
        draft: what is opened.
        drafts: keeps it.
        store: gets the manifest, before anything is sent.
        publish: end the draft; else it stays one.
        agree: see there; not asked about what an earlier run has begun.
        on_word: is told how many words were uploaded by now.

    Raises:
        TransactionReverted: the contract would refuse it; nothing was sent.
        InsufficientFunds: the account cannot pay the first transaction; nothing was sent.
        StoreError: the store takes no manifest; nothing was sent.
    """
    step = f"open/{draft.name}"
    with locked(drafts.lock(draft.name), exclusive=True):
        receipt = contract.resume(creator, step)
        before = receipt is not None
        if receipt is None:
            call = contract.calls.open(draft.offer.encoded())
            agree(contract.check(creator, ContractCall(call)))
            if publish:
                store_manifest(store, draft.manifest)
            drafts.keep(draft)
            number, receipt = contract.open(creator, draft.offer, key=step)
        else:
            number = contract.opened(receipt)
        receipts = [receipt, *upload_rest(contract, creator, number, draft, on_word)]
        if not publish:
            return Opened(number, before, receipts)
        cid, published = publish_once(contract, creator, number, draft.manifest, store)
        return Opened(number, before, [*receipts, published], cid)


def upload_rest(
    contract: ModelsContract,
    creator: LocalAccount,
    number: int,
    draft: Draft,
    on_word: Callable[[int], None] = lambda _: None,
) -> Iterator[Receipt]:
    """Upload what model `number` lacks of its words; the receipts of all parts, in order."""
    for first, words in parts(draft.offer.state.words):
        step = f"upload/{number}/{first}"
        yield contract.resume(creator, step) or contract.upload(creator, number, first, words, key=step)
        on_word(first + len(words))


def publish_once(
    contract: ModelsContract, creator: LocalAccount, number: int, manifest: ModelManifest, store: ContentStore
) -> tuple[Cid, Receipt]:
    """Store the manifest, see that it comes back, and end the draft.

    Raises:
        StoreError: the store does not give back what it was given; nothing was sent.
    """
    cid, step = store_manifest(store, manifest), f"publish/{number}"
    return cid, contract.resume(creator, step) or contract.publish(creator, number, cid.digest, key=step)


def store_manifest(store: ContentStore, manifest: ModelManifest) -> Cid:
    """Store a manifest, and see that it comes back: with another digest on the chain nobody could read the model.

    Raises:
        StoreError: it does not come back.
    """
    cid = pin_manifest(store, manifest)
    if fetch_manifest(store, cid.digest) != manifest:
        raise StoreError(
            f"the store took the manifest {cid} and gave back another one",
            NextStep("use another store with {}", Parameter("ipfs")),
        )
    return cid


def draft_of(contract: ModelsContract, creator: LocalAccount, model: SharedModel, drafts: Drafts) -> Draft:
    """The draft that `model` was opened with from here.

    Raises:
        InvalidInput: it is another's, it is no draft any more, or nothing of it is kept under this home.
    """
    require_creator(model, creator.address)
    if model.stage is not Stage.DRAFT:
        raise InvalidInput(
            f"model {model.number} is {model.stage.label}: its words are uploaded and published",
            NextStep("see what it is: {}", Action("model.show", (model.number,))),
        )
    for draft in drafts.of(contract.chain.identity, contract.address, creator.address):
        receipt = contract.resume(creator, f"open/{draft.name}")
        if receipt is not None and contract.opened(receipt) == model.number:
            return draft
    raise InvalidInput(
        f"nothing of model {model.number} is kept in {drafts.folder}: it was opened from another home",
        NextStep(
            "name that one with {}, or open the model anew: {}",
            Parameter("home", "DIR"),
            Action("model.open", ("FILE",)),
        ),
    )


def require_creator(model: SharedModel, address: str) -> None:
    """Refuse who did not open the model, before anything is sent.

    Raises:
        InvalidInput: names who did.
    """
    if model.creator != address:
        raise InvalidInput(
            f"model {model.number} is {model.creator}'s, not {address}'s",
            NextStep("use the creator's {}", Parameter("account")),
        )
