"""The evaluator's part of a contest: gather what was published, score it, record it, check somebody else's scores."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from evaluator.pool import Progress
from evaluator.reporting import publish_report
from evaluator.results import ResultStore
from evaluator.scoring import Scoring, score_ppm, train_all
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.holdout import HoldoutKey
from hyperbounty.bounty.manifest import FutureHoldout, Manifest
from hyperbounty.bounty.published import fetch_manifest, fetch_prices, fetch_report, open_holdout
from hyperbounty.bounty.recording import record_once
from hyperbounty.bounty.records import Contest, Phase, RecordedScores
from hyperbounty.bounty.report import Report
from hyperbounty.chain.connection import Receipt
from hyperbounty.errors import InvalidInput, ManifestError, PriceDataError
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.machine import describe_versions


def gather(contract: BountyContract, store: ContentStore, number: int, future: PriceTable | None = None) -> Scoring:
    """What the scores of contest `number` are made from, read from chain and store alone.

    Args:
        future: in `future` mode, prices that reach past `revealEnds`, fetched from the manifest's source; the rows that
            make the holdout are cut out of them. Left out, the rows that a recorded report has pinned are used.

    Raises:
        InvalidInput: the contest is not there yet: nothing revealed, no key published, or no future rows known.
    """
    contest = contract.contest(number)
    if contest.phase in (Phase.SUBMIT, Phase.REVEAL):
        raise InvalidInput(
            f"contest {number} is still in its {contest.phase.name.lower()} phase",
            f"score it after revealEnds, {contest.reveal_ends}",
        )
    specs = contract.revealed_specs(contest)
    if not specs:
        raise InvalidInput(f"nobody revealed a spec in contest {number}", "settle it: the organizer is refunded")
    manifest = fetch_manifest(store, contest.manifest)
    training = fetch_prices(store, manifest.training, manifest)
    key = contract.holdout_key(contest)
    if isinstance(manifest.holdout, FutureHoldout):
        holdout = _future_rows(contract, store, contest, manifest, manifest.holdout, future)
    elif key is None:
        raise InvalidInput(
            f"the holdout key of contest {number} is not published",
            "ask the organizer to run `hyperbounty organizer publish-key`",
        )
    else:
        holdout = open_holdout(store, manifest, HoldoutKey(key))
    return Scoring(contest, manifest, training, holdout, key, specs)


def _future_rows(
    contract: BountyContract,
    store: ContentStore,
    contest: Contest,
    manifest: Manifest,
    holdout: FutureHoldout,
    future: PriceTable | None,
) -> PriceTable:
    if future is None:
        recorded = contract.recorded_scores(contest)
        if recorded is None:
            raise InvalidInput(
                f"the test window of contest {contest.number} is not fetched yet",
                "name a source for the prices after revealEnds (--source, --csv)",
            )
        table = fetch_prices(store, fetch_report(store, recorded.report).holdout.prices, manifest)
    else:
        table = future
    if table.columns != manifest.columns or table.interval != manifest.interval:
        raise PriceDataError(
            "the prices after revealEnds have other columns or another interval", "use the same source"
        )
    first = int(table.times.searchsorted(contest.reveal_ends))
    if len(table) - first < holdout.rows:
        raise PriceDataError(
            f"only {len(table) - first} of {holdout.rows} rows after revealEnds are there yet",
            "try again later, before scoreEnds",
        )
    return table.rows(first, first + holdout.rows)


@dataclass(frozen=True)
class Evaluation:
    """A scored contest that is not recorded yet."""

    scoring: Scoring
    report: Report

    @property
    def cid(self) -> Cid:
        """The pinned report; its digest goes on chain beside the scores."""
        return Cid.raw(self.report.canonical())


def evaluate(
    contract: BountyContract,
    store: ContentStore,
    scoring: Scoring,
    results: ResultStore,
    *,
    workers: int,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Train every revealed spec, and pin the report."""
    check_versions(scoring.manifest)
    dataset = scoring.dataset()
    trained = train_all(scoring, dataset, results, workers=workers, on_progress=on_progress)
    report = publish_report(
        scoring, dataset, trained, store, chain_id=contract.chain.chain_id, contract=contract.address
    )
    return Evaluation(scoring, report)


def record(contract: BountyContract, evaluator: LocalAccount, evaluation: Evaluation) -> Receipt:
    """Record the scores and the report's digest on chain; repeated, it gives the receipt of the first time."""
    recorded = RecordedScores(evaluation.cid.digest, tuple(evaluation.report.scores))
    return record_once(contract, evaluator, evaluation.scoring.contest, recorded)


def check_versions(manifest: Manifest) -> None:
    """Refuse to score with another engine than the manifest names: its numbers would be another contest's.

    Raises:
        ManifestError: names the first package that differs.
    """
    here = describe_versions()
    for name, version in manifest.versions.items():
        if here.get(name) != version:
            raise ManifestError(
                f"this contest is scored with {name} {version}, here is {here.get(name, 'none')}",
                f"install {name}=={version}",
            )


@dataclass(frozen=True)
class Comparison:
    """One spec's recorded score beside the one made here, both in ppm."""

    index: int
    participant: str
    spec: bytes
    recorded_ppm: int
    scored_ppm: int
    tolerance_ppm: int

    @property
    def verdict(self) -> str:
        """`equal`, `within tolerance` or `differs`."""
        if self.recorded_ppm == self.scored_ppm:
            return "equal"
        return "within tolerance" if abs(self.recorded_ppm - self.scored_ppm) <= self.tolerance_ppm else "differs"


def verify(
    contract: BountyContract,
    store: ContentStore,
    scoring: Scoring,
    results: ResultStore,
    *,
    workers: int,
    indexes: Collection[int] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> list[Comparison]:
    """Score again from public data alone and compare with the chain, spec by spec.

    Raises:
        InvalidInput: no scores are recorded.
    """
    recorded = contract.recorded_scores(scoring.contest)
    if recorded is None:
        raise InvalidInput(f"contest {scoring.contest.number} has no recorded scores", "verify it once it is scored")
    if fetch_report(store, recorded.report).scores != list(recorded.scores):
        raise ManifestError("the recorded scores are not those of their own report", "do not trust this evaluator")
    trained = train_all(scoring, scoring.dataset(), results, workers=workers, indexes=indexes, on_progress=on_progress)
    return [
        Comparison(
            revealed.index,
            revealed.participant,
            revealed.spec,
            recorded.scores[revealed.index],
            score_ppm(trained[revealed.index]) if revealed.index in trained else 0,
            scoring.manifest.tolerance_ppm,
        )
        for revealed in scoring.specs
        if indexes is None or revealed.index in indexes
    ]
