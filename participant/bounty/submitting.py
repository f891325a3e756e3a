"""A submission from what is asked before it to what is kept of it: for the command, and for who submits from Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hyperbounty.bounty.agreement import require_agreement
from hyperbounty.bounty.finality import final_contest
from hyperbounty.bounty.preflight import submitting
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.errors import ChainError
from hyperbounty.spec.spec import Spec
from participant.bounty.entering import Slot, choose_slot, submit
from participant.bounty.entries import COPY_BYTES, EntryBook

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.store import ContentStore

Agree = Callable[["Contest", "Manifest", Slot], None]
"""Is told what is about to be paid for, before anything is; it raises where that is not wanted."""


@dataclass(frozen=True)
class Submitted:
    """A sealed submission on the chain.

    Attributes:
        contest: as it stood before.
        slot: that it went into.
        spec: that is sealed.
        receipt: of the transaction.
        kept_on_chain: whether what opens it is on the chain too, encrypted for the account.
        copy_is_shown: whether the node showed what went along, so that `kept_on_chain` is known.
    """

    contest: Contest
    slot: Slot
    spec: Spec
    receipt: Receipt = field(repr=False)
    kept_on_chain: bool
    copy_is_shown: bool

    @property
    def reveal_starts(self) -> int:
        """From when on it can be revealed, in unix seconds."""
        assert self.contest.submit_ends is not None
        return self.contest.submit_ends

    @property
    def reveal_ends(self) -> int:
        """Before this it must be revealed, in unix seconds, or its fee is burned."""
        assert self.contest.reveal_ends is not None
        return self.contest.reveal_ends


def submit_sealed(
    contract: BountyContract,
    store: ContentStore,
    account: LocalAccount,
    book: EntryBook,
    number: int,
    spec: Spec,
    *,
    wanted: int | None = None,
    chain_copy: bool = True,
    agree: Agree,
    on_wait: Callable[[int], None] | None = None,
) -> Submitted:
    """Submit `spec` sealed to contest `number`, once its offer is final and everything about it was checked.

    The same spec again is the same submission, so an interrupted one can be repeated.

    Args:
        contract, store: of the contest.
        account: that pays.
        book: keeps what opens the submission, before it is sent.
        number: of the contest.
        spec: that the contest takes.
        wanted: slot of the account; what stands there is replaced. None for the next free one.
        chain_copy: send spec and salt along, encrypted for the account.
        agree: see `Agree`; not asked where an earlier run has sent this submission.
        on_wait: is told how many blocks are missing until the offer is final.

    Raises:
        ManifestError: chain and manifest of the contest disagree; nothing was sent.
        SpecError: the contest does not take the spec; nothing was sent.
        InvalidInput: there is no such contest or slot, or none is free.
        TransactionReverted: the contract refuses, such as when submissions are over.
    """
    found = final_contest(contract, number, on_wait=on_wait)
    manifest = fetch_manifest(store, found.manifest)
    require_agreement(found, contract.dispute(number), manifest)
    manifest.judge(spec.word, found.limits).accepted()
    with book.turn(contract.place(number, account.address, 0)):
        slot = choose_slot(contract, account, found, spec.word, book, wanted)
        if not slot.again:
            length = COPY_BYTES if chain_copy else 0
            call = submitting(contract, found, slot.number, replaces=slot.replaces, appended_bytes=length)
            contract.check(account, call)
            agree(found, manifest, slot)
        receipt = submit(contract, account, found, manifest, spec.word, book, slot.number, chain_copy=chain_copy)
    place = contract.place(number, account.address, slot.number)
    copy = _copy_on_chain(contract, receipt)
    on_chain = copy is not None and any(book.read(place, account, each, copy) for each in book.commitments(place))
    return Submitted(found, slot, spec, receipt, on_chain, copy is not None)


def _copy_on_chain(contract: BountyContract, receipt: Receipt) -> bytes | None:
    """What went along with a submission, read back; None where the node does not show it."""
    try:
        return contract.appended_to(receipt)
    except ChainError:
        # It is submitted, whatever the node shows now.
        return None
