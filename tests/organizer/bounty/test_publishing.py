"""What an organizer says of luck is what a participant computes from what it published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hyperbounty.bounty.estimates import own_estimates
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import fetch_manifest, fetch_prices, fetch_prices_csv, open_holdout
from hyperbounty.errors import InvalidInput
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.cost import seconds
from hyperbounty.statistics.metrics import METRICS, MetricName
from hyperbounty.store import ContentStore, open_store
from organizer.bounty.openings import prices_digest
from organizer.bounty.publishing import LARGEST_USUAL_SPEC, publish
from organizer.bounty.task import TaskSettings
from tests.evaluator.bounty.small_contest import walk

PRICES = FetchedPrices(walk(0, 2_000, 0), "a walk", synthetic=True, cleaning=(), name="csv")
ENTRIES = 8
SEALED = TaskSettings(coin="LTC", sequence_length=8, holdout="sealed", private_data=True)
FUTURE = TaskSettings(coin="LTC", sequence_length=8, holdout="future", future_rows=900)


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "store")


def published(store: ContentStore, settings: TaskSettings) -> Manifest:
    return fetch_manifest(store, publish(PRICES, settings, store, {}, entries=ENTRIES).digest)


@pytest.mark.parametrize("settings", [SEALED, FUTURE], ids=["sealed", "future"])
def test_the_estimates_of_the_manifest_are_those_that_anybody_makes(
    store: ContentStore, settings: TaskSettings
) -> None:
    manifest = published(store, settings)
    training = fetch_prices(store, manifest.training, manifest)
    minimum = manifest.minimum_score_ppm
    assert manifest.estimates == own_estimates(manifest, training, minimum_ppm=minimum, entries=ENTRIES)
    assert minimum == manifest.estimates.bar_ppm
    assert 49_000 < manifest.estimates.chance_of_any_ppm <= 50_000


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_every_metric_has_its_bar(store: ContentStore, metric: MetricName) -> None:
    settings = TaskSettings(coin="LTC", sequence_length=8, holdout="sealed", private_data=True, metric=metric)
    manifest = published(store, settings)
    assert manifest.metric == metric
    assert 500_000 < manifest.minimum_score_ppm < 700_000


def test_a_bar_below_it_is_refused_until_it_is_meant(store: ContentStore) -> None:
    low = TaskSettings(coin="LTC", sequence_length=8, holdout="sealed", private_data=True, minimum_score_ppm=530_000)
    with pytest.raises(InvalidInput, match=f"one of {ENTRIES} entries without any skill"):
        published(store, low)
    meant = TaskSettings(
        coin="LTC", sequence_length=8, holdout="sealed", private_data=True, minimum_score_ppm=530_000, allow_luck=True
    )
    manifest = published(store, meant)
    assert manifest.minimum_score_ppm == 530_000
    assert manifest.estimates.chance_of_any_ppm > 500_000


@pytest.mark.parametrize("settings", [SEALED, FUTURE], ids=["sealed", "future"])
def test_a_run_may_take_what_the_largest_usual_spec_takes_and_not_five_times_as_much(
    store: ContentStore, settings: TaskSettings
) -> None:
    manifest = published(store, settings)
    assert seconds(LARGEST_USUAL_SPEC, manifest.shape) <= manifest.run_seconds
    assert manifest.run_seconds < 5 * seconds(LARGEST_USUAL_SPEC, manifest.shape)


def test_an_organizer_may_say_what_a_run_takes(store: ContentStore) -> None:
    assert published(store, replace(SEALED, run_seconds=77)).run_seconds == 77


@pytest.mark.parametrize("settings", [SEALED, FUTURE], ids=["sealed", "future"])
def test_prices_are_parsed_once_and_never_written_again(
    store: ContentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: TaskSettings
) -> None:
    """From the folder to the store, and from the store to training, the bytes are those of the file."""
    PRICES.save(tmp_path / "prices")
    file = (tmp_path / "prices" / "prices.csv").read_bytes()
    calls: list[str] = []

    def counted(name: str) -> None:
        real = getattr(PriceTable, name)

        def call(*arguments: object) -> object:
            calls.append(name)
            return real(*arguments)

        monkeypatch.setattr(PriceTable, name, call)

    counted("to_csv")
    counted("from_csv")
    prices = FetchedPrices.load(tmp_path / "prices")
    named = prices_digest(prices)
    made = publish(prices, settings, store, {}, entries=ENTRIES)
    assert calls == ["from_csv"]
    table, csv = fetch_prices_csv(store, made.manifest.training, made.manifest)
    assert calls == ["from_csv", "from_csv"]
    assert file.startswith(csv)
    assert table.to_csv() == csv
    assert named == prices_digest(PRICES)
    if made.key is not None:
        held_out = open_holdout(store, made.manifest, made.key)
        assert csv + held_out.to_csv().partition(b"\n")[2] == file
