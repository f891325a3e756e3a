"""A panel member's part of a dispute: score like the evaluator, seal the scores, open them when all have sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.bounty.ballots import Ballot, BallotBox
from hyperbounty.bounty.commitment import new_salt
from hyperbounty.bounty.types import Contest, RecordedScores, SeatState
from hyperbounty.errors import AccountError, InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt


def seat_of(contract: BountyContract, account: LocalAccount, contest: int) -> int:
    """The seat of `account` on the panel of a contest.

    Raises:
        AccountError: it has none.
    """
    seat = contract.dispute(contest).seat_of(account.address)
    if seat is None:
        raise AccountError(
            f"{account.address} is not on the panel of contest {contest}",
            NextStep("use the member's {}", Parameter("account")),
        )
    return seat


def send_sealed_scores(
    contract: BountyContract, account: LocalAccount, contest: Contest, scores: RecordedScores, box: BallotBox
) -> Receipt:
    """Keep what the member found in `box`, then send the commitment to it; another finding replaces the one before.

    No scores say that the contest cannot be scored. The same finding again goes on with the salt and the transaction of
    before, unless that was replaced since.
    """
    seat = seat_of(contract, account, contest.number)
    place = contract.place(contest.number, account.address, seat)
    found = Ballot(scores.report, new_salt(), scores.scores)

    def key_of(ballot: Ballot) -> str:
        return f"seal/{contest.number}/{seat}/{ballot.commitment(place).hex()}"

    def still_meant(kept: Ballot) -> bool:
        if (kept.report, kept.scores) != (found.report, found.scores):
            return False
        # In this order: what is final now is in what is read next.
        landed = contract.is_final(account, key_of(kept))
        return not landed or contract.sealed_scores(contest, account.address) == kept.commitment(place)

    ballot = box.keep_unless(place, account, found, still_meant)
    return contract.seal_scores(account, contest.number, seat, ballot.commitment(place), key=key_of(ballot))


def open_sealed_scores(contract: BountyContract, account: LocalAccount, contest: Contest, box: BallotBox) -> Receipt:
    """Open the scores whose commitment stands for the member; repeated, it gives the receipt of the first time.

    Raises:
        InvalidInput: nothing sealed stands there, or it is not kept in `box`.
    """
    seat = seat_of(contract, account, contest.number)
    place = contract.place(contest.number, account.address, seat)
    step = f"open-scores/{contest.number}/{seat}"
    opened = contract.resume(account, step)
    if opened is not None:
        return opened
    state = contract.dispute(contest.number).seats[seat]
    if state is SeatState.OPENED:
        raise InvalidInput(f"seat {seat} of contest {contest.number} has opened its scores", "wait for openEnds")
    standing = contract.sealed_scores(contest, account.address)
    if standing is None:
        raise InvalidInput(
            f"seat {seat} of contest {contest.number} sealed nothing in time", "without a seal there is nothing to open"
        )
    ballot = box.find(place, account, standing)
    if ballot is not None:
        return contract.open_scores(account, contest.number, seat, ballot.report, ballot.salt, ballot.scores, key=step)
    raise InvalidInput(
        f"no sealing of seat {seat} kept here is the one on chain",
        NextStep("open from the machine and {} that sealed it", Parameter("home")),
    )
