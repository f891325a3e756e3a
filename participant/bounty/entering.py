"""A participant's entry in a contest: submitted as a commitment, taken back, revealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.agreement import require_agreement
from hyperbounty.bounty.commitment import commit, new_salt
from hyperbounty.bounty.types import SubmissionState
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from participant.bounty.entries import Entry, EntryBook

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest
    from hyperbounty.chain.connection import Receipt


def new_entry(contract: BountyContract, contest: Contest, participant: str, number: int, spec: bytes) -> Entry:
    """`spec` under a new salt, for slot `number` of `participant`; nothing is sent or kept yet."""
    return Entry(contract.place(contest.number, participant, number), spec, new_salt())


def commitment_of(entry: Entry) -> bytes:
    """The commitment that stands for `entry` on chain."""
    return commit(
        chain_id=entry.place.chain_id,
        contract=entry.place.contract,
        contest=entry.place.contest,
        participant=entry.place.account,
        spec=entry.spec,
        salt=entry.salt,
    )


def submit(
    contract: BountyContract,
    account: LocalAccount,
    contest: Contest,
    manifest: Manifest,
    spec: bytes,
    book: EntryBook,
    number: int = 0,
) -> Receipt:
    """Check `spec`, keep it with a new salt in `book`, then submit the commitment to both with the price of an entry.

    Where the slot holds a submission already, the new one replaces it and costs nothing. The same
    spec again in the same slot goes on with the salt and the transaction of before, unless that submission was replaced
    or taken back since.

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
        return not landed or contract.submission(contest.number, account.address, number).matches(commitment_of(kept))

    entry = book.save_unless(new_entry(contract, contest, account.address, number, spec), still_meant)
    return contract.submit(account, contest, number, commitment_of(entry), key=_submission_key(entry))


def _submission_key(entry: Entry) -> str:
    return f"submit/{entry.place.contest}/{entry.place.slot}/{commitment_of(entry).hex()}"


def take_back(
    contract: BountyContract, account: LocalAccount, contest: Contest, book: EntryBook, number: int
) -> Receipt:
    """Withdraw the submission in slot `number`; its fee is burned. Repeated, it gives the receipt of the first time."""
    standing = contract.submission(contest.number, account.address, number)
    step = f"take-back/{contest.number}/{number}"
    if standing.state is SubmissionState.EMPTY:
        newest = book.newest(contract.place(contest.number, account.address, number))
        if newest is not None:
            taken = contract.resume(account, f"{step}/{commitment_of(newest)[: len(standing.seal)].hex()}")
            if taken is not None:
                return taken
    return contract.withdraw_submission(account, contest.number, number, key=f"{step}/{standing.seal.hex()}")


def reveal(
    contract: BountyContract, account: LocalAccount, contest: Contest, book: EntryBook, number: int = 0
) -> Receipt:
    """Open the commitment that stands in slot `number`. Repeated, it gives the same receipt.

    Raises:
        InvalidInput: nothing sealed stands there, or no sealing kept in `book` is the one on chain.
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
    for entry in book.load(contract.place(contest.number, account.address, number)):
        if standing.matches(commitment_of(entry)):
            return contract.reveal(account, contest.number, number, entry.spec, entry.salt, key=step)
    raise InvalidInput(
        f"no sealing of slot {number} kept here is the one on chain", "reveal from the machine that submitted it"
    )
