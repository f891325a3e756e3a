"""Somebody else's scores, made again from public data: which differ, and from which epoch on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from evaluator.bounty.scoring import Scoring, contest_name, spec_score, train_all
from evaluator.queue.coordinator import Progress
from evaluator.queue.queue import Queue
from evaluator.queue.weights import HashedWeights
from hyperbounty.bounty.published import fetch_report
from hyperbounty.bounty.report import SpecDetails, SpecScore
from hyperbounty.bounty.show.comparison import Comparison, Difference
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.training import training_executor
from hyperbounty.errors import ContentNotFound, InvalidInput, ManifestError
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.result import TrainingResult

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract


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
        contest=contest_name(contract, scoring),
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
                spec_score(runs, scoring.manifest.metric) if runs else 0,
                scoring.manifest.tolerance_ppm,
                first_difference(report.specs[revealed.index], runs, store),
            )
        )
    return compared


def first_difference(recorded: SpecScore, runs: Sequence[TrainingResult], store: ContentStore) -> Difference | None:
    """Where the trainings of a spec left those of the report; None where they agree bit for bit, or nobody can tell.

    Args:
        recorded: what the report says of the spec; its details are fetched from `store`. Where they are missing, or
            nothing that can be read, the scores are all there is to compare.
        runs: the same trainings, made here.
    """
    if recorded.details is None:
        return None
    try:
        details = SpecDetails.parse(store.get(Cid.parse(recorded.details)))
    except (ContentNotFound, ManifestError):
        return None
    for number, (theirs, ours) in enumerate(zip_longest(details.runs, runs)):
        checkpoints = (theirs.checkpoints if theirs else (), ours.checkpoints if ours else ())
        for epoch, (one, other) in enumerate(zip_longest(*checkpoints), start=1):
            if one != other:
                return Difference(number, epoch)
    return None
