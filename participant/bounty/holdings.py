"""A participant's entries in all contests, read from the chain and from what is kept here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.bounty.show.entries import OwnEntry
from hyperbounty.bounty.types import Contest, Phase, Submission, SubmissionState
from hyperbounty.errors import SecretsError
from hyperbounty.sealings import Place
from participant.bounty.entries import EntryBook
from participant.workbench.stated import KeptStatements, stated_before

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract


def own_entries(
    contract: BountyContract,
    book: EntryBook,
    participant: str,
    contests: Sequence[Contest],
    account: LocalAccount | None = None,
    kept: KeptStatements | None = None,
) -> list[OwnEntry]:
    """Every slot of `participant` in `contests` in which something stands, in order.

    Args:
        book: what is kept here.
        account: the participant's; without it nobody knows what a sealed submission is, but whether it can be opened.
        kept: what was said of specs at home.
    """
    entered = [contest for contest in contests if contest.standing]
    now = contract.chain.timestamp()
    found = []
    for contest, slots in zip(entered, contract.slots(entered, participant), strict=True):
        standing = {slot: each for slot, each in enumerate(slots) if each.state is not SubmissionState.EMPTY}
        if standing:
            found += _of_contest(contract, book, participant, account, contest, standing, now, kept)
    return found


def _of_contest(
    contract: BountyContract,
    book: EntryBook,
    participant: str,
    account: LocalAccount | None,
    contest: Contest,
    standing: dict[int, Submission],
    now: int,
    kept: KeptStatements | None,
) -> list[OwnEntry]:
    indexes: dict[int, int] = {}
    scores: Sequence[int] | None = None
    unclaimed: tuple[int, ...] = ()
    if any(each.state is SubmissionState.REVEALED for each in standing.values()) and contest.phase > Phase.REVEAL:
        specs = contract.revealed_specs(contest)
        indexes = {each.entry: each.index for each in specs if each.participant == participant}
        scores = contract.standing_scores(contest)
        unclaimed = contract.claimable(contest, participant)
    found = []
    for slot, submission in standing.items():
        spec, openable = _spec(book, contract.place(contest.number, participant, slot), account, submission)
        index = indexes.get(slot)
        found.append(
            OwnEntry(
                contest=contest,
                slot=slot,
                submission=submission,
                spec=spec,
                openable=openable,
                index=index,
                score_ppm=None if scores is None or index is None else scores[index],
                share=contest.share_of_pot(index) if index is not None and index in unclaimed else 0,
                now=now,
                chance_ppm=_chance(contract, kept, contest, spec),
            )
        )
    return found


def _chance(contract: BountyContract, kept: KeptStatements | None, contest: Contest, spec: bytes | None) -> int | None:
    """The chance that was stated of a spec; None where none was, or nobody knows which spec it is."""
    if kept is None or spec is None:
        return None
    said = stated_before(kept.all(contract.contest_name(contest.number), spec), contest.submit_ends)
    return None if said is None or said.odds is None else said.odds.chance_ppm


def _spec(
    book: EntryBook, place: Place, account: LocalAccount | None, submission: Submission
) -> tuple[bytes | None, bool]:
    """The spec in a slot, where it is known, and whether what opens it is kept here."""
    if submission.state is SubmissionState.REVEALED:
        return submission.spec, True
    try:
        if account is None:
            return None, book.holds(place, submission.matches)
        entry = book.find(place, account, submission.matches)
    except SecretsError:
        # One damaged file hides no other entry.
        return None, False
    return (None, False) if entry is None else (entry.spec, True)
