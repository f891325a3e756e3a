"""Numbers and greedy specs that go wrong: they end in a zero that is the spec's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evaluator.bounty.publishing import publish_report
from evaluator.bounty.scoring import Trained, train_all
from evaluator.queue import reading
from evaluator.queue.queue import Queue
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import HashedWeights
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.training import training_executor
from hyperbounty.database import Database
from hyperbounty.spec.spec import Spec
from hyperbounty.store import ContentStore
from tests.evaluator.bounty.small_contest import DIVERGES, SOUND

CONTEST = "31337/0xab/1"
BOMB = Spec(recurrent_units=(1024,) * 4, batch_size=8192, epochs=1, bidirectional=True)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    made = Queue(Database(tmp_path / "queue.sqlite", SCHEMA))
    yield made
    made.database.close()


def score(scoring: Scoring, queue: Queue) -> Trained:
    dataset = scoring.dataset()
    executor = training_executor(ExecutorChoice("in-process"), dataset)
    return train_all(scoring, dataset, queue, executor=executor, weights=HashedWeights(), contest=CONTEST)


@pytest.mark.training
def test_a_spec_without_a_finite_number_from_the_first_step_scores_zero(scoring: Scoring, queue: Queue) -> None:
    worse = replace(DIVERGES, recurrent_units=(64, 64, 64, 64), epochs=1)
    only = replace(scoring.specs[0], spec=worse.word)
    alone = replace(scoring, specs=[only], manifest=scoring.manifest.model_copy(update={"run_seconds": 2**40}))
    runs = score(alone, queue)[0]
    assert [(run.result.diverged_at, run.result.score_ppm("accuracy")) for run in runs] == [(1, 0), (1, 0)]
    assert len(runs[0].result.checkpoints) == 1
    statuses = reading.jobs(queue.database, CONTEST)
    assert {(s.state, s.fault, s.reason) for s in statuses} == {("done", "spec", "diverged in epoch 1")}


def test_a_bomb_is_refused_by_formula_and_scores_zero_with_its_reason(
    scoring: Scoring, queue: Queue, store: ContentStore
) -> None:
    task = scoring.manifest.task.model_copy(update={"sequence_length": 60})
    manifest = scoring.manifest.model_copy(update={"run_seconds": 2**53 - 1, "task": task})
    # Of this many rows a batch can be made, which is what a real contest has.
    manifest = manifest.model_copy(update={"training": manifest.training.model_copy(update={"rows": 100_000})})
    bombed = replace(scoring, manifest=manifest, specs=[replace(scoring.specs[0], spec=BOMB.word)])
    trained = score(bombed, queue)
    assert len(trained) == 0
    assert reading.jobs(queue.database, CONTEST) == []
    report = publish_report(bombed, scoring.dataset(), trained, store, chain_id=1, contract="0x" + "22" * 20)
    assert (report.scores, report.specs[0].note) == ([0], "over budget")
    assert "GiB of memory" in report.specs[0].reason


@pytest.mark.training
def test_a_spec_that_costs_all_of_the_budget_is_trained(scoring: Scoring, queue: Queue) -> None:
    trained = score(replace(scoring, specs=scoring.specs[1:]), queue)
    assert list(trained) == [1], "the one past the budget is not"
    assert scoring.judged[SOUND.word].refusal is None
