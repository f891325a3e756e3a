"""The verdict on a bar, and the plain specs that it rests on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.rehearsal import USUAL_FOLDS
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack
from hyperbounty.statistics.odds import Odds
from hyperbounty.store import open_store
from hyperbounty.training.kept import KeptTrainings
from organizer.bounty.baselines import (
    REACH,
    BarVerdict,
    Baseline,
    epochs_of,
    plain_specs,
    train_baselines,
    verdict_on,
)
from organizer.bounty.checked_lines import bar_line, baseline_lines
from organizer.bounty.publishing import publish
from organizer.bounty.task import TaskSettings


def contest(prices: PriceTable, folder: Path, settings: TaskSettings) -> Manifest:
    fetched = FetchedPrices(prices, "a generator", True, (), "csv")
    return publish(fetched, settings, open_store(None, folder), {}, entries=4).manifest


def walk(rows: int) -> PriceTable:
    """Prices of which nothing can be known."""
    close = 100 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.01, rows)))
    return PriceTable(300 * np.arange(rows), ("LTC.close",), close[:, None], 300)


TASK = TaskSettings(coin="LTC", sequence_length=8, run_seconds=2, future_rows=1_000)


def baseline(manifest: Manifest, chance: float) -> Baseline:
    judged = manifest.judge(Spec(epochs=1).word, SPEC_MAXIMA)
    return Baseline("small", judged, 550_000, Odds(chance, 550_000, 30_000, 0))


def test_the_verdict_is_that_of_the_best_baseline_and_luck_comes_first(tmp_path: Path) -> None:
    manifest = contest(walk(300), tmp_path, TASK)
    poor, good = baseline(manifest, REACH / 2), baseline(manifest, REACH)
    assert verdict_on(pays_for_luck=False, baselines=[poor, good]) is BarVerdict.WITHIN_REACH
    assert verdict_on(pays_for_luck=False, baselines=[poor, poor]) is BarVerdict.HARDLY_REACHABLE
    assert verdict_on(pays_for_luck=True, baselines=[good]) is BarVerdict.PAYS_FOR_LUCK
    assert verdict_on(pays_for_luck=False, baselines=[]) is None


def test_people_read_how_each_baseline_did_and_what_to_do_about_the_bar(tmp_path: Path) -> None:
    [line] = baseline_lines([baseline(contest(walk(300), tmp_path, TASK), 0.123)], "")
    assert "baseline   small: LSTM 32" in line
    assert line.endswith("55% on folds, clears the bar with a chance of 12.3%")
    assert baseline_lines([], "left out") == ["  baselines  none was trained: left out"]
    said = {verdict: bar_line(verdict, 600_000, 50_000) for verdict in (None, *BarVerdict)}
    assert len(set(said.values())) == 4
    assert "60% PAYS FOR LUCK" in said[BarVerdict.PAYS_FOR_LUCK]
    assert "60% is HARDLY REACHABLE" in said[BarVerdict.HARDLY_REACHABLE]


def test_baselines_are_quick_and_within_the_limits_and_the_budget(tmp_path: Path) -> None:
    manifest = contest(walk(3_000), tmp_path, TaskSettings(coin="LTC", future_rows=1_000))
    assert manifest.run_seconds >= 50
    specs = plain_specs(manifest, SPEC_MAXIMA)
    assert list(specs) == ["small", "middle", "large"]
    assert all(each.seconds <= max(5, manifest.run_seconds // 10) for each in specs.values())
    assert epochs_of(specs) == 4 * sum(each.spec.epochs for each in specs.values())
    low = pack({**unpack(SPEC_MAXIMA), "epochs": 1})
    assert all(each.spec.epochs == 1 for each in plain_specs(manifest, low).values())


@pytest.mark.training
def test_prices_that_nobody_can_foresee_make_a_bar_that_is_hardly_reachable(tmp_path: Path) -> None:
    prices = walk(900)
    manifest = contest(prices, tmp_path, TASK)
    heard: list[int] = []
    specs = plain_specs(manifest, SPEC_MAXIMA)
    kept = KeptTrainings(tmp_path / "trainings")
    found = train_baselines(specs, manifest, prices, throughput=1_000, kept=kept, on_epochs=heard.append)
    assert [each.size for each in found] == list(specs)
    assert heard[-1] == epochs_of(specs)
    files = {file: file.stat().st_mtime_ns for file in tmp_path.glob("trainings/*/*.json")}
    assert len(files) == USUAL_FOLDS * len({each.spec for each in specs.values()})
    # Who checks a contest again waits for no training again.
    assert train_baselines(specs, manifest, prices, throughput=1_000, kept=kept) == found
    assert {file: file.stat().st_mtime_ns for file in tmp_path.glob("trainings/*/*.json")} == files
    assert verdict_on(pays_for_luck=False, baselines=found) is BarVerdict.HARDLY_REACHABLE
