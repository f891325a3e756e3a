"""What a contest shows: its terms, where it stands, what was revealed and how it scored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.agreement import Disagreement, disagreements
from hyperbounty.bounty.estimates import differences, own_estimates
from hyperbounty.bounty.published import fetch_manifest, fetch_prices
from hyperbounty.bounty.show.dispute import dispute_json
from hyperbounty.bounty.types import Contest, Dispute, Phase, RevealedSpec

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Estimates, Manifest
    from hyperbounty.store import ContentStore


@dataclass(frozen=True)
class ContestFacts:
    """A contest with all that people need to judge it.

    Attributes:
        specs: every revealed spec, in index order.
        scores: the scores that stand, ppm by index; empty where none do.
        estimates: how much luck the contest pays for, computed here from its data; the manifest's are only claims.
        now: the chain's time, in unix seconds.
        predictable_seed: this chain's randomness can be known beforehand, so whoever reveals last can choose a seed.
    """

    contest: Contest
    dispute: Dispute
    manifest: Manifest
    specs: tuple[RevealedSpec, ...]
    scores: tuple[int, ...]
    estimates: Estimates
    now: int
    predictable_seed: bool = False

    @property
    def phase_ends(self) -> int | None:
        """When the phase ends, in unix seconds; None where no deadline ends it."""
        ends = {
            Phase.SUBMIT: self.contest.submit_ends,
            Phase.REVEAL: self.contest.reveal_ends,
            Phase.SCORE: self.contest.score_ends,
            Phase.CHALLENGE: self.contest.challenge_ends,
            Phase.PANEL_SEAL: self.dispute.seal_ends,
            Phase.PANEL_OPEN: self.dispute.open_ends,
        }
        return ends.get(self.contest.phase)

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """What chain and manifest disagree about: where there is anything, the contest cannot be trusted."""
        return disagreements(self.contest, self.dispute, self.manifest)

    @property
    def wrong_estimates(self) -> dict[str, tuple[int, int]]:
        """What the manifest says of its own data and is not so: by the field, its number and the right one."""
        return differences(self.manifest.estimates, self.estimates)

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
            "disagreements": [one.json() for one in self.disagreements],
            "predictable_seed": self.predictable_seed,
            "specs": [
                {"index": spec.index, "participant": spec.participant, "spec": "0x" + spec.spec.hex()}
                for spec in self.specs
            ],
            "scores_ppm": list(self.scores),
            "estimates": self.estimates.model_dump(mode="json"),
            "wrong_estimates": {
                name: {"manifest": said, "computed": found} for name, (said, found) in self.wrong_estimates.items()
            },
        }


def look_at(contract: BountyContract, store: ContentStore, number: int) -> ContestFacts:
    """Contest `number` as chain and store have it now.

    Raises:
        InvalidInput: there is no such contest.
        ContentNotFound: nobody has its manifest or its training prices.
        PriceDataError: its training prices leave no window.
    """
    contest = contract.contest(number)
    scores = contract.standing_scores(contest)
    manifest = fetch_manifest(store, contest.manifest)
    training = fetch_prices(store, manifest.training, manifest)
    return ContestFacts(
        contest=contest,
        dispute=contract.dispute(number),
        manifest=manifest,
        specs=tuple(contract.revealed_specs(contest)),
        scores=() if scores is None else tuple(scores),
        estimates=own_estimates(manifest, training, minimum_ppm=contest.minimum_score, entries=contest.max_submissions),
        now=contract.chain.timestamp(),
        predictable_seed=contract.chain.is_beacon_predictable(),
    )


def contest_json(contest: Contest) -> dict[str, Any]:
    """Every field of a contest as JSON types: bytes as 0x-hex, a phase or an outcome by its name."""
    return {name: _json(value) for name, value in vars(contest).items()}


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, IntEnum):
        return value.name.lower()
    return value
