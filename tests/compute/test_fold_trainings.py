"""Trainings on folds: the same whatever runs beside them, each done once, and told of."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from hyperbounty.compute.folds import FoldRun, train_on_folds
from hyperbounty.errors import TrainingError
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.engine import train
from hyperbounty.training.folds import Fold, cut_folds
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.windows import prepare

SPEC = Spec(cell="SimpleRNN", recurrent_units=(2,), batch_size=32, epochs=2)
LONGER = replace(SPEC, epochs=3)
DIVERGES = Spec(
    cell="SimpleRNN",
    recurrent_units=(8,),
    activation="relu",
    loss="squared_hinge",
    optimizer="sgd",
    learning_rate=1.0,
    batch_size=1,
    epochs=30,
)


def folds() -> tuple[Fold, ...]:
    rng = np.random.default_rng(3)
    prices = PriceTable(300 * np.arange(200), ("LTC.close",), np.exp(np.cumsum(rng.normal(0, 0.01, 200)))[:, None], 300)
    return cut_folds(prices, 2, partial(prepare, target="LTC", sequence_length=4, future_periods=2), train_rows=120)


@pytest.mark.training
def test_results_are_those_of_the_engine_alone_and_equal_in_one_process_and_in_two() -> None:
    cut, heard = folds(), list[int]()
    alone = train_on_folds(cut, [SPEC, LONGER, SPEC], [1, 2, 1], jobs=1, on_epochs=heard.append)
    beside = train_on_folds(cut, [LONGER, SPEC], [2, 1], jobs=2)
    assert set(alone) == {FoldRun(fold, spec, seed) for fold in (1, 2) for spec in (SPEC, LONGER) for seed in (1, 2)}, (
        "what was asked for twice is trained once"
    )
    assert {run: result.fingerprint for run, result in alone.items()} == {
        run: result.fingerprint for run, result in beside.items()
    }
    run = FoldRun(2, SPEC, 2)
    assert train(SPEC, cut[1].train, cut[1].block, seed=2).fingerprint == alone[run].fingerprint
    assert heard == sorted(heard)
    assert heard[-1] == 2 * 2 * (SPEC.epochs + LONGER.epochs)


class Memory(dict[str, TrainingResult]):
    """Results that are kept as long as the test."""

    def put(self, key: str, result: TrainingResult) -> None:
        self[key] = result


@pytest.mark.training
def test_what_was_kept_is_not_trained_again() -> None:
    cut, kept, heard = folds()[:1], Memory(), list[int]()
    first = train_on_folds(cut, [SPEC], [1], jobs=1, kept=kept)
    assert list(kept.values()) == list(first.values())
    both = train_on_folds(cut, [SPEC], [1, 2], jobs=1, kept=kept, on_epochs=heard.append)
    assert both[FoldRun(1, SPEC, 1)] is first[FoldRun(1, SPEC, 1)]
    assert len(kept) == 2
    assert heard == [SPEC.epochs + 1, 2 * SPEC.epochs, 2 * SPEC.epochs], "those of before count as over"
    assert train_on_folds(cut, [SPEC], [2, 1], kept=kept) == both


@pytest.mark.training
def test_a_training_that_diverges_ends_early_and_counts_as_over() -> None:
    heard = list[int]()
    (result,) = train_on_folds(folds()[:1], [DIVERGES], [1], jobs=1, on_epochs=heard.append).values()
    assert result.diverged_at is not None
    assert len(result.losses) < DIVERGES.epochs
    assert heard[-1] == DIVERGES.epochs


def test_what_cannot_be_trained_names_the_training() -> None:
    fold = folds()[0]
    rows = fold.train.features.copy()
    rows[5] = np.nan
    broken = replace(fold, train=replace(fold.train, features=rows))
    with pytest.raises(TrainingError, match=r"SimpleRNN 2 .* on fold 1 with seed 7 failed: row 5 of the training"):
        train_on_folds([broken], [SPEC], [7], jobs=1)
    with pytest.raises(TrainingError, match="one spec at a time"):
        train_on_folds([fold], [SPEC], [7], jobs=1, arithmetic=Arithmetic(lanes=2))
