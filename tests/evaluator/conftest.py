"""A dataset on which a training takes a moment, and the databases that a queue can be in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evaluator.queue.queue import Queue
from evaluator.queue.tables import SCHEMA
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.compute.jobs import Job
from hyperbounty.database import Database
from hyperbounty.store import ContentStore, open_store
from hyperbounty.training.windows import Dataset, Windows
from tests.compute.stub_training import DATA, small_dataset
from tests.evaluator.bounty.small_contest import make_scoring

MakeDatabase = Callable[[], Database]


def claim_one(queue: Queue, dataset: str = DATA.name, **how: Any) -> Job | None:
    """The job of a claim that asks for one at most."""
    jobs = queue.claim(dataset, **how)
    assert len(jobs) <= 1
    return jobs[0] if jobs else None


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return small_dataset()


@pytest.fixture
def windows(dataset: Dataset) -> tuple[Windows, Windows]:
    assert dataset.holdout is not None
    return dataset.train, dataset.holdout


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A new one, in which a job that failed may be taken again at once."""
    made = Queue(Database(tmp_path / "queue.sqlite", SCHEMA), backoff_s=0.0)
    yield made
    made.database.close()


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "store")


@pytest.fixture
def scoring() -> Scoring:
    return make_scoring()


@pytest.fixture
def make_database(database_place: Path | str) -> Iterator[MakeDatabase]:
    """Opens the same queue again and again, as one evaluator after the other would."""
    opened: list[Database] = []

    def make() -> Database:
        opened.append(Database(database_place, SCHEMA))
        return opened[-1]

    yield make
    for database in opened:
        database.close()
