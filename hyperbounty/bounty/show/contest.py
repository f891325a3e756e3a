"""What a contest shows: its terms, where it stands, what was revealed and how it scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.bounty.show.dispute import dispute_json
from hyperbounty.bounty.show.next_steps import Situation, Step, next_steps
from hyperbounty.bounty.types import Contest, Dispute, Outcome, Phase, RevealedSpec
from hyperbounty.errors import ManifestError, StoreError
from hyperbounty.money import amount_json
from hyperbounty.spec.limits import describe_limits
from hyperbounty.store import Cid

if TYPE_CHECKING:  # a list of contests reads none of their documents
    from hyperbounty.bounty.agreement import Disagreement
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Estimates, Manifest
    from hyperbounty.bounty.price import Price
    from hyperbounty.bounty.report import Report, SpecScore
    from hyperbounty.bounty.show.leaderboard import Leaderboard
    from hyperbounty.store import ContentStore


@dataclass(frozen=True)
class ContestFacts:
    """A contest with all that people need to judge it.

    Attributes:
        specs: every revealed spec, in index order.
        scores: the scores that stand, ppm by index; empty where none do.
        estimates: how much luck the contest pays for, computed here from its data; the manifest's are only claims.
        report: the evaluator's, on which the scores rest; None where there is none, or it cannot be read.
        now: the chain's time, in unix seconds.
        unclaimed: indexes of revealed specs whose share of the pot waits.
        reason: why the evaluator says that the contest cannot be scored; empty where it does not say so.
        sponsors: what each sponsor added to the reward, by its address.
        development: whether this is a chain on which nobody loses money.
        predictable_seed: this chain's randomness can be known beforehand, so whoever reveals last can choose a seed.
    """

    contest: Contest
    dispute: Dispute
    manifest: Manifest
    specs: tuple[RevealedSpec, ...]
    scores: tuple[int, ...]
    estimates: Estimates
    report: Report | None
    now: int
    predictable_seed: bool = False
    unclaimed: tuple[int, ...] = ()
    reason: str = ""
    sponsors: Mapping[str, int] = field(default_factory=dict)
    development: bool = False

    @property
    def next_steps(self) -> tuple[Step, ...]:
        """Who can do what now."""
        return next_steps(Situation(self.contest, self.dispute, self.now, self.unclaimed))

    @property
    def price(self) -> Price:
        """What the next new entry costs; nothing where no slot is left."""
        return self.contest.price_at(self.contest.standing)

    @property
    def deadlines(self) -> dict[str, int]:
        """The end of each phase, by its label, as far as it is known, in unix seconds; none of a panel nobody asked."""
        return {phase.label: ends for phase, ends in phases_end(self.contest, self.dispute).items() if ends is not None}

    @property
    def phase_ends(self) -> int | None:
        """When the phase ends, in unix seconds; None where no deadline ends it."""
        return phases_end(self.contest, self.dispute).get(self.contest.phase)

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """What chain and manifest disagree about: where there is anything, the contest cannot be trusted."""
        from hyperbounty.bounty.agreement import disagreements

        return disagreements(self.contest, self.dispute, self.manifest)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is odd about the terms, and allowed all the same."""
        from hyperbounty.bounty.show.cautions import cautions

        contest = self.contest
        throughput = contest.throughput or contest.needed_throughput
        return cautions(
            contest,
            contest.organizer,
            self.dispute.panel,
            self.manifest,
            throughput,
            luck_ppm=self.estimates.chance_of_any_ppm,
            development=self.development,
        )

    @property
    def training_seconds(self) -> int | None:
        """How long the evaluator takes for all entries at their budget; None until it has said how fast it trains."""
        from hyperbounty.bounty.capacity import training_seconds

        contest = self.contest
        if not contest.evaluator_accepted:
            return None
        return training_seconds(contest.max_submissions, contest.entry_seconds, contest.throughput)

    @property
    def wrong_estimates(self) -> dict[str, tuple[int, int]]:
        """What the manifest says of its own data and is not so: by the field, its number and the right one."""
        from hyperbounty.bounty.estimates import differences

        return differences(self.manifest.estimates, self.estimates)

    def score_of(self, spec: RevealedSpec) -> int | None:
        """The score of a spec in ppm; None where no scores stand."""
        return self.scores[spec.index] if self.scores else None

    def standing_of(self, spec: RevealedSpec) -> SpecScore | None:
        """What the report says of a spec; None where it says nothing, or of another score than the one that stands."""
        if self.report is None:
            return None
        found = self.report.specs[spec.index]
        meant = found.spec == "0x" + spec.spec.hex() and found.score_ppm == self.score_of(spec)
        return found if meant else None

    def won(self, spec: RevealedSpec) -> bool:
        """Whether a spec has won: only a contest that is settled has winners for good."""
        return self.contest.outcome is Outcome.WON and spec.index in self.contest.winners

    @property
    def leaderboard(self) -> Leaderboard | None:
        """What was scored, in the order of its places; None where there is no report."""
        from hyperbounty.bounty.show.leaderboard import leaderboard

        if self.report is None:
            return None
        return leaderboard(self.manifest, self.report, [spec.index for spec in self.specs if self.won(spec)])

    def json(self) -> dict[str, Any]:
        """The facts as JSON types: those of `contest_json`, and more."""
        asset = self.contest.asset
        return {
            **contest_json(self.contest),
            "dispute": dispute_json(self.dispute, asset),
            "manifest_document": self.manifest.model_dump(mode="json"),
            "disagreements": [one.json() for one in self.disagreements],
            "predictable_seed": self.predictable_seed,
            "specs": [
                {"index": spec.index, "participant": spec.participant, "spec": "0x" + spec.spec.hex()}
                for spec in self.specs
            ],
            "scores_ppm": list(self.scores),
            "deadlines": self.deadlines,
            "price": {name: amount_json(value, asset) for name, value in asdict(self.price).items()},
            "unclaimed": list(self.unclaimed),
            "reason": self.reason,
            "next_steps": [{"role": each.role, "step": str(each.step)} for each in self.next_steps],
            "leaderboard": None if self.leaderboard is None else self.leaderboard.json(),
            "sponsors": [
                {"sponsor": sponsor, **amount_json(amount, asset)} for sponsor, amount in self.sponsors.items()
            ],
            "training_seconds": self.training_seconds,
            "limits_in_words": describe_limits(self.contest.limits),
            "cautions": list(self.cautions),
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
    from hyperbounty.bounty.estimates import own_estimates
    from hyperbounty.bounty.published import fetch_manifest, fetch_prices

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
        report=_report(contract, store, contest, manifest),
        now=contract.chain.timestamp(),
        unclaimed=contract.claimable(contest),
        reason=_reason(store, contest),
        sponsors=contract.sponsors(contest),
        development=contract.chain.is_development,
        predictable_seed=contract.chain.is_beacon_predictable(),
    )


