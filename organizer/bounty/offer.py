"""What an organizer puts up for a contest, and its timetable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.bounty.types import Panel, Terms
from hyperbounty.chain.payments import NATIVE
from hyperbounty.cli.options import option
from hyperbounty.cli.parameters import Amount, Names, Shares
from hyperbounty.spec.word import SPEC_MAXIMA

if TYPE_CHECKING:  # brings in the prices, which an offer does not need
    from organizer.bounty.publishing import Publication

DAY: Final = 24 * 3600

_AMOUNT: Final = Amount()
_DURATION: Final = click.IntRange(1)
_COUNT: Final = click.IntRange(1)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The money and the times of a contest, in the order of `organizer open --help`, which is made from these fields.

    Attributes:
        reward, bond, evaluator_fee, panel_fee, challenge_bond, deposit: in the asset's smallest unit.
        bond: lost to the participants if the key or the scores do not come in time, and to a challenger who was right.
        evaluator_fee: due when the evaluator's scores stand.
        panel: 1, 3, 5 or 7 addresses that decide when the scores are challenged; none for no panel, and no challenge.
        panel_fee: of each member of the panel that finds what stands in the end.
        challenge_bond: what a challenger stakes; None for as much as the bond.
        deposit: each submission's, returned at its reveal.
        shares: of the pool in basis points, best first, sum 10,000.
        limits: the largest values of a spec that the contest takes, as a word.
    """

    reward: int = field(metadata=option("What the winners get: 0.5 (ether), '1 gwei', '7 wei'.", type=_AMOUNT))
    bond: int = field(
        default=0, metadata=option("Lost if the key or the scores are not published in time.", type=_AMOUNT)
    )
    evaluator_fee: int = field(default=0, metadata=option("Paid to the evaluator if its scores stand.", type=_AMOUNT))
    panel: tuple[str, ...] = field(
        default=(),
        metadata=option(
            "1, 3, 5 or 7 accounts or addresses, which decide when somebody challenges the scores; without a panel "
            "nobody can.",
            type=Names(),
        ),
    )
    panel_fee: int = field(
        default=0,
        metadata=option("Paid to each member of the panel whose scores agree with those that stand.", type=_AMOUNT),
    )
    challenge_bond: int | None = field(
        default=None,
        metadata=option(
            "What a challenger pays in, and loses if it was wrong.", type=_AMOUNT, shown_default="the bond"
        ),
    )
    challenge_seconds: int = field(
        default=2 * DAY, metadata=option("With a panel: time to challenge the scores.", type=_DURATION)
    )
    seal_seconds: int = field(
        default=3 * DAY,
        metadata=option(
            "With a panel: time for its members to train, and to send their scores sealed.", type=_DURATION
        ),
    )
    open_seconds: int = field(
        default=DAY, metadata=option("With a panel: time for its members to open their scores.", type=_DURATION)
    )
    deposit: int = field(
        default=0, metadata=option("Paid with each submission, and returned when it is revealed.", type=_AMOUNT)
    )
    evaluator: str = field(metadata=option("Account name or address that records the scores."))
    asset: str = field(
        default=NATIVE,
        metadata=option("Address of an ERC-20; amounts in its units.", shown_default="the native coin"),
    )
    shares: tuple[int, ...] = field(default=(10_000,), metadata=option("Prizes in percent, best first.", type=Shares()))
    submit_seconds: int = field(default=7 * DAY, metadata=option("Time to submit.", type=_DURATION))
    reveal_seconds: int = field(default=2 * DAY, metadata=option("Time to reveal.", type=_DURATION))
    score_seconds: int = field(
        default=3 * DAY, metadata=option("Time to publish the key and to record the scores.", type=_DURATION)
    )
    max_submissions: int = field(default=256, metadata=option("Of all participants together.", type=_COUNT))
    max_per_address: int = field(default=4, metadata=option("Submissions of one participant.", type=_COUNT))
    limits: bytes = SPEC_MAXIMA

    @property
    def escrow(self) -> int:
        """What `open` takes."""
        return self.reward + self.bond + self.evaluator_fee

    def terms(self, publication: Publication, now: int) -> Terms:
        """The offer as the contract takes it, for the contest of `publication`; submissions end counted from `now`."""
        return Terms(
            asset=self.asset,
            reward=self.reward,
            bond=self.bond,
            evaluator_fee=self.evaluator_fee,
            deposit=self.deposit,
            minimum_score=publication.manifest.minimum_score_ppm,
            shares=self.shares,
            submit_ends=now + self.submit_seconds,
            reveal_seconds=self.reveal_seconds,
            score_seconds=self.score_seconds,
            challenge_seconds=self.challenge_seconds if self.panel else 0,
            evaluator=self.evaluator,
            limits=self.limits,
            max_submissions=self.max_submissions,
            max_per_address=self.max_per_address,
            manifest=publication.digest,
            holdout_commitment=publication.holdout_commitment,
            panel=self._panel_terms(publication.manifest.tolerance_ppm),
        )

    def _panel_terms(self, tolerance_ppm: int) -> Panel:
        if not self.panel:
            return Panel()
        return Panel(
            members=tuple(sorted(self.panel, key=str.lower)),
            challenge_bond=self.bond if self.challenge_bond is None else self.challenge_bond,
            fee=self.panel_fee,
            tolerance=tolerance_ppm,
            seal_seconds=self.seal_seconds,
            open_seconds=self.open_seconds,
        )
