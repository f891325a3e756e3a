"""What `evaluator status` shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evaluator.queue.queue import Queue
from evaluator.queue.status import overview, trainings
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.tables import SCHEMA
from hyperbounty.database import Database
from hyperbounty.errors import InvalidInput
from hyperbounty.spec.spec import Spec
from tests.compute.stub_training import DATA, DIVERGES, SPEC, stub_result
from tests.evaluator.conftest import claim_one
from tests.evaluator.queue.stub_jobs import stub_jobs

CONTEST = "31337/0x1111111111111111111111111111111111111111/7"


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    made = Queue(Database(tmp_path / "queue.sqlite", SCHEMA), owner="here", backoff_s=1000.0)
    yield made
    made.database.close()


def test_an_empty_queue_says_so(queue: Queue) -> None:
    shown = overview(queue.database)
    assert shown.data["contests"] == []
    assert "nothing in it yet" in shown.text[0]
    with pytest.raises(InvalidInput, match="knows no contest 7"):
        trainings(queue.database, 7)


def test_every_state_is_shown_with_place_worker_and_reason(queue: Queue) -> None:
    specs = [replace(SPEC, epochs=10 * i) for i in (5, 4, 3, 2, 1)]
    queue.put(CONTEST, DATA.name, stub_jobs(*specs, DIVERGES))
    # All but the one that diverges have one program; asked for it, the queue goes by what a training takes.
    program = stub_jobs(specs[0])[0].job.program
    training, failing, given_up, _ = (claim_one(queue, program=program) for _ in range(4))
    assert training is not None
    assert failing is not None
    assert given_up is not None
    queue.renew({training.key: ("process 5", 12)})
    queue.fail(failing.key, "its worker was killed by SIGKILL")
    queue.fail(given_up.key, "the windows are empty", lasting=True)
    queue.release([queue_key(specs[3])])
    diverged = stub_jobs(DIVERGES)[0].job.key
    queue.finish(diverged, StoredResult.of(stub_result(DIVERGES, 1), "bafkqaaa", {}))

    rows = [
        dict(zip(trainings(queue.database, 7).columns, row, strict=True)) for row in trainings(queue.database, 7).rows
    ]
    assert [row["state"].split(",")[0] for row in rows] == [
        "training",
        "waiting",
        "failed",
        "waiting",
        "waiting",
        "done",
    ]
    assert (rows[0]["worker"], rows[0]["epoch"], rows[0]["place"]) == ("here process 5", "12", "")
    assert "again in" in rows[1]["state"]
    assert rows[1]["reason"] == "infrastructure: its worker was killed by SIGKILL"
    assert [rows[i]["place"] for i in (1, 3, 4)] == ["1", "2", "3"]
    assert rows[2]["reason"] == "infrastructure: the windows are empty"
    assert rows[5]["reason"] == "spec: diverged in epoch 1"

    (contest,) = overview(queue.database).data["contests"]
    assert {name: contest[name] for name in ("contest", "chain_id", "waiting", "training", "done", "failed")} == {
        "contest": 7,
        "chain_id": 31337,
        "waiting": 3,
        "training": 1,
        "done": 1,
        "failed": 1,
    }
    assert contest["seconds_left"] > 0
    assert "s" in overview(queue.database).rows[0][-1]


def queue_key(spec: Spec) -> str:
    (wanted,) = stub_jobs(spec)
    return wanted.job.key
