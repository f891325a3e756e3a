"""A participant's entry in a contest: submitted as a commitment, taken back, revealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hyperbounty.bounty.agreement import require_agreement
from hyperbounty.bounty.commitment import new_salt
from hyperbounty.bounty.types import SubmissionState
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import Action, NextStep, Parameter
from participant.bounty.entries import Entry, EntryBook

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest, Submission
    from hyperbounty.chain.connection import Receipt


def new_entry(contract: BountyContract, contest: Contest, participant: str, number: int, spec: bytes) -> Entry:
    """`spec` under a new salt, for slot `number` of `participant`; nothing is sent or kept yet."""
    return Entry(contract.place(contest.number, participant, number), spec, new_salt())


@dataclass(frozen=True)
class Slot:
    """The slot that a submission goes into.

    Attributes:
        number: of the participant's own slots, from 0.
        replaces: something stands there, whose place it takes.
        again: what stands there is this very submission, which an earlier run has sent.
        replaced: the spec that stands there, where it is kept here.
    """

    number: int
    replaces: bool = False
    again: bool = False
    replaced: bytes | None = None


def choose_slot(
    contract: BountyContract, account: LocalAccount, contest: Contest, spec: bytes, book: EntryBook, wanted: int | None
) -> Slot:
    """The slot for `spec`: the one that is wanted, the one where it stands already, or the first free one.

    Call it, and `submit`, within `book.turn`, so that no other command takes the slot. What an interrupted run has
    sent is waited for first: it takes its slot, though the chain may not show it yet.

    Args:
        wanted: slot that the participant named; None for the next free one.

    Raises:
        InvalidInput: there is no such slot, or none is free.
    """
    if wanted is not None and wanted >= contest.max_per_address:
        raise InvalidInput(
            f"there is no slot {wanted}: contest {contest.number} gives each account {contest.max_per_address}",
            NextStep("name one from 0 to {} with {}", str(contest.max_per_address - 1), Parameter("entry")),
        )
    numbers = range(contest.max_per_address) if wanted is None else [wanted]
    places = {number: contract.place(contest.number, account.address, number) for number in numbers}
    begun = {number: entry for number, place in places.items() if (entry := book.newest(place, account)) is not None}
    sent = {number: contract.resume(account, _submission_key(entry)) for number, entry in begun.items()}
    standing = contract.slots([contest], account.address)[0]
    for number in numbers:
        found = begun.get(number)
        if found is not None and found.spec == spec and _holds(standing[number], found):
            if sent[number] is None:
                # Sent again it would replace itself, and lose its place in the order that breaks ties.
                raise InvalidInput(
                    f"slot {number} of contest {contest.number} holds this spec already, sent from elsewhere; nothing "
                    "was sent",
                    NextStep("see how it stands: {}", Action("participant.entries")),
                )
            return Slot(number, again=True)
    if wanted is not None:
        there = standing[wanted]
        known = book.find(places[wanted], account, there.matches)
        replaced = None if known is None else known.spec
        return Slot(wanted, replaces=there.state is not SubmissionState.EMPTY, replaced=replaced)
    free = [number for number in numbers if standing[number].state is SubmissionState.EMPTY]
    if not free:
        raise InvalidInput(
            f"all {contest.max_per_address} slots of {account.address} in contest {contest.number} are taken",
            NextStep("name the one that is to be replaced with {}", Parameter("entry", "NUMBER")),
        )
    return Slot(free[0])


def submit(
    contract: BountyContract,
    account: LocalAccount,
    contest: Contest,
    manifest: Manifest,
    spec: bytes,
    book: EntryBook,
    number: int = 0,
    *,
    chain_copy: bool = True,
) -> Receipt:
    """Check `spec`, keep it with a new salt in `book`, then submit the commitment to both with the price of an entry.

    Where slot `number` holds a submission already, the new one replaces it and costs nothing: `choose_slot` finds a
    free one. The same spec again in the same slot goes on with the salt and the transaction of before, unless that
    submission was replaced or taken back since.

    Args:
        chain_copy: send spec and salt along, encrypted for the account: chain and key alone bring them back then.

    Raises:
        ManifestError: chain and manifest of the contest disagree; nothing was sent.
        SpecError: outside the contest's limits or the manifest's budget; nothing was sent.
    """
    require_agreement(contest, contract.dispute(contest.number), manifest)
    manifest.judge(spec, contest.limits).accepted()

    def still_meant(kept: Entry) -> bool:
        if kept.spec != spec:
            return False
        # In this order: what is final now is in what is read next.
        landed = contract.is_final(account, _submission_key(kept))
        return not landed or _holds(contract.submission(contest.number, account.address, number), kept)

    entry = book.save_unless(new_entry(contract, contest, account.address, number, spec), account, still_meant)
    copy = book.copy_of(entry, account) if chain_copy else b""
    return contract.submit(account, contest, number, entry.commitment, copy, key=_submission_key(entry))


def _holds(standing: Submission, entry: Entry) -> bool:
    """Whether what stands in a slot is `entry`, sealed or revealed."""
    return standing.matches(entry.commitment) or (
        standing.state is SubmissionState.REVEALED and standing.spec == entry.spec
    )


def _submission_key(entry: Entry) -> str:
    return f"submit/{entry.place.contest}/{entry.place.slot}/{entry.commitment.hex()}"


def take_back(
    contract: BountyContract, account: LocalAccount, contest: Contest, book: EntryBook, number: int
) -> Receipt:
    """Withdraw the submission in slot `number`; its fee is burned. Repeated, it gives the receipt of the first time."""
    standing = contract.submission(contest.number, account.address, number)
    step = f"take-back/{contest.number}/{number}"
    if standing.state is SubmissionState.EMPTY:
        kept = book.commitments(contract.place(contest.number, account.address, number))
        if kept:
            taken = contract.resume(account, f"{step}/{kept[0][: len(standing.seal)].hex()}")
            if taken is not None:
                return taken
    return contract.withdraw_submission(account, contest.number, number, key=f"{step}/{standing.seal.hex()}")


def reveal(
    contract: BountyContract, account: LocalAccount, contest: Contest, book: EntryBook, number: int = 0
) -> Receipt:
    """Open the commitment that stands in slot `number`. Repeated, it gives the same receipt.

    Raises:
        InvalidInput: nothing sealed stands there, or what opens it is not kept in `book`.
        SecretsError: what is kept of it is damaged.
    """
    step = f"reveal/{contest.number}/{number}"
    revealed = contract.resume(account, step)
    if revealed is not None:
        return revealed
    standing = contract.submission(contest.number, account.address, number)
    if standing.state is SubmissionState.EMPTY:
        raise InvalidInput(
            f"no submission of {account.address} stands in slot {number} of contest {contest.number}",
            NextStep("reveal from the account that submitted, or name the right {}", Parameter("entry")),
        )
    if standing.state is SubmissionState.REVEALED:
        raise InvalidInput(f"slot {number} of contest {contest.number} is revealed already", "wait for the scores")
    entry = book.find(contract.place(contest.number, account.address, number), account, standing.matches)
    if entry is not None:
        return contract.reveal(account, contest.number, number, entry.spec, entry.salt, key=step)
    raise InvalidInput(
        f"what opens slot {number} of contest {contest.number} is not kept here",
        NextStep(
            "bring it back from the chain: {}; or from a file of yours: {}",
            Action("participant.secrets.restore"),
            Action("participant.secrets.import", ("FILE",)),
        ),
    )


def slots_to_reveal(contract: BountyContract, contest: Contest, participant: str) -> list[int]:
    """The slots of `participant` whose submissions are sealed still."""
    standing = contract.slots([contest], participant)[0]
    return [number for number, found in enumerate(standing) if found.state is SubmissionState.SEALED]


def only_slot(contract: BountyContract, contest: Contest, participant: str) -> int:
    """The slot of `participant` that there is to reveal, or that is revealed, where there is but one.

    Raises:
        InvalidInput: nothing of it stands, or several slots wait to be named.
    """
    standing = contract.slots([contest], participant)[0]
    for state, text in ((SubmissionState.SEALED, "wait to be revealed"), (SubmissionState.REVEALED, "are revealed")):
        found = [number for number, submission in enumerate(standing) if submission.state is state]
        if len(found) == 1:
            return found[0]
        if found:
            slots = ", ".join(map(str, found))
            raise InvalidInput(
                f"{len(found)} submissions of {participant} in contest {contest.number} {text}, in slots {slots}",
                NextStep("name one with {}, or take all with {}", Parameter("entry", str(found[0])), Parameter("all")),
            )
    raise InvalidInput(
        f"no submission of {participant} stands in contest {contest.number}",
        NextStep("reveal from the {} that submitted", Parameter("account")),
    )
