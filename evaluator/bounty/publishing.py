"""The evaluation report: what each score rests on, with curves and weights, pinned in the store."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from evaluator.bounty.scoring import Trained
from evaluator.queue.stored_result import StoredResult
from hyperbounty.bounty.manifest import PricePart
from hyperbounty.bounty.report import HoldoutFacts, Note, OwnRun, OwnRuns, Report, RunDetails, SpecDetails, SpecScore
from hyperbounty.bounty.scoring import Scoring, spec_score
from hyperbounty.bounty.seeds import own_run_seed, run_seed
from hyperbounty.bounty.types import RevealedSpec
from hyperbounty.statistics.standings import Standing, Standings
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.machine import describe_machine, describe_versions
from hyperbounty.training.predictions import packed
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.windows import Dataset, Windows


def publish_report(
    scoring: Scoring,
    dataset: Dataset,
    trained: Mapping[int, Sequence[StoredResult]],
    store: ContentStore,
    *,
    chain_id: int,
    contract: str,
    own: OwnRuns | None = None,
) -> Report:
    """Pin the report of `trained`, its details and the plain holdout in `store`, and return the report.

    The weights that it links were pinned when their trainings ended.
    """
    holdout = dataset.holdout
    assert holdout is not None
    standings = _standings(scoring, holdout, trained)
    report = Report(
        chain_id=chain_id,
        contract=contract,
        contest=scoring.contest.number,
        manifest=str(Cid.from_digest(scoring.contest.manifest)),
        seed="0x" + scoring.seed.hex(),
        metric=scoring.manifest.metric,
        holdout=HoldoutFacts(
            prices=PricePart(cid=str(store.add(scoring.holdout_csv)), rows=len(scoring.holdout)),
            windows=len(holdout),
            rises=int(holdout.labels.sum(dtype=int)),
        ),
        specs=tuple(
            _spec_score(scoring, revealed, trained.get(revealed.index), standing, store)
            for revealed, standing in zip(scoring.specs, standings, strict=True)
        ),
        machine=describe_machine(),
        versions=describe_versions(scoring.manifest.backend),
        own=own,
    )
    store.add_block(report.canonical())
    return report


def own_runs(scoring: Scoring, trained: Trained, member: str) -> OwnRuns:
    """What shows that `member` of the panel trained: its own run of each spec that is trained at all."""
    runs = []
    for revealed in scoring.specs:
        if revealed.index in trained:
            result = trained.own(member, revealed.index).result
            runs.append(
                OwnRun(
                    index=revealed.index,
                    seed=own_run_seed(scoring.seed, revealed.spec, member),
                    score_ppm=result.score_ppm(scoring.manifest.metric),
                    weights=result.checkpoints[-1],
                )
            )
    return OwnRuns(member=member, runs=tuple(runs))


def _standings(scoring: Scoring, holdout: Windows, trained: Mapping[int, Sequence[StoredResult]]) -> Sequence[Standing]:
    """How every spec stands, in the order of the specs."""
    metric = scoring.manifest.metric
    standings = Standings(metric, holdout.labels.astype(bool), scoring.manifest.task.future_periods)
    for revealed in scoring.specs:
        runs = [stored.result for stored in trained.get(revealed.index, ())]
        whole = all(run.diverged_at is None for run in runs)
        standings.add(spec_score(runs, metric) if runs else 0, [run.logits for run in runs] if whole else [])
    return standings.all()


def _spec_score(
    scoring: Scoring,
    revealed: RevealedSpec,
    results: Sequence[StoredResult] | None,
    standing: Standing,
    store: ContentStore,
) -> SpecScore:
    metric = scoring.manifest.metric
    judged = scoring.judged[revealed.spec]
    word = "0x" + revealed.spec.hex()
    runs: list[TrainingResult] = []
    details: str | None = None
    if results is None:
        note: Note = "over budget"
        reason = judged.reason
    else:
        runs = [stored.result for stored in results]
        note, reason = _note(runs)
        of_runs = tuple(_run(scoring, revealed.spec, i, stored) for i, stored in enumerate(results))
        # A file and no block: many runs of many epochs are more than a block may hold.
        details = str(store.add(SpecDetails(spec=word, runs=of_runs).canonical()))
    return SpecScore(
        index=revealed.index,
        participant=revealed.participant,
        spec=word,
        score_ppm=spec_score(runs, metric) if runs else 0,
        run_scores_ppm=tuple(run.score_ppm(metric) for run in runs),
        interval_ppm=standing.interval_ppm,
        p_value_ppm=standing.p_value_ppm,
        place=standing.place,
        parameters=judged.parameters,
        run_seconds=judged.seconds,
        note=note,
        reason=reason,
        details=details,
    )


def _note(runs: Sequence[TrainingResult]) -> tuple[Note, str]:
    for number, run in enumerate(runs):
        if run.diverged_at is not None:
            return "diverged", f"run {number}: the loss or a weight was no longer finite in epoch {run.diverged_at}"
    constant = [str(number) for number, run in enumerate(runs) if run.constant]
    if constant:
        return "constant predictor", f"predicted one class for the whole holdout in run {', '.join(constant)}"
    return "", ""


def _run(scoring: Scoring, word: bytes, number: int, stored: StoredResult) -> RunDetails:
    run = stored.result
    metric = scoring.manifest.metric
    return RunDetails(
        run=number,
        seed=run_seed(scoring.seed, word, number),
        score_ppm=run.score_ppm(metric),
        diverged_at=run.diverged_at,
        seconds=round(run.seconds, 3),
        losses=_finite(run.losses),
        accuracies=_finite(run.accuracies),
        holdout_scores_ppm=run.holdout_ppm[metric],
        predictions=packed(run.logits),
        checkpoints=run.checkpoints,
        weights=stored.weights,
        machine=dict(stored.machine),
    )


def _finite(curve: Sequence[float]) -> tuple[float | None, ...]:
    return tuple(value if math.isfinite(value) else None for value in curve)
