"""The evaluator's part of a contest: gather what was published, score it, record it, check somebody else's scores."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from eth_account.signers.local import LocalAccount

from evaluator.bounty.reporting import publish_report
from evaluator.bounty.scoring import Scoring, score_ppm, train_all
from evaluator.bounty.verification import Difference, first_difference
from evaluator.queue.coordinator import Progress
from evaluator.queue.queue import Queue
from evaluator.queue.weights import HashedWeights, PinnedWeights
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.holdout import HoldoutKey
from hyperbounty.bounty.manifest import FutureHoldout, Manifest
from hyperbounty.bounty.published import fetch_manifest, fetch_prices, fetch_report, open_holdout
from hyperbounty.bounty.report import Report
from hyperbounty.bounty.steps import record_once
from hyperbounty.bounty.types import Contest, Phase, RecordedScores
from hyperbounty.chain.connection import Receipt
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.training import training_executor
from hyperbounty.errors import InvalidInput, ManifestError, PriceDataError
from hyperbounty.next_steps import Action, NextStep, Parameter
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
            NextStep("ask the organizer to run {}", Action("organizer.publish-key")),
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
                NextStep(
                    "name a source for the prices after revealEnds ({}, {})", Parameter("source"), Parameter("csv")
                ),
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
    queue: Queue,
    *,
    executor: ExecutorChoice,
    outbox: Path,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Train every revealed spec, and pin the report.

    Args:
        queue: where trainings and results are kept; other evaluators may share it, and with it the work.
        executor: where the trainings happen.
        outbox: folder for weights that the store cannot take at once.
    """
    check_versions(scoring.manifest)
    dataset, weights = scoring.dataset(), PinnedWeights(store, outbox)
    trained = train_all(
        scoring,
        dataset,
        queue,
        executor=training_executor(executor, dataset, scoring.manifest.backend),
        weights=weights,
        contest=_name(contract, scoring),
        on_progress=on_progress,
    )
    weights.flush()
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
        TrainingError: the contest's backend is not installed.
    """
    here = describe_versions(manifest.backend)
    for name, version in manifest.versions.items():
        if here.get(name) != version:
            raise ManifestError(
                f"this contest is scored with {name} {version}, here is {here.get(name, 'none')}",
                f"install {name}=={version}",
            )


@dataclass(frozen=True)
class Comparison:
    """One spec's recorded score beside the one made here, both in ppm.

    `difference` is the first epoch whose weights are not those of the report; scores may be equal all the same.
    """

    index: int
    participant: str
    spec: bytes
    recorded_ppm: int
    scored_ppm: int
    tolerance_ppm: int
    difference: Difference | None = None

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
    queue: Queue,
    *,
    executor: ExecutorChoice,
    indexes: Collection[int] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> list[Comparison]:
    """Score again from public data alone and compare with the chain, spec by spec.

    Args:
        queue: not the evaluator's own, which would only be compared with itself.
        executor: where the trainings happen.
        indexes: specs to train again, all where None. Those that are refused untrained are compared in any case.

    Raises:
        InvalidInput: no scores are recorded.
    """
    recorded = contract.recorded_scores(scoring.contest)
    if recorded is None:
        raise InvalidInput(f"contest {scoring.contest.number} has no recorded scores", "verify it once it is scored")
    report = fetch_report(store, recorded.report)
    if report.scores != list(recorded.scores):
        raise ManifestError("the recorded scores are not those of their own report", "do not trust this evaluator")
    dataset = scoring.dataset()
    trained = train_all(
        scoring,
        dataset,
        queue,
        executor=training_executor(executor, dataset, scoring.manifest.backend),
        weights=HashedWeights(),
        contest=_name(contract, scoring),
        indexes=indexes,
        on_progress=on_progress,
    )
    compared = []
    for revealed in scoring.specs:
        runs = [record.result for record in trained.get(revealed.index, ())]
        if not runs and not scoring.judged[revealed.spec].refusal:
            continue
        compared.append(
            Comparison(
                revealed.index,
                revealed.participant,
                revealed.spec,
                recorded.scores[revealed.index],
                score_ppm(runs) if runs else 0,
                scoring.manifest.tolerance_ppm,
                first_difference(report.specs[revealed.index], runs, store),
            )
        )
    return compared


def _name(contract: BountyContract, scoring: Scoring) -> str:
    return f"{contract.chain.chain_id}/{contract.address}/{scoring.contest.number}"
