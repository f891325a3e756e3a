"""The participant's part of a contest: seal and submit, reveal, collect."""

from __future__ import annotations

from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from hyperbounty.bounty.commitment import commit, new_salt
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.types import Contest, Outcome, SubmissionState
from hyperbounty.chain.connection import Receipt
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from participant.bounty.entries import Entry, EntryBook


def seal(contract: BountyContract, contest: Contest, participant: str, number: int, spec: bytes) -> Entry:
    """A fresh sealing of `spec` under a new salt; nothing is sent or kept yet."""
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
    """Check `spec`, seal it, keep the secret in `book`, then submit the commitment with the deposit.

    A slot that holds a submission already gets it replaced; its deposit stands for the new one. The same spec again in
    the same slot goes on with what was sealed and sent before, unless that was replaced or taken back since.

    Raises:
        SpecError: outside the contest's limits or the manifest's budget; nothing was sent.
    """
    manifest.judge(spec, contest.limits).accepted()

    def still_meant(kept: Entry) -> bool:
        if kept.spec != spec:
            return False
        # In this order: what is final now is in what is read next.
        landed = contract.is_final(account, _submission_key(kept))
        return not landed or contract.submission(contest.number, account.address, number).matches(commitment_of(kept))

    entry = book.save_unless(seal(contract, contest, account.address, number, spec), still_meant)
    return contract.submit(account, contest, number, commitment_of(entry), key=_submission_key(entry))


def _submission_key(entry: Entry) -> str:
    return f"submit/{entry.place.contest}/{entry.place.slot}/{commitment_of(entry).hex()}"


def take_back(
    contract: BountyContract, account: LocalAccount, contest: Contest, book: EntryBook, number: int
) -> Receipt:
    """Withdraw the submission in slot `number`, deposit and all; repeated, it gives the receipt of the first time."""
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
    """Open the commitment that stands in slot `number`; the deposit comes back. Repeated, it gives the same receipt.

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


@dataclass(frozen=True)
class Collected:
    """What `collect` brought in, in the contest's asset."""

    claimed: int
    withdrawn: int
    receipts: tuple[Receipt, ...]


def collect(contract: BountyContract, account: LocalAccount, contest: Contest, to: str | None = None) -> Collected:
    """Bring in what waits for `account`: shares of a void contest's bond, then credits of payments that failed.

    Each once, however often this is interrupted and repeated; where nothing waits, nothing is sent.
    """
    receipts: list[Receipt] = []
    claimed = withdrawn = 0
    if contest.outcome == Outcome.VOID:
        claimed_already = contract.claimed(contest)
        for revealed in contract.revealed_specs(contest):
            if revealed.participant == account.address and revealed.index not in claimed_already:
                step = f"claim/{contest.number}/{revealed.index}"
                receipts.append(contract.claim(account, contest.number, revealed.index, key=step))
                claimed += 1
    # A later failed payment makes a new credit, which is another step. Asked first: a withdrawal on its way is not
    # final here, and is out of the credit once it is.
    step = contract.next_key(account, f"withdraw/{contest.asset}")
    withdrawn = contract.credit(contest.asset, account.address)
    if withdrawn:
        receipts.append(contract.withdraw(account, contest.asset, to or account.address, key=step))
    return Collected(claimed, withdrawn, tuple(receipts))
