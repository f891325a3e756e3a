"""A panel member's part of a dispute: score like the evaluator, seal the scores, open them when all have sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eth_account.signers.local import LocalAccount

from evaluator.bounty.evaluation import Evaluation
from hyperbounty.bounty.commitment import new_salt, seal_scores
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, SeatState
from hyperbounty.chain.connection import Receipt
from hyperbounty.errors import AccountError, InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.sealings import Place, Sealings

_PARTS: Final = ("report", "salt", "scores")
_SCORE_BYTES: Final = 3


class BallotBox:
    """A folder of sealed scores, on disk before their seals are on chain."""

    def __init__(self, folder: Path) -> None:
        self._sealings = Sealings(folder, _PARTS)

    def keep(self, place: Place, ballot: Ballot) -> None:
        """Write `ballot`; earlier ones of the same seat stay."""
        self._sealings.keep(place, _packed(ballot))

    def keep_unless(self, place: Place, ballot: Ballot, still_meant: Callable[[Ballot], bool]) -> Ballot:
        """The newest ballot of this seat if it is `still_meant`, else `ballot`, which is kept then."""
        kept = self._sealings.keep_unless(place, _packed(ballot), lambda secret: still_meant(_ballot(secret)))
        return _ballot(kept)

    def find(self, place: Place) -> list[Ballot]:
        """Every ballot of this seat, newest first."""
        return [_ballot(secret) for secret in self._sealings.find(place)]


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
        raise AccountError(
            f"{account.address} is not on the panel of contest {contest}",
            NextStep("use the member's {}", Parameter("account")),
        )
    return seat


def seal(
    contract: BountyContract, account: LocalAccount, contest: Contest, evaluation: Evaluation, box: BallotBox
) -> Receipt:
    """Keep what the member found in `box`, then send its seal; another finding replaces the one before.

    The same finding again goes on with what was sealed and sent before, unless that was replaced since.
    """
    seat = seat_of(contract, account, contest.number)
    place = contract.place(contest.number, account.address, seat)
    found = Ballot(evaluation.cid.digest, new_salt(), tuple(evaluation.report.scores))

    def key_of(ballot: Ballot) -> str:
        return f"seal/{contest.number}/{seat}/{ballot.seal(place).hex()}"

    def still_meant(kept: Ballot) -> bool:
        if (kept.report, kept.scores) != (found.report, found.scores):
            return False
        # In this order: what is final now is in what is read next.
        landed = contract.is_final(account, key_of(kept))
        return not landed or contract.sealed_scores(contest, account.address) == kept.seal(place)

    ballot = box.keep_unless(place, found, still_meant)
    return contract.seal_scores(account, contest.number, seat, ballot.seal(place), key=key_of(ballot))


def open_sealed(contract: BountyContract, account: LocalAccount, contest: Contest, box: BallotBox) -> Receipt:
    """Open the seal that stands for the member; repeated, it gives the receipt of the first time.

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
    for ballot in box.find(place):
        if ballot.seal(place) == standing:
            return contract.open_scores(
                account, contest.number, seat, ballot.report, ballot.salt, ballot.scores, key=step
            )
    raise InvalidInput(
        f"no sealing of seat {seat} kept here is the one on chain",
        NextStep("open from the machine and {} that sealed it", Parameter("home")),
    )


def _packed(ballot: Ballot) -> dict[str, bytes]:
    scores = b"".join(score.to_bytes(_SCORE_BYTES, "big") for score in ballot.scores)
    return {"report": ballot.report, "salt": ballot.salt, "scores": scores}


def _ballot(secret: Mapping[str, bytes]) -> Ballot:
    packed = secret["scores"]
    steps = range(0, len(packed), _SCORE_BYTES)
    scores = tuple(int.from_bytes(packed[i : i + _SCORE_BYTES], "big") for i in steps)
    return Ballot(secret["report"], secret["salt"], scores)
