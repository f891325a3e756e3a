"""What is published of a contest that is small enough to be trained in a moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hyperbounty.bounty.manifest import Estimates, Manifest, PricePart, PriceRises, SealedHoldout
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.types import Contest, Outcome, Phase, RevealedSpec
from hyperbounty.money import COIN
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.cost import seconds
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA
from hyperbounty.store import Cid

SOUND = Spec(recurrent_units=(4,), batch_size=64, epochs=2)
DIVERGES = replace(
    SOUND,
    cell="SimpleRNN",
    recurrent_units=(64, 64),
    activation="relu",
    loss="squared_hinge",
    optimizer="sgd",
    learning_rate=1.0,
    epochs=60,
)
DEAR = replace(SOUND, epochs=900)
LENGTH = 8
ESTIMATES = Estimates(
    rise_rate_ppm=500_000,
    training_windows=391,
    holdout_windows=111,
    independent_outcomes=111,
    entries=9,
    chance_of_one_ppm=1_000_000,
    chance_of_any_ppm=1_000_000,
    bar_ppm=652_976,
)


def walk(start: int, rows: int, drift: float) -> PriceTable:
    """A random walk from row `start` on."""
    rng = np.random.default_rng(start)
    close = 100 * np.exp(np.cumsum(rng.normal(drift, 0.01, rows)))
    values = np.stack((close, rng.uniform(1, 2, rows)), axis=1)
    return PriceTable(300 * (start + np.arange(rows)), ("LTC.close", "LTC.volume"), values, 300)


def make_scoring() -> Scoring:
    """A sealed contest of two runs that SOUND, DIVERGES and DEAR entered; DIVERGES may take all of the budget."""
    training, holdout = walk(0, 400, 0), walk(400, 120, 0)
    shape = TaskShape(features=2, rows=len(training), sequence_length=LENGTH, holdout=len(holdout))
    cid = str(Cid.raw(b""))
    manifest = Manifest(
        title="test",
        source="test",
        synthetic=True,
        training=PricePart(cid=cid, rows=len(training)),
        columns=training.columns,
        interval=300,
        task=PriceRises(coin="LTC", future_periods=1, sequence_length=LENGTH),
        holdout=SealedHoldout(cid=cid, rows=len(holdout), windows=111, key_commitment="0x" + "00" * 32),
        metric="balanced_accuracy",
        minimum_score_ppm=500_000,
        runs=2,
        run_seconds=seconds(DIVERGES, shape),
        versions={},
        tolerance_ppm=0,
        estimates=ESTIMATES,
    )
    nobody = "0x" + "11" * 20
    contest = Contest(
        number=1,
        organizer=nobody,
        evaluator=nobody,
        asset=COIN,
        reward=1,
        sponsored=0,
        bond=0,
        evaluator_bond=0,
        evaluator_fee=0,
        entry_fee=0,
        minimum_score=500_000,
        shares=(10_000,),
        accept_ends=None,
        submit_ends=1,
        submit_seconds=600,
        reveal_seconds=600,
        score_seconds=2_400,
        challenge_seconds=0,
        opened_at_block=1,
        limits=SPEC_MAXIMA,
        max_submissions=9,
        max_per_address=9,
        entry_seconds=manifest.entry_seconds,
        throughput=1_000,
        manifest=manifest.digest(),
        holdout_commitment=bytes(32),
        standing=3,
        revealed=3,
        key_published=True,
        report=bytes(32),
        unscorable=False,
        winners=(),
        pot=0,
        phase=Phase.SCORE,
        outcome=Outcome.PENDING,
    )
    specs = [
        RevealedSpec(i, nobody, i, i + 1, spec.word, bytes([i]) * 32) for i, spec in enumerate((SOUND, DIVERGES, DEAR))
    ]
    return Scoring(contest, manifest, training, holdout, bytes(32), specs, bytes(32))
