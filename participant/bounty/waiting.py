"""Staying with a submission until its scores stand: it is revealed on the way, and every change is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.types import Phase, SubmissionState
from hyperbounty.errors import ChainUnavailable, HyperbountyError
from hyperbounty.format import moment
from participant.bounty.entering import reveal
from participant.bounty.holdings import own_entries

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.show.entries import OwnEntry
    from hyperbounty.bounty.types import Contest
    from participant.bounty.entries import EntryBook
    from participant.workbench.stated import KeptStatements

PAUSE_SECONDS: Final = 6.0
"""Between two looks at the chain: half of Ethereum's time for a block."""

_OVER: Final = (Phase.LAPSED, Phase.SETTLE, Phase.SETTLED, Phase.CANCELLED)
"""Where nothing changes the scores any more."""


def wait_for_scores(
    contract: BountyContract,
    account: LocalAccount,
    number: int,
    slot: int,
    book: EntryBook,
    tell: Callable[[str], None],
    sleep: Callable[[float], None] | None = None,
    kept: KeptStatements | None = None,
) -> OwnEntry | None:
    """Stay until the scores of contest `number` stand, and reveal what is sealed in `slot` as soon as that is due.

    Time is the chain's. A node that is away is waited for, however long that takes, and a reveal that failed is tried
    again until the reveals are over.

    Args:
        contract: that has the contest.
        account: whose slot it is.
        number, slot: of the submission.
        book: has what opens it.
        tell: hears a line whenever something changes.
        sleep: how a pause passes; None for `time.sleep`.
        kept: what was said of specs at home.

    Returns:
        How the submission stands in the end; None where nothing of it stands any more.
    """
    told = ""

    def news(line: str) -> None:
        nonlocal told
        if line != told:
            tell(line)
        told = line

    while True:
        try:
            contest = contract.contest(number)
            standing = contract.submission(number, account.address, slot)
            if standing.state is SubmissionState.EMPTY:
                return None
            missed = standing.state is SubmissionState.SEALED and contest.phase > Phase.REVEAL
            if missed or contest.phase in _OVER:
                entries = own_entries(contract, book, account.address, [contest], account, kept)
                return next((each for each in entries if each.slot == slot), None)
            if contest.phase is Phase.REVEAL and standing.state is SubmissionState.SEALED:
                news(_revealed(contract, account, contest, slot, book))
            else:
                news(_wait(contest))
        except ChainUnavailable as away:
            news(f"Still waiting, for the node: {away.what}.")
        (sleep or time.sleep)(PAUSE_SECONDS)


def _revealed(contract: BountyContract, account: LocalAccount, contest: Contest, slot: int, book: EntryBook) -> str:
    try:
        receipt = reveal(contract, account, contest, book, slot)
    except ChainUnavailable:
        raise
    except HyperbountyError as error:
        return f"NOT revealed yet, and tried again until the reveals are over: {error.what}; {error.next_step}."
    return f"Revealed slot {slot}, transaction {receipt.hash}."


def _wait(contest: Contest) -> str:
    """What is waited for, and until when; the same words as long as nothing changes."""
    waits = {
        Phase.SUBMIT: ("the reveals, which begin", contest.submit_ends),
        Phase.REVEAL: ("the others' reveals, which end", contest.reveal_ends),
        Phase.SCORE: ("the scores, which are due before", contest.score_ends),
        Phase.CHALLENGE: ("challenges of the scores, which can come until", contest.challenge_ends),
    }
    what, ends = waits.get(contest.phase, ("the panel, which decides about the scores", None))
    return f"Waiting for {what}." if ends is None else f"Waiting for {what} {moment(ends)}."
