"""Where that which opens own submissions is: here, and on the chain; and how it comes back from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.types import Contest, Phase, Submission, SubmissionState
from hyperbounty.errors import SecretsError
from participant.bounty.entries import Entry, EntryBook

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.submissions import SentSubmission
    from hyperbounty.sealings import Place

_WAITS: Final = (Phase.SUBMIT, Phase.REVEAL)
"""The phases in which a sealed submission can still be revealed."""


@dataclass(frozen=True)
class Copies:
    """A sealed submission that is still to be revealed, and the copies of what opens it.

    Attributes:
        here: what is kept here; None where nothing is, or it is damaged.
        on_chain: what the chain keeps; None where nothing went along, or it cannot be read.
        fault: what is wrong with a copy; empty where nothing is.
    """

    contest: Contest
    place: Place
    here: Entry | None
    on_chain: Entry | None
    fault: str

    @property
    def entry(self) -> Entry | None:
        """Spec and salt, from wherever they are."""
        return self.here or self.on_chain


def find_copies(
    contract: BountyContract, account: LocalAccount, contests: Sequence[Contest], book: EntryBook
) -> list[Copies]:
    """Every sealed submission of `account` in `contests` that can still be revealed, and what opens it.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    waiting = [contest for contest in contests if contest.phase in _WAITS and contest.standing]
    found = []
    for contest, slots in zip(waiting, contract.slots(waiting, account.address), strict=True):
        sealed = {slot: each for slot, each in enumerate(slots) if each.state is SubmissionState.SEALED}
        sent = contract.sent_submissions(contest, account.address, sealed) if sealed else {}
        for slot, submission in sealed.items():
            place = contract.place(contest.number, account.address, slot)
            found.append(_copies(contest, place, account, book, submission, sent.get(slot)))
    return found


def restore(book: EntryBook, account: LocalAccount, copies: Copies) -> bool:
    """Keep here what the chain has, where it is not; what is here already stays as it is, and in front.

    Returns:
        Whether it came back now.
    """
    if copies.here is not None or copies.on_chain is None:
        return False
    return book.take_in(copies.on_chain, account)


def _copies(
    contest: Contest,
    place: Place,
    account: LocalAccount,
    book: EntryBook,
    submission: Submission,
    sent: SentSubmission | None,
) -> Copies:
    here, on_chain, faults = None, None, []
    try:
        here = book.find(place, account, submission.matches)
    except SecretsError as error:
        faults.append(error.what)
    if sent is None or sent.appended is None:
        faults.append("the node does not show how it was submitted: another one may keep older blocks")
    elif sent.appended:
        on_chain = book.read(place, account, sent.commitment, sent.appended)
        if on_chain is None:
            faults.append("what went along with it on the chain is not what this program sends, and cannot be read")
    return Copies(contest, place, here, on_chain, "; ".join(faults))
