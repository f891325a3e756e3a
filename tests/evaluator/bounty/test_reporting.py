"""The report names what went wrong with a spec, and its scores are those the contract is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluator.bounty.publishing import publish_report
from evaluator.bounty.scoring import train_all
from evaluator.queue.queue import Queue
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import PinnedWeights
from hyperbounty.bounty.report import Report, SpecDetails
from hyperbounty.bounty.scoring import Scoring, spec_score
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.training import training_executor
from hyperbounty.database import Database
from hyperbounty.statistics.metrics import METRICS
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.predictions import unpacked
from hyperbounty.training.result import weights_digest
from hyperbounty.training.weights import from_npz
from tests.evaluator.bounty.small_contest import SOUND, walk
from tests.training.made_results import made_result

CONTRACT = "0x" + "22" * 20
CID = str(Cid.raw(b"weights"))


@pytest.mark.training
def test_a_report_names_divergence_and_a_spec_over_budget(
    scoring: Scoring, store: ContentStore, tmp_path: Path
) -> None:
    dataset = scoring.dataset()
    database = Database(tmp_path / "queue.sqlite", SCHEMA)
    trained = train_all(
        scoring,
        dataset,
        Queue(database),
        executor=training_executor(ExecutorChoice("in-process"), dataset),
        weights=PinnedWeights(store, tmp_path / "outbox"),
        contest="31337/0xab/1",
    )
    report = publish_report(scoring, dataset, trained, store, chain_id=31337, contract=CONTRACT)
    assert dataset.holdout is not None
    assert Report.parse(store.get(Cid.raw(report.canonical()))) == report

    sound, diverged, dear = report.specs
    assert sound.note == ""
    assert sound.score_ppm > 0
    assert (diverged.note, diverged.score_ppm) == ("diverged", 0)
    assert "no longer finite in epoch" in diverged.reason
    assert (dear.note, dear.score_ppm, dear.details) == ("over budget", 0, None)
    assert f"{scoring.manifest.run_seconds:,}" in dear.reason
    assert report.scores == [spec.score_ppm for spec in report.specs]
    assert report.metric == "balanced_accuracy"
    assert report.holdout.rises + (dataset.holdout.labels == 0).sum() == report.holdout.windows == 111
    assert sound.interval_ppm is not None
    assert sound.interval_ppm[0] < sound.score_ppm < sound.interval_ppm[1]
    assert [(spec.interval_ppm, spec.p_value_ppm, spec.place) for spec in (diverged, dear)] == [(None, 10**6, 2)] * 2

    assert sound.details is not None
    details = SpecDetails.parse(store.get(Cid.parse(sound.details)))
    assert [len(run.losses) for run in details.runs] == [2, 2]
    rises = dataset.holdout.labels.astype(bool)
    for run in details.runs:
        # Whoever reads the details can score the predictions by any metric.
        scores = [METRICS[report.metric].score(rises, unpacked(run.predictions))]
        assert scores == [run.holdout_scores_ppm[-1]] == [run.score_ppm]
    assert details.runs[0].seed != details.runs[1].seed
    weights = from_npz(store.get(Cid.parse(details.runs[0].weights)))
    assert sum(array.size for array in weights) == sound.parameters
    assert [len(set(run.checkpoints)) for run in details.runs] == [2, 2]
    assert details.runs[0].checkpoints[-1] == weights_digest(weights)
    database.close()
    assert len(store.get(Cid.parse(report.holdout.prices.cid)).splitlines()) == len(scoring.holdout) + 1


@pytest.mark.parametrize("rises", [(), range(111)])
def test_a_report_names_a_predictor_of_one_class(scoring: Scoring, store: ContentStore, rises: Sequence[int]) -> None:
    runs = [StoredResult.of(made_result(500_000, rises=r), CID, {}) for r in (range(17), rises)]
    one = replace(scoring, specs=scoring.specs[:1])
    report = publish_report(one, one.dataset(), {0: runs}, store, chain_id=1, contract=CONTRACT)
    assert (report.specs[0].note, report.specs[0].score_ppm) == ("constant predictor", 500_000)
    assert "run 1" in report.specs[0].reason


def test_the_score_is_the_mean_of_the_runs_rounded_down() -> None:
    assert spec_score([made_result(333_333), made_result(666_666), made_result(1, 666_667)], "auc") == 555_555


def test_one_run_that_diverges_is_enough_for_a_zero() -> None:
    assert spec_score([made_result(1_000_000), made_result(0, diverged_at=1)], "mcc") == 0


def test_equal_specs_are_trained_once(scoring: Scoring) -> None:
    twins = replace(scoring, specs=[scoring.specs[0], replace(scoring.specs[0], index=1)])
    assert len({twins.data_name(), scoring.data_name()}) == 1
    assert twins.judged[SOUND.word].refusal is None


def test_the_name_of_the_data_changes_with_what_is_scored_on(scoring: Scoring) -> None:
    other = replace(scoring, holdout=walk(400, 121, 0))
    assert scoring.data_name() != other.data_name()


@pytest.mark.heavy
def test_more_epochs_than_a_block_holds_can_be_reported(scoring: Scoring, store: ContentStore) -> None:
    curve = tuple(np.random.default_rng(1).random(1000).tolist())
    long = replace(made_result(*range(1000)), losses=curve, accuracies=curve, checkpoints=("ab" * 32,) * 1000)
    one = replace(scoring, specs=scoring.specs[:1])
    runs = [StoredResult.of(long, CID, {})] * 50
    report = publish_report(one, one.dataset(), {0: runs}, store, chain_id=1, contract=CONTRACT)
    assert report.specs[0].details is not None
    assert len(SpecDetails.parse(store.get(Cid.parse(report.specs[0].details))).runs) == 50


def test_the_interval_is_part_of_the_name_of_the_data(scoring: Scoring) -> None:
    # It decides where the gaps are, and the tables themselves do not say it.
    other = replace(scoring, manifest=scoring.manifest.model_copy(update={"interval": 600}))
    assert scoring.data_name() != other.data_name()


def test_a_spec_at_the_edge_of_the_budget_is_trained_and_one_past_it_is_not(scoring: Scoring) -> None:
    edge = scoring.specs[1].spec
    budget = scoring.manifest.run_seconds
    assert scoring.judged[edge].refusal is None
    tighter = replace(scoring, manifest=scoring.manifest.model_copy(update={"run_seconds": budget - 1}))
    assert f"{budget:,}" in tighter.judged[edge].reason
    assert tighter.judged[SOUND.word].refusal is None
