"""The participant's part of a contest: seal and submit, reveal, collect."""

from __future__ import annotations

from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from hyperbounty.bounty.commitment import commit, new_salt
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import check_spec
from hyperbounty.bounty.records import NATIVE, Contest, Outcome, SubmissionState
from hyperbounty.chain.connection import Receipt
from hyperbounty.errors import InvalidInput
from participant.entries import Entry, EntryBook


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

    A slot that holds a submission already gets it replaced; its deposit stands for the new one.

    Raises:
        SpecError: outside the contest's limits or the manifest's budget; nothing was sent.
    """
    check_spec(manifest, contest.limits, spec)
    entry = seal(contract, contest, account.address, number, spec)
    book.save(entry)
    return contract.submit(account, contest, number, commitment_of(entry))


def reveal(
    contract: BountyContract, account: LocalAccount, contest: Contest, book: EntryBook, number: int = 0
) -> Receipt:
    """Open the commitment that stands in slot `number`; the deposit comes back.

    Raises:
        InvalidInput: nothing sealed stands there, or no sealing kept in `book` is the one on chain.
    """
    standing = contract.submission(contest.number, account.address, number)
    if standing.state is SubmissionState.EMPTY:
        raise InvalidInput(
            f"no submission of {account.address} stands in slot {number} of contest {contest.number}",
            "reveal from the account that submitted, or name the right --entry",
        )
    if standing.state is SubmissionState.REVEALED:
        raise InvalidInput(f"slot {number} of contest {contest.number} is revealed already", "wait for the scores")
    for entry in book.load(contract.place(contest.number, account.address, number)):
        if standing.matches(commitment_of(entry)):
            return contract.reveal(account, contest.number, number, entry.spec, entry.salt)
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

    Raises:
        InvalidInput: nothing waits.
    """
    receipts: list[Receipt] = []
    claimed = withdrawn = 0
    if contest.outcome == Outcome.VOID:
        claimed_already = contract.claimed(contest)
        for revealed in contract.revealed_specs(contest):
            if revealed.participant == account.address and revealed.index not in claimed_already:
                receipts.append(contract.claim(account, contest.number, revealed.index))
                claimed += 1
    withdrawn = contract.credit(contest.asset, account.address)
    if withdrawn:
        receipts.append(contract.withdraw(account, contest.asset, to or account.address))
    if not receipts:
        asset = "native coin" if contest.asset == NATIVE else contest.asset
        raise InvalidInput(f"nothing in {asset} waits for {account.address}", "prizes are paid by settle itself")
    return Collected(claimed, withdrawn, tuple(receipts))
