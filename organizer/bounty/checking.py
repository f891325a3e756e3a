"""What a contest would come to, found out without publishing or sending anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.capacity import training_seconds, wait_seconds
from hyperbounty.bounty.show.cautions import cautions
from hyperbounty.errors import HyperbountyError
from hyperbounty.money import amount_json
from hyperbounty.statistics.luck import USUAL_LUCK, Lottery
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store import open_store
from hyperbounty.training.machine import announced_versions
from organizer.bounty.baselines import BarVerdict, Baseline, verdict_on
from organizer.bounty.contest_file import normalized
from organizer.bounty.publishing import Publication, parts_of, publish
from organizer.bounty.windows import LEAST, check_windows

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Terms
    from hyperbounty.chain.sending.quote import Payer, Quote
    from hyperbounty.prices.table import PriceTable
    from organizer.bounty.given import GivenContest
    from organizer.bounty.offer import Offer


@dataclass(frozen=True)
class CheckedContest:
    """A contest that nobody has opened.

    Attributes:
        given: what was checked.
        organizer: address of who would open it.
        manifest: that would be published.
        terms: that would be offered; where a window is too short, with one that would do.
        quote: what opening takes; None where the chain would refuse it, or nobody can tell.
        refusals: why it cannot be opened as it is; none where it can.
        now: the chain's time, in unix seconds.
        development: whether nobody loses money on this chain.
        baselines: plain specs that were trained; none where they were not.
    """

    given: GivenContest
    organizer: str
    manifest: Manifest
    terms: Terms
    quote: Quote | None
    refusals: tuple[HyperbountyError, ...]
    now: int
    development: bool
    baselines: tuple[Baseline, ...] = ()

    @property
    def verdict(self) -> BarVerdict | None:
        """On the bar; None where it keeps luck from being paid, and nobody has tried to reach it."""
        return verdict_on(pays_for_luck=self.pays_for_luck, baselines=self.baselines)

    @property
    def training(self) -> PriceTable:
        """The prices that specs are trained on."""
        return parts_of(self.given.prices.table, self.given.settings)[0]

    @property
    def throughput(self) -> int:
        """What the times are made for, in thousandths of the reference core."""
        return self.given.offer.throughput

    @property
    def pays_for_luck(self) -> bool:
        """Whether luck alone is paid with a greater chance than it usually may."""
        return self.manifest.estimates.chance_of_any_ppm > USUAL_LUCK * PPM

    @property
    def training_seconds(self) -> int:
        """What the evaluator needs at most for a full contest, once it can begin."""
        return training_seconds(self.terms.max_submissions, self.terms.entry_seconds, self.throughput)

    @property
    def wait_seconds(self) -> int:
        """From the end of the reveals until it can begin."""
        return wait_seconds(self.manifest)

    @property
    def deadlines(self) -> dict[str, int]:
        """The end of each phase, by its name in documents, if everybody named accepts at once; unix seconds."""
        terms, panel = self.terms, self.terms.panel
        windows = {"submit": terms.submit_seconds, "reveal": terms.reveal_seconds, "score": terms.score_seconds}
        if panel.members:
            windows |= {"challenge": terms.challenge_seconds, "seal": panel.seal_seconds, "open": panel.open_seconds}
        ends, found = self.now, {"accept_ends": terms.accept_ends}
        for name, seconds in windows.items():
            ends += seconds
            found[f"{name}_ends"] = ends
        return found

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is odd about the terms, and allowed all the same."""
        luck = self.manifest.estimates.chance_of_any_ppm
        return cautions(
            self.terms,
            self.organizer,
            self.terms.panel,
            self.manifest,
            self.throughput,
            luck_ppm=luck,
            development=self.development,
        )

    def json(self) -> dict[str, Any]:
        """The facts as JSON types; times are unix seconds."""
        prices, terms, quote = self.given.prices, self.terms, self.quote
        fee = None if quote is None or quote.fee_wei is None else amount_json(quote.fee_wei)
        amounts = {
            "escrow": terms.escrow,
            "organizer_bond": terms.bond,
            "evaluator_bond": terms.evaluator_bond,
            "entry_fee": terms.entry_fee,
        }
        return {
            "source": prices.source,
            "synthetic": prices.synthetic,
            "rows": len(prices.table),
            "coins": list(prices.table.coins),
            "cleaning": list(prices.cleaning),
            **{name: amount_json(amount, terms.asset) for name, amount in amounts.items()},
            "gas_needed": None if quote is None else quote.gas,
            "highest_network_fee": fee,
            "minimum_ppm": terms.minimum_score,
            "estimates": self.manifest.estimates.model_dump(),
            "pays_for_luck": self.pays_for_luck,
            "bar_verdict": None if self.verdict is None else str(self.verdict),
            "baselines": [
                {
                    "name": each.size,
                    "spec": "0x" + each.judged.spec.word.hex(),
                    "run_seconds": each.judged.seconds,
                    "mean_ppm": each.mean_ppm,
                    "chance_ppm": round(PPM * each.odds.chance),
                }
                for each in self.baselines
            ],
            "full_training_seconds": self.training_seconds,
            "score_seconds": terms.score_seconds,
            "planned_ends": self.deadlines,
            "cautions": list(self.cautions),
            "contest_file": normalized(self.given.settings, self.given.offer),
        }


