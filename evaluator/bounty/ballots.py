"""What a member of the panel has found and will have to open, kept on disk before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from hyperbounty.bounty.commitment import commit_to_scores
from hyperbounty.sealings import Kind, Place, Sealings

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_WORD_BYTES: Final = 32
_SCORE_BYTES: Final = 3


@dataclass(frozen=True)
class Ballot:
    """What a member of the panel found: the digest of its report, and its scores in ppm by index.

    `salt` hides both until the member opens them.
    """

    report: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    scores: tuple[int, ...] = field(repr=False)

    @property
    def secret(self) -> bytes:
        """Report and salt, 32 bytes each, then 3 bytes a score."""
        return self.report + self.salt + b"".join(score.to_bytes(_SCORE_BYTES) for score in self.scores)

    @classmethod
    def of_secret(cls, secret: bytes) -> Self:
        """The ballot whose `secret` this is."""
        report, salt, packed = secret[:_WORD_BYTES], secret[_WORD_BYTES : 2 * _WORD_BYTES], secret[2 * _WORD_BYTES :]
        steps = range(0, len(packed), _SCORE_BYTES)
        return cls(report, salt, tuple(int.from_bytes(packed[i : i + _SCORE_BYTES]) for i in steps))

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


_KIND: Final = Kind(
    purpose="hyperbounty/ballot/1",
    commitment=lambda place, secret: Ballot.of_secret(secret).commitment(place),
    plain_parts=("report", "salt", "scores"),
    recovery="restore it from a copy, or seal again while there is time: without it the seat cannot be opened",
)


class BallotBox:
    """A folder of ballots; each is on disk, encrypted for its member, before its commitment is on chain."""

    def __init__(self, folder: Path) -> None:
        self._sealings = Sealings(folder, _KIND)

    def keep(self, place: Place, account: LocalAccount, ballot: Ballot) -> None:
        """Write `ballot`; earlier ones of the same seat stay."""
        self._sealings.keep(place, account, ballot.secret)

    def keep_unless(
        self, place: Place, account: LocalAccount, ballot: Ballot, still_meant: Callable[[Ballot], bool]
    ) -> Ballot:
        """The newest ballot of this seat if it is `still_meant`, else `ballot`, which is kept then."""
        secret = self._sealings.keep_unless(
            place, account, ballot.secret, lambda kept: still_meant(Ballot.of_secret(kept))
        )
        return Ballot.of_secret(secret)

    def find(self, place: Place, account: LocalAccount, commitment: bytes) -> Ballot | None:
        """The ballot of this seat that `commitment` stands for; None where it is not kept here."""
        for sealing in self._sealings.find(place, account):
            if sealing.commitment == commitment:
                return Ballot.of_secret(self._sealings.open(place, account, sealing))
        return None
