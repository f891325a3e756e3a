"""A panel member's part of a dispute: score like the evaluator, seal the scores, open them when all have sealed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eth_account.signers.local import LocalAccount

from evaluator.contest import Evaluation
from hyperbounty.bounty.commitment import new_salt, seal_scores
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.records import Contest, SeatState
from hyperbounty.bounty.sealings import Place, Sealings
from hyperbounty.chain.connection import Receipt
from hyperbounty.errors import AccountError, InvalidInput

_PARTS: Final = ("report", "salt", "scores")
_SCORE_BYTES: Final = 3


class BallotBox:
    """A folder of sealed scores, on disk before their seals are on chain."""

    def __init__(self, folder: Path) -> None:
        self._sealings = Sealings(folder, _PARTS)

    def keep(self, place: Place, ballot: Ballot) -> None:
        """Write `ballot`; earlier ones of the same seat stay."""
        packed = b"".join(score.to_bytes(_SCORE_BYTES, "big") for score in ballot.scores)
        self._sealings.keep(place, {"report": ballot.report, "salt": ballot.salt, "scores": packed})

    def find(self, place: Place) -> list[Ballot]:
        """Every ballot of this seat, newest first."""
        return [Ballot(s["report"], s["salt"], _unpacked(s["scores"])) for s in self._sealings.find(place)]


@dataclass(frozen=True)
class Ballot:
    """What a member seals: the digest of its report, and its scores in ppm by index."""

    report: bytes
    salt: bytes
    scores: tuple[int, ...]

    def seal(self, place: Place) -> bytes:
        """What stands for it on chain."""
        return seal_scores(
            chain_id=place.chain_id,
            contract=place.contract,
            contest=place.contest,
            member=place.account,
            report=self.report,
            salt=self.salt,
            scores=self.scores,
        )


def seat_of(contract: BountyContract, account: LocalAccount, contest: int) -> int:
    """The seat of `account` on the panel of a contest.

    Raises:
        AccountError: it has none.
    """
    seat = contract.dispute(contest).seat_of(account.address)
    if seat is None:
        raise AccountError(f"{account.address} is not on the panel of contest {contest}", "use the member's --account")
    return seat


def seal(
    contract: BountyContract, account: LocalAccount, contest: Contest, evaluation: Evaluation, box: BallotBox
) -> Receipt:
    """Keep what the member found in `box`, then send its seal; again, it replaces the one before."""
    seat = seat_of(contract, account, contest.number)
    place = contract.place(contest.number, account.address, seat)
    ballot = Ballot(evaluation.cid.digest, new_salt(), tuple(evaluation.report.scores))
    box.keep(place, ballot)
    return contract.seal_scores(account, contest.number, seat, ballot.seal(place))


def open_sealed(contract: BountyContract, account: LocalAccount, contest: Contest, box: BallotBox) -> Receipt:
    """Open the seal that stands for the member.

    Raises:
        InvalidInput: nothing sealed stands there, or it is not kept in `box`.
    """
    seat = seat_of(contract, account, contest.number)
    place = contract.place(contest.number, account.address, seat)
    state = contract.dispute(contest.number).seats[seat]
    if state is SeatState.OPENED:
        raise InvalidInput(f"seat {seat} of contest {contest.number} has opened its scores", "wait for openEnds")
    standing = contract.sealed_scores(contest, account.address)
    if standing is None:
        raise InvalidInput(
            f"seat {seat} of contest {contest.number} sealed nothing in time", "without a seal there is nothing to open"
        )
    for ballot in box.find(place):
        if ballot.seal(place) == standing:
            return contract.open_scores(account, contest.number, seat, ballot.report, ballot.salt, ballot.scores)
    raise InvalidInput(
        f"no sealing of seat {seat} kept here is the one on chain", "open from the machine and --home that sealed it"
    )


def _unpacked(packed: bytes) -> tuple[int, ...]:
    steps = range(0, len(packed), _SCORE_BYTES)
    return tuple(int.from_bytes(packed[i : i + _SCORE_BYTES], "big") for i in steps)