def _reason(store: ContentStore, contest: Contest) -> str:
    """What the evaluator's report says, where the contest cannot be scored."""
    if not contest.unscorable or not any(contest.report):
        return ""
    from hyperbounty.bounty.unscorable import fetch_reason

    try:
        return fetch_reason(store, contest.report)
    except (ManifestError, StoreError) as error:
        return f"its report cannot be read: {error.what}"


def _report(contract: BountyContract, store: ContentStore, contest: Contest, manifest: Manifest) -> Report | None:
    recorded = contract.recorded_scores(contest)
    if recorded is None:
        return None
    from hyperbounty.bounty.published import fetch_report

    try:
        return fetch_report(store, recorded.report, manifest, contest.revealed)
    except (ManifestError, StoreError):
        # It is its author's word, and a contest can be looked at without it.
        return None


def phases_end(contest: Contest, dispute: Dispute) -> dict[Phase, int | None]:
    """The end of each phase that a deadline ends, in unix seconds; None while it is not known, or nobody challenged."""
    challenged = dispute.challenged
    return {
        Phase.OFFER: contest.accept_ends,
        Phase.SUBMIT: contest.submit_ends,
        Phase.REVEAL: contest.reveal_ends,
        Phase.SCORE: contest.score_ends,
        Phase.CHALLENGE: contest.challenge_ends,
        Phase.PANEL_SEAL: dispute.seal_ends if challenged else None,
        Phase.PANEL_OPEN: dispute.open_ends if challenged else None,
    }


def contest_json(contest: Contest) -> dict[str, Any]:
    """Every field of a contest as JSON types, and its deadlines.

    Amounts are as in `amount_json`, documents by their CIDs, other bytes as 0x-hex, a phase or an outcome by its name.
    """
    asset = contest.asset
    deadlines = ("reveal_ends", "key_ends", "score_ends", "challenge_ends")
    fields = {name: _json(value) for name, value in vars(contest).items() if name not in _NAMED_HERE}
    return {
        **fields,
        **contest.asset.json(),
        **{name: getattr(contest, name) for name in deadlines},
        **{name: amount_json(getattr(contest, name), asset) for name in _AMOUNTS},
        "contest": contest.number,
        "organizer_bond": amount_json(contest.bond, asset),
        "minimum_ppm": contest.minimum_score,
        "manifest": str(Cid.from_digest(contest.manifest)),
        "report": str(Cid.from_digest(contest.report)) if any(contest.report) else None,
    }


_AMOUNTS: Final = ("reward", "sponsored", "evaluator_bond", "evaluator_fee", "entry_fee", "pot")
_NAMED_HERE: Final = frozenset({*_AMOUNTS, "number", "asset", "bond", "minimum_score", "manifest", "report"})


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, IntEnum):
        return value.name.lower()
    return value
