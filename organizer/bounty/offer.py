"""What an organizer puts up for a contest, what it asks of others, and its timetable."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.bounty.types import THROUGHPUT_UNIT, Panel, Terms
from hyperbounty.bounty.usual import (
    usual_bond,
    usual_entry_fee,
    usual_member_fee,
    usual_score_seconds,
    usual_seal_seconds,
)
from hyperbounty.cli.options import Option, option
from hyperbounty.cli.parameters import Amount, AssetAddress, Duration, Names, Shares
from hyperbounty.money import COIN, Asset
from hyperbounty.spec.word import SPEC_MAXIMA
from organizer.bounty.windows import DAY, check_score_seconds

if TYPE_CHECKING:  # brings in the prices, which an offer does not need
    from hyperbounty.bounty.manifest import Manifest
    from organizer.bounty.publishing import Publication

_STAND_IN: Final = b"\1" * 32
"""For the digest of a manifest that is not made yet; the contract refuses one of zeros."""

_OF_PANEL: Final = {
    *("panel_fee", "member_bond", "challenge_bond", "challenge_seconds", "seal_seconds", "open_seconds"),
}
"""What says nothing where there is no panel."""

_AMOUNT: Final = Amount()
_A_TENTH: Final = "a tenth of the reward"


def _time(name: str, text: str, shown_default: str | None = None) -> dict[str, Option]:
    """The option `name`, which is a duration; the field has its seconds."""
    return option(text, name=name, type=Duration(), shown_default=shown_default)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The money and the times of a contest, in the order of `organizer open --help`, which is made from these fields.

    What is None is derived: `stake` and `fee` say how.

    Attributes:
        reward, bond, evaluator_fee: the organizer's, in the asset's smallest unit, as all amounts here.
        bond: half of it is burned and half goes to those who revealed if the key does not come in time, and the reward
            is burned as well; all of it is burned if the contest cannot be scored.
        evaluator_bond, challenge_bond: of who does not do its part, or is wrong, half is burned.
        member_bond: burned if its owner does not answer a challenge.
        evaluator_fee: due when the evaluator's scores stand.
        entry_fee: of each entry, for the evaluator once it has scored it.
        panel: 1, 3, 5 or 7 addresses that decide when the scores are challenged; none for no panel, and no challenge.
        panel_fee: of each member of the panel whose scores bear out what is paid.
        cores: reference cores that the time for scoring is made for.
        shares: of the prize in basis points, best first, sum 10,000.
        limits: the largest values of a spec that the contest takes, as a word.
    """

    reward: int = field(
        metadata=option(
            "What the winners get: 0.5 (ether), '1 gwei', '7 wei'; in a token 250.5 or '250.5 USDC'.", type=_AMOUNT
        )
    )
    bond: int | None = field(
        default=None,
        metadata=option(
            "Your stake: lost if the key is not published in time (the reward, too), or the task cannot be scored.",
            type=_AMOUNT,
            shown_default=_A_TENTH,
        ),
    )
    evaluator_bond: int | None = field(
        default=None,
        metadata=option(
            "The evaluator's stake: lost if scores do not come in time, or a panel finds other payments right.",
            type=_AMOUNT,
            shown_default=_A_TENTH,
        ),
    )
    evaluator_fee: int = field(default=0, metadata=option("Paid to the evaluator if its scores stand.", type=_AMOUNT))
    entry_fee: int | None = field(
        default=None,
        metadata=option(
            "Paid with each entry, to the evaluator that scores it.",
            type=_AMOUNT,
            shown_default="a tenth of the reward, divided by --max-submissions",
        ),
    )
    panel: tuple[str, ...] = field(
        default=(),
        metadata=option(
            "1, 3, 5 or 7 accounts or addresses, which decide when somebody challenges the scores; without a panel "
            "nobody can.",
            type=Names(),
        ),
    )
    panel_fee: int | None = field(
        default=None,
        metadata=option(
            "Paid to each member of the panel whose scores bear out what is paid.",
            type=_AMOUNT,
            shown_default="a quarter of the smaller of the two bonds that pay it, divided by the members",
        ),
    )
    member_bond: int | None = field(
        default=None,
        metadata=option(
            "The stake of each member of the panel: burned if it does not answer a challenge.",
            type=_AMOUNT,
            shown_default=_A_TENTH,
        ),
    )
    challenge_bond: int | None = field(
        default=None,
        metadata=option("What a challenger pays in, and loses if it was wrong.", type=_AMOUNT, shown_default=_A_TENTH),
    )
    challenge_seconds: int = field(
        default=2 * DAY,
        metadata=_time("challenge-time", "With a panel: time to challenge the scores."),
    )
    seal_seconds: int | None = field(
        default=None,
        metadata=_time(
            "seal-time",
            "With a panel: time for its members to train, and to send their scores sealed.",
            "three days, or as long as all entries take to train",
        ),
    )
    open_seconds: int = field(
        default=DAY,
        metadata=_time("open-time", "With a panel: time for its members to open their scores."),
    )
    evaluator: str = field(metadata=option("Account name or address that records the scores."))
    asset: Asset = field(
        default=COIN,
        metadata=option(
            "Address of an ERC-20, in which all amounts are then.", type=AssetAddress(), shown_default="the native coin"
        ),
    )
    shares: tuple[int, ...] = field(default=(10_000,), metadata=option("Prizes in percent, best first.", type=Shares()))
    accept_seconds: int = field(
        default=2 * DAY,
        metadata=_time("accept-time", "Time for those named to accept; else the offer lapses."),
    )
    submit_seconds: int = field(
        default=7 * DAY,
        metadata=_time("submit-time", "Time to submit, once the last one has accepted."),
    )
    reveal_seconds: int = field(default=2 * DAY, metadata=_time("reveal-time", "Time to reveal."))
    score_seconds: int | None = field(
        default=None,
        metadata=_time(
            "score-time",
            "Time to publish the key and to record the scores.",
            "as long as the prices take to come, and all entries to train",
        ),
    )
    cores: float = field(
        default=2.0,
        metadata=option(
            "How many reference cores (docs/spec.md) the time to score is made for.", type=click.FloatRange(0.1)
        ),
    )
    max_submissions: int = field(
        default=256, metadata=option("Of all participants together.", type=click.IntRange(2, 1_024))
    )
    max_per_address: int = field(
        default=4, metadata=option("Submissions of one participant.", type=click.IntRange(1, 1_024))
    )
    limits: bytes = SPEC_MAXIMA

    @property
    def escrow(self) -> int:
        """What the organizer puts in: reward, bond and the evaluator's fee."""
        return self.reward + self.stake(self.bond) + self.evaluator_fee

    @property
    def fee(self) -> int:
        """The entry fee; derived, the usual one.

        >>> Offer(reward=10**18, evaluator="0x01").fee
        390000000000000
        """
        return usual_entry_fee(self.reward, self.max_submissions) if self.entry_fee is None else self.entry_fee

    @property
    def _member_fee(self) -> int:
        if self.panel_fee is not None:
            return self.panel_fee
        return usual_member_fee(self.stake(self.evaluator_bond), self.stake(self.challenge_bond), len(self.panel))

    def stake(self, given: int | None) -> int:
        """A bond: the one given, or a tenth of the reward."""
        return usual_bond(self.reward) if given is None else given

    def windows(self) -> dict[str, int]:
        """The times that this offer gives, by the names of their options; a derived one is long enough."""
        names = ["accept", "submit", "reveal", "score", *(["challenge", "seal", "open"] if self.panel else [])]
        given: dict[str, int | None] = {f"{name}_time": getattr(self, f"{name}_seconds") for name in names}
        return {name: seconds for name, seconds in given.items() if seconds is not None}

    @property
    def throughput(self) -> int:
        """What the times are made for, in thousandths of the reference core."""
        return round(self.cores * THROUGHPUT_UNIT)

    def request_fields(self) -> dict[str, Any]:
        """What decides a contest, by field: what says nothing without a panel is None."""
        idle = set() if self.panel else _OF_PANEL
        return {name: None if name in idle else value for name, value in vars(self).items()}

    def draft(self, now: int) -> Terms:
        """The offer before there is a publication, as the contract would take it.

        What only the manifest tells has a stand-in: no minimum, the shortest budget, and windows that are long enough
        where they follow from the trainings. So roles, bonds, shares and windows can be checked before anything is
        published.
        """
        return Terms(
            asset=self.asset,
            reward=self.reward,
            bond=self.stake(self.bond),
            evaluator_bond=self.stake(self.evaluator_bond),
            evaluator_fee=self.evaluator_fee,
            entry_fee=self.fee,
            minimum_score=0,
            shares=self.shares,
            accept_ends=now + self.accept_seconds,
            submit_seconds=self.submit_seconds,
            reveal_seconds=self.reveal_seconds,
            score_seconds=DAY if self.score_seconds is None else self.score_seconds,
            challenge_seconds=self.challenge_seconds if self.panel else 0,
            evaluator=self.evaluator,
            limits=self.limits,
            max_submissions=self.max_submissions,
            max_per_address=min(self.max_per_address, self.max_submissions),
            entry_seconds=1,
            manifest=_STAND_IN,
            holdout_commitment=bytes(32),
            panel=self._draft_panel(),
        )

    def terms(self, publication: Publication, now: int) -> Terms:
        """The offer as the contract takes it, for the contest of `publication`; it stands counted from `now`.

        Raises:
            InvalidInput: nobody can score every entry in the time for it.
        """
        manifest = publication.manifest
        scoring = self.score_seconds
        if scoring is None:
            scoring = usual_score_seconds(manifest, self.max_submissions, self.throughput)
        check_score_seconds(manifest, self.max_submissions, self.cores, scoring)
        draft = self.draft(now)
        return replace(
            draft,
            minimum_score=manifest.minimum_score_ppm,
            score_seconds=scoring,
            entry_seconds=manifest.entry_seconds,
            manifest=publication.digest,
            holdout_commitment=publication.holdout_commitment,
            panel=self._panel(draft.panel, manifest),
        )

    def _draft_panel(self) -> Panel:
        if not self.panel:
            return Panel()
        return Panel(
            members=tuple(sorted(self.panel, key=str.lower)),
            member_bond=self.stake(self.member_bond),
            challenge_bond=self.stake(self.challenge_bond),
            fee=self._member_fee,
            tolerance=0,
            seal_seconds=DAY if self.seal_seconds is None else self.seal_seconds,
            open_seconds=self.open_seconds,
        )

    def _panel(self, draft: Panel, manifest: Manifest) -> Panel:
        if not draft.members:
            return draft
        sealing = self.seal_seconds
        if sealing is None:
            sealing = usual_seal_seconds(manifest, self.max_submissions, self.throughput)
        return replace(draft, tolerance=manifest.tolerance_ppm, seal_seconds=sealing)
