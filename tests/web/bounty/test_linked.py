"""Curves and prices of the store: what was announced is drawn, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.manifest import PricePart
from hyperbounty.bounty.published import fetch_details, fetch_manifest, fetch_prices
from hyperbounty.bounty.report import SpecDetails
from hyperbounty.store import Cid, ContentStore, open_store
from hyperbounty.web.bounty.facts import IndexedContest, contest_at
from hyperbounty.web.bounty.linked import MOST_TABLE_BYTES, Linked, PriceLine
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.errors import NotUsable, NotYet
from hyperbounty.web.site.fetched import Fetched
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene

LONG_S = 60.0


@pytest.fixture(scope="module")
def won(scene: Scene) -> IndexedContest:
    """A contest that has everything."""
    with open_index(scene.database, families()) as database:
        return Site(database, SiteSettings()).read(lambda snapshot: contest_at(snapshot, scene.numbers["won"]))


@pytest.fixture
def linked(scene: Scene) -> Callable[[ContentStore], Linked]:
    """What reads a store, and waits as long as it takes."""

    def make(store: ContentStore) -> Linked:
        return Linked(Site(None, SiteSettings(), store=lambda: store), Fetched(wait_s=LONG_S))  # type: ignore[arg-type]

    return make


def with_details(contest: IndexedContest, details: str | None) -> IndexedContest:
    """A contest whose report links these details of its first spec."""
    assert contest.report is not None
    first, *others = contest.report.specs
    report = contest.report.model_copy(update={"specs": (first.model_copy(update={"details": details}), *others)})
    return replace(contest, report=report)


def test_curves_are_those_of_the_details(scene: Scene, won: IndexedContest, linked: Any) -> None:
    assert won.report is not None
    assert won.manifest is not None
    details = fetch_details(scene.store, won.report.specs[1], won.manifest)
    assert details is not None
    made = linked(scene.store).curves(won, 1)
    assert made.spec == details.spec
    for run, shown in zip(details.runs, made.runs, strict=True):
        assert {name: _plain(getattr(run, name)) for name in vars(shown)} == vars(shown)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def test_prices_are_those_of_the_store(scene: Scene, won: IndexedContest, linked: Any) -> None:
    manifest = fetch_manifest(scene.store, scene.contest("won").manifest)
    table = fetch_prices(scene.store, manifest.training, manifest)
    made = linked(scene.store).prices(won)
    assert np.array_equal(made.training.times, table.times)
    assert np.array_equal(made.training.closes, table.column("LTC.close"))
    assert made.holdout is not None
    assert len(made.holdout.times) == manifest.holdout.rows


def test_details_of_another_spec_are_not_shown(scene: Scene, won: IndexedContest, linked: Any) -> None:
    assert won.report is not None
    for lie in (
        won.report.specs[1].details,
        str(scene.store.add_block(b"{}")),
        str(Cid.from_digest(won.row["manifest"])),
    ):
        with pytest.raises(NotUsable):
            linked(scene.store).curves(with_details(won, lie), 0)


def test_curves_of_more_epochs_than_the_spec_has_are_not_shown(scene: Scene, won: IndexedContest, linked: Any) -> None:
    assert won.report is not None
    assert won.manifest is not None
    details = fetch_details(scene.store, won.report.specs[0], won.manifest)
    assert details is not None
    first, *others = details.runs
    longer = first.model_copy(update={"losses": (0.5,) * 10_000})
    lie: SpecDetails = details.model_copy(update={"runs": (longer, *others)})
    with pytest.raises(NotUsable):
        linked(scene.store).curves(with_details(won, str(scene.store.add_block(lie.canonical()))), 0)


def test_what_nobody_has_may_come_later(won: IndexedContest, linked: Any, tmp_path: Path) -> None:
    empty: Linked = linked(open_store(None, tmp_path / "empty"))
    with pytest.raises(NotYet) as waiting:
        empty.curves(won, 0)
    assert waiting.value.retry_after_s > 0
    with pytest.raises(NotYet):
        empty.prices(won)


def test_a_holdout_that_its_key_does_not_open_hides_no_training_prices(
    scene: Scene, won: IndexedContest, linked: Any
) -> None:
    made = linked(scene.store).prices(replace(won, row={**won.row, "holdout_key": b"another key of 32 bytes in all. "}))
    assert (made.holdout, made.is_waiting) == (None, False)
    assert made.holdout_fault
    assert len(made.training.times)


def test_a_table_that_would_take_all_memory_is_not_fetched(won: IndexedContest, linked: Any) -> None:
    assert won.manifest is not None
    training = PricePart(cid=won.manifest.training.cid, rows=MOST_TABLE_BYTES)
    huge = replace(won, manifest=won.manifest.model_copy(update={"training": training}))

    with pytest.raises(NotUsable, match="too many to be shown"):
        linked(None).prices(huge)


@given(
    closes=st.lists(st.floats(0.01, 1e9), min_size=1, max_size=300),
    most=st.integers(2, 50),
)
def test_a_thinned_line_keeps_its_order_and_its_extremes(closes: list[float], most: int) -> None:
    line = PriceLine(np.arange(len(closes)), np.array(closes))
    points = line.thinned(most)
    assert len(points) <= max(most, 2)
    assert [time for time, _ in points] == sorted({time for time, _ in points})
    assert all(closes[time] == close for time, close in points)
    assert {min(closes), max(closes)} <= {close for _, close in points}


@given(start=st.none() | st.integers(-5, 25), end=st.none() | st.integers(-5, 25))
def test_a_part_of_a_line_is_what_lies_between(start: int | None, end: int | None) -> None:
    line = PriceLine(np.arange(20), np.ones(20))
    wanted = [t for t in range(20) if (start is None or t >= start) and (end is None or t < end)]
    assert line.between(start, end).times.tolist() == wanted
