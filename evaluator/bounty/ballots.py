"""What a member of the panel has found and will have to open, kept on disk before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hyperbounty.bounty.commitment import commit_to_scores
from hyperbounty.sealings import Place, Sealings

_PARTS: Final = ("report", "salt", "scores")
_SCORE_BYTES: Final = 3


@dataclass(frozen=True)
class Ballot:
    """What a member of the panel found: the digest of its report, and its scores in ppm by index.

    `salt` hides both until the member opens them.
    """

    report: bytes
    salt: bytes
    scores: tuple[int, ...]

    def commitment(self, place: Place) -> bytes:
        """The hash that stands for it on chain until it is opened."""
        return commit_to_scores(
            chain_id=place.chain_id,
            contract=place.contract,
            contest=place.contest,
            member=place.account,
            report=self.report,
            salt=self.salt,
            scores=self.scores,
        )


class BallotBox:
    """A folder of ballots; each is on disk before its commitment is on chain."""

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


def _packed(ballot: Ballot) -> dict[str, bytes]:
    scores = b"".join(score.to_bytes(_SCORE_BYTES, "big") for score in ballot.scores)
    return {"report": ballot.report, "salt": ballot.salt, "scores": scores}


def _ballot(secret: Mapping[str, bytes]) -> Ballot:
    packed = secret["scores"]
    steps = range(0, len(packed), _SCORE_BYTES)
    scores = tuple(int.from_bytes(packed[i : i + _SCORE_BYTES], "big") for i in steps)
    return Ballot(secret["report"], secret["salt"], scores)
