"""What a contest shows: its terms, where it stands, what was revealed and how it scored."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.show.dispute import dispute_json
from hyperbounty.bounty.show.next_steps import Step, next_steps
from hyperbounty.bounty.types import Contest, Dispute, Phase, RevealedSpec
from hyperbounty.bounty.unscorable import fetch_reason
from hyperbounty.errors import ManifestError, StoreError

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.price import Price
    from hyperbounty.store import ContentStore


@dataclass(frozen=True)
class ContestFacts:
    """A contest with all that people need to judge it.

    Attributes:
        specs: every revealed spec, in index order.
        scores: the scores that stand, ppm by index; empty where none do.
        now: the chain's time, in unix seconds.
        unclaimed: indexes of revealed specs whose share of the pot waits.
        reason: why the evaluator says that the contest cannot be scored; empty where it does not say so.
    """

    contest: Contest
    dispute: Dispute
    manifest: Manifest
    specs: tuple[RevealedSpec, ...]
    scores: tuple[int, ...]
    now: int
    unclaimed: tuple[int, ...] = ()
    reason: str = ""

    @property
    def next_steps(self) -> tuple[Step, ...]:
        """Who can do what now."""
        return next_steps(self)

    @property
    def price(self) -> Price:
        """What the next new entry costs; nothing where no slot is left."""
        return self.contest.price_at(self.contest.standing)

    @property
    def deadlines(self) -> dict[str, int]:
        """The end of each phase, by its label, as far as it is known, in unix seconds; none of a panel nobody asked."""
        return {phase.label: ends for phase, ends in self._ends().items() if ends is not None}

    @property
    def phase_ends(self) -> int | None:
        """When the phase ends, in unix seconds; None where no deadline ends it."""
        return self._ends().get(self.contest.phase)

    def _ends(self) -> dict[Phase, int | None]:
        challenged = self.dispute.challenged
        return {
            Phase.OFFER: self.contest.accept_ends,
            Phase.SUBMIT: self.contest.submit_ends,
            Phase.REVEAL: self.contest.reveal_ends,
            Phase.SCORE: self.contest.score_ends,
            Phase.CHALLENGE: self.contest.challenge_ends,
            Phase.PANEL_SEAL: self.dispute.seal_ends if challenged else None,
            Phase.PANEL_OPEN: self.dispute.open_ends if challenged else None,
        }

    @property
    def tolerance_differs(self) -> bool:
        """Whether contract and manifest disagree about how far a score may be off: then the contest cannot be trusted.

        The contract knows a tolerance only where there is a panel.
        """
        panel = self.dispute.panel
        return bool(panel.members) and panel.tolerance != self.manifest.tolerance_ppm

    def score_of(self, spec: RevealedSpec) -> int | None:
        """The score of a spec in ppm; None where no scores stand."""
        return self.scores[spec.index] if self.scores else None

    def won(self, spec: RevealedSpec) -> bool:
        """Whether a spec is among the winners."""
        return spec.index in self.contest.winners

    def json(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return {
            "contest": contest_json(self.contest),
            "dispute": dispute_json(self.dispute),
            "manifest": self.manifest.model_dump(mode="json"),
            "specs": [
                {"index": spec.index, "participant": spec.participant, "spec": "0x" + spec.spec.hex()}
                for spec in self.specs
            ],
            "scores_ppm": list(self.scores),
            "deadlines": self.deadlines,
            "price": asdict(self.price),
            "unclaimed": list(self.unclaimed),
            "unscorable": self.reason,
            "next_steps": [{"role": each.role, "step": str(each.step)} for each in self.next_steps],
        }


def look_at(contract: BountyContract, store: ContentStore, number: int) -> ContestFacts:
    """Contest `number` as chain and store have it now.

    Raises:
        InvalidInput: there is no such contest.
        ContentNotFound: nobody has its manifest.
    """
    contest = contract.contest(number)
    scores = contract.standing_scores(contest)
    return ContestFacts(
        contest=contest,
        dispute=contract.dispute(number),
        manifest=fetch_manifest(store, contest.manifest),
        specs=tuple(contract.revealed_specs(contest)),
        scores=() if scores is None else tuple(scores),
        now=contract.chain.timestamp(),
        unclaimed=contract.claimable(contest),
        reason=_reason(store, contest),
    )


def _reason(store: ContentStore, contest: Contest) -> str:
    """What the evaluator's report says, where the contest cannot be scored."""
    if not contest.unscorable or not any(contest.report):
        return ""
    try:
        return fetch_reason(store, contest.report)
    except (ManifestError, StoreError) as error:
        return f"its report cannot be read: {error.what}"


def contest_json(contest: Contest) -> dict[str, Any]:
    """Every field of a contest as JSON types, and its deadlines: bytes as 0x-hex, a phase or an outcome by its name."""
    deadlines = ("reveal_ends", "key_ends", "score_ends", "challenge_ends")
    return {
        **{name: _json(value) for name, value in vars(contest).items()},
        **{name: getattr(contest, name) for name in deadlines},
    }


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, IntEnum):
        return value.name.lower()
    return value