def check_contest(contract: BountyContract, organizer: Payer, given: GivenContest) -> CheckedContest:
    """What opening the contest would come to, and all that stands against it.

    Raises:
        InvalidInput, PriceDataError, TrainingError: the task and the prices make no contest at all; see `publish`.
        ChainUnavailable: there is no chain to ask.
    """
    development = contract.chain.is_development
    now = contract.chain.timestamp()
    refusals: list[HyperbountyError] = []

    def held(check: Callable[[], object]) -> None:
        try:
            check()
        except HyperbountyError as refusal:
            if refusal.is_unavailable:
                raise
            refusals.append(refusal)

    publication = _publication(given)
    manifest = publication.manifest
    held(lambda: given.require_usable(development=development))
    held(lambda: given.settings.minimum_for(_lottery(manifest)))
    held(lambda: check_windows(given.offer.windows(), development=development))
    held(lambda: given.offer.terms(publication, now))
    terms = _terms(given.offer, publication, now)
    quote: list[Quote | None] = []
    held(lambda: quote.append(contract.check(organizer, contract.opening(_with_room(terms, now)))))
    return CheckedContest(
        given=given,
        organizer=organizer.address,
        manifest=manifest,
        terms=terms,
        quote=quote[0] if quote else None,
        refusals=tuple(refusals),
        now=now,
        development=development,
    )


def _publication(given: GivenContest) -> Publication:
    """What would be published, luck or no luck, in a store that is gone afterwards."""
    settings = replace(given.settings, allow_luck=True)
    versions = announced_versions(settings.backend)
    with TemporaryDirectory(prefix="hyperbounty-") as folder:
        store = open_store(None, Path(folder))
        return publish(given.prices, settings, store, versions, entries=given.offer.max_submissions)


def _terms(offer: Offer, publication: Publication, now: int) -> Terms:
    """The terms, the time to score as long as it must be where the one that is given is too short."""
    try:
        return offer.terms(publication, now)
    except HyperbountyError:
        return replace(offer, score_seconds=None).terms(publication, now)


def _with_room(terms: Terms, now: int) -> Terms:
    """The terms with windows that the contract takes: one too short is told already, and would hide the rest."""
    panel = terms.panel
    if panel.members:
        panel = replace(panel, seal_seconds=max(panel.seal_seconds, LEAST), open_seconds=max(panel.open_seconds, LEAST))
    return replace(
        terms,
        accept_ends=max(terms.accept_ends, now + LEAST),
        submit_seconds=max(terms.submit_seconds, LEAST),
        reveal_seconds=max(terms.reveal_seconds, LEAST),
        score_seconds=max(terms.score_seconds, LEAST),
        challenge_seconds=max(terms.challenge_seconds, LEAST) if panel.members else terms.challenge_seconds,
        panel=panel,
    )


def _lottery(manifest: Manifest) -> Lottery:
    known = manifest.estimates
    return Lottery(
        metric=manifest.metric,
        windows=known.holdout_windows,
        training_windows=known.training_windows,
        future_periods=manifest.task.future_periods,
        rise_rate_ppm=known.rise_rate_ppm,
        entries=known.entries,
    )
