"""The report names what went wrong with a spec, and its scores are those the contract is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluator.reporting import publish_report
from evaluator.results import ResultStore
from evaluator.scoring import Scoring, score_ppm, train_all
from hyperbounty.bounty.cost import cost
from hyperbounty.bounty.manifest import Estimates, Manifest, PricePart, SealedHoldout, Target
from hyperbounty.bounty.records import NATIVE, Contest, Outcome, Phase, RevealedSpec
from hyperbounty.bounty.report import Report, SpecDetails
from hyperbounty.bounty.spec import SPEC_MAXIMA, Spec
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import Cid, ContentStore, open_store
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.weights import from_npz

SOUND = Spec(recurrent_units=(4,), batch_size=64, epochs=2)
DIVERGES = replace(
    SOUND,
    cell="SimpleRNN",
    recurrent_units=(64, 64),
    activation="relu",
    loss="squared_hinge",
    optimizer="sgd",
    learning_rate=1.0,
    epochs=5,
)
DEAR = replace(SOUND, epochs=900)
LENGTH = 8


def walk(start: int, rows: int, drift: float) -> PriceTable:
    rng = np.random.default_rng(start)
    close = 100 * np.exp(np.cumsum(rng.normal(drift, 0.01, rows)))
    values = np.stack((close, rng.uniform(1, 2, rows)), axis=1)
    return PriceTable(300 * (start + np.arange(rows)), ("LTC.close", "LTC.volume"), values, 300)


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "store")


@pytest.fixture
def scoring() -> Scoring:
    training, holdout = walk(0, 400, 0), walk(400, 120, 0)
    budget = cost(DIVERGES, features=2, sequence_length=LENGTH, rows=len(training))
    cid = str(Cid.raw(b""))
    manifest = Manifest(
        title="test",
        source="test",
        synthetic=True,
        training=PricePart(cid=cid, rows=len(training)),
        columns=training.columns,
        interval=300,
        target=Target(coin="LTC", future_periods=1),
        sequence_length=LENGTH,
        holdout=SealedHoldout(cid=cid, rows=len(holdout), windows=111, key_commitment="0x" + "00" * 32),
        minimum_score_ppm=500_000,
        runs=2,
        compute_budget=budget,
        versions={},
        tolerance_ppm=0,
        estimates=Estimates(base_rate_ppm=500_000, holdout_windows=111, coin_flip_pass_probability=0.5),
    )
    nobody = "0x" + "11" * 20
    contest = Contest(
        number=1,
        organizer=nobody,
        evaluator=nobody,
        asset=NATIVE,
        reward=1,
        bond=0,
        evaluator_fee=0,
        deposit=0,
        minimum_score=500_000,
        shares=(10_000,),
        submit_ends=1,
        reveal_ends=2,
        score_ends=3,
        challenge_ends=3,
        opened_at_block=1,
        limits=SPEC_MAXIMA,
        max_submissions=9,
        max_per_address=9,
        manifest=manifest.digest(),
        holdout_commitment=bytes(32),
        standing=3,
        revealed=3,
        key_published=True,
        report=bytes(32),
        winners=(),
        phase=Phase.SCORE,
        outcome=Outcome.PENDING,
    )
    specs = [
        RevealedSpec(i, nobody, i, i + 1, spec.word, bytes([i]) * 32) for i, spec in enumerate((SOUND, DIVERGES, DEAR))
    ]
    return Scoring(contest, manifest, training, holdout, bytes(32), specs)


@pytest.mark.training
def test_a_report_names_divergence_and_a_spec_over_budget(
    scoring: Scoring, store: ContentStore, tmp_path: Path
) -> None:
    dataset = scoring.dataset()
    trained = train_all(scoring, dataset, ResultStore(tmp_path / "results"), workers=1)
    report = publish_report(scoring, dataset, trained, store, chain_id=31337, contract="0x" + "22" * 20)
    assert Report.parse(store.get(Cid.raw(report.canonical()))) == report

    sound, diverged, dear = report.specs
    assert sound.note == ""
    assert sound.score_ppm > 0
    assert (diverged.note, diverged.score_ppm) == ("diverged", 0)
    assert "no longer finite in epoch" in diverged.reason
    assert (dear.note, dear.score_ppm, dear.details) == ("over budget", 0, None)
    assert f"{scoring.manifest.compute_budget:,}" in dear.reason
    assert report.scores == [spec.score_ppm for spec in report.specs]

    assert sound.details is not None
    details = SpecDetails.parse(store.get(Cid.parse(sound.details)))
    assert [len(run.losses) for run in details.runs] == [2, 2]
    assert details.runs[0].seed != details.runs[1].seed
    weights = from_npz(store.get(Cid.parse(details.runs[0].weights)))
    assert sum(array.size for array in weights) == sound.parameters
    assert len(store.get(Cid.parse(report.holdout.prices.cid)).splitlines()) == len(scoring.holdout) + 1


def result(correct: int, total: int, diverged_at: int | None = None) -> TrainingResult:
    return TrainingResult(1, (0.5,), (0.5,), (0.5,), correct, total, 5, diverged_at, 1.0, ())


@pytest.mark.parametrize("rises", [0, 40])
def test_a_report_names_a_predictor_of_one_class(scoring: Scoring, store: ContentStore, rises: int) -> None:
    runs = [replace(result(20, 40), predicted_rises=r) for r in (17, rises)]
    one = replace(scoring, specs=scoring.specs[:1])
    report = publish_report(one, one.dataset(), {0: runs}, store, chain_id=1, contract="0x" + "22" * 20)
    assert (report.specs[0].note, report.specs[0].score_ppm) == ("constant predictor", 500_000)
    assert "run 1" in report.specs[0].reason


def test_the_score_is_the_mean_of_the_runs_rounded_down() -> None:
    assert score_ppm([result(1, 3), result(2, 3), result(2, 3)]) == 555_555


def test_one_run_that_diverges_is_enough_for_a_zero() -> None:
    assert score_ppm([result(3, 3), result(0, 3, diverged_at=1)]) == 0


def test_equal_specs_are_trained_once(scoring: Scoring) -> None:
    twins = replace(scoring, specs=[scoring.specs[0], replace(scoring.specs[0], index=1)])
    assert len({twins.data_name(), scoring.data_name()}) == 1
    assert twins.refusal(SOUND.word) == ""


def test_the_name_of_the_data_changes_with_what_is_scored_on(scoring: Scoring) -> None:
    other = replace(scoring, holdout=walk(400, 121, 0))
    assert scoring.data_name() != other.data_name()
