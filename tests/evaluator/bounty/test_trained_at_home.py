"""What is trained at home with a contest's data and seeds is what its evaluator reports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evaluator.bounty.publishing import publish_report
from evaluator.bounty.scoring import train_all
from evaluator.queue.queue import Queue
from evaluator.queue.weights import PinnedWeights
from hyperbounty.bounty.report import SpecDetails
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.folds import FoldRun, train_on_folds
from hyperbounty.compute.training import training_executor
from hyperbounty.store import Cid, ContentStore
from hyperbounty.training.folds import Fold
from hyperbounty.training.predictions import packed
from tests.evaluator.bounty.small_contest import SOUND


@pytest.mark.training
def test_with_the_data_and_seeds_of_a_contest_it_is_its_report_bit_for_bit(
    scoring: Scoring, store: ContentStore, queue: Queue, tmp_path: Path
) -> None:
    one = replace(scoring, specs=scoring.specs[:1])
    dataset = one.dataset()
    trained = train_all(
        one,
        dataset,
        queue,
        executor=training_executor(ExecutorChoice("in-process"), dataset),
        weights=PinnedWeights(store, tmp_path / "outbox"),
        contest="31337/0xab/1",
    )
    report = publish_report(one, dataset, trained, store, chain_id=31337, contract="0x" + "22" * 20)
    (scored,) = report.specs
    assert scored.details is not None
    reported = SpecDetails.parse(store.get(Cid.parse(scored.details))).runs

    manifest = one.manifest
    fold = Fold.of(1, one.training, one.holdout, manifest.task.dataset)
    at_home = train_on_folds(
        [fold],
        [SOUND],
        [run.seed for run in reported],
        backend=manifest.backend,
        arithmetic=manifest.arithmetic,
        jobs=2,
    )
    for run in reported:
        result = at_home[FoldRun(1, SOUND, run.seed)]
        assert result.losses == run.losses
        assert result.accuracies == run.accuracies
        assert result.holdout_ppm[manifest.metric] == run.holdout_scores_ppm
        assert packed(result.logits) == run.predictions
        assert result.checkpoints == run.checkpoints, "all weights, after every epoch"
        assert result.score_ppm(manifest.metric) == run.score_ppm
