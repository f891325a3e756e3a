"""The evaluator's part of a contest: train what was revealed, pin the report, record the scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.bounty.publishing import own_runs, publish_report
from evaluator.bounty.scoring import train_all
from evaluator.queue.coordinator import Progress
from evaluator.queue.queue import Queue
from evaluator.queue.weights import PinnedWeights
from hyperbounty.bounty.report import Report
from hyperbounty.bounty.scoring import Scoring, check_versions
from hyperbounty.bounty.steps import record_once
from hyperbounty.bounty.types import RecordedScores
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.early import EarlyWorkers
from hyperbounty.compute.training import training_executor
from hyperbounty.store import Cid, ContentStore

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt


@dataclass(frozen=True)
class Evaluation:
    """A scored contest that is not recorded yet."""

    scoring: Scoring
    report: Report

    @property
    def cid(self) -> Cid:
        """The pinned report; its digest goes on chain beside the scores."""
        return Cid.raw(self.report.canonical())

    @property
    def recorded(self) -> RecordedScores:
        """The scores and the report's digest, as they go on chain."""
        return RecordedScores(self.cid.digest, tuple(self.report.scores))


def evaluate(
    contract: BountyContract,
    store: ContentStore,
    scoring: Scoring,
    queue: Queue,
    *,
    executor: ExecutorChoice,
    outbox: Path,
    member: str | None = None,
    early: EarlyWorkers | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Train every revealed spec, and pin the report.

    Args:
        queue: where trainings and results are kept; other evaluators may share it, and with it the work.
        executor: where the trainings happen.
        outbox: folder for weights that the store cannot take at once.
        member: address of the member of the panel that does it; its report has a run of its own for each spec.
        early: workers that were started before, by `early_training`.
        on_progress: hears of every training.
    """
    check_versions(scoring.manifest)
    dataset = scoring.dataset()
    weights = PinnedWeights(store, outbox)
    trained = train_all(
        scoring,
        dataset,
        queue,
        executor=training_executor(executor, dataset, scoring.manifest.backend, scoring.manifest.arithmetic, early),
        weights=weights,
        contest=contract.contest_name(scoring.contest.number),
        member=member,
        on_progress=on_progress,
    )
    weights.flush()
    own = None if member is None else own_runs(scoring, trained, member)
    report = publish_report(
        scoring, dataset, trained, store, chain_id=contract.chain.chain_id, contract=contract.address, own=own
    )
    return Evaluation(scoring, report)


def record_scores(contract: BountyContract, evaluator: LocalAccount, evaluation: Evaluation) -> Receipt:
    """Record the scores and the report's digest on chain; repeated, it gives the receipt of the first time."""
    return record_once(contract, evaluator, evaluation.scoring.contest, evaluation.recorded)
