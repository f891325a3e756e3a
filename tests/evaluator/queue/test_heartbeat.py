"""The heartbeat goes on through faults of the queue, and stops for an evaluator that is stuck."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluator.queue.heartbeat import Heartbeat
from evaluator.queue.queue import Queue
from evaluator.queue.tables import SCHEMA
from hyperbounty.database import Database
from hyperbounty.errors import DatabaseError


class _Watched(Queue):
    """Counts its heartbeats, of which the first fail."""

    def __init__(self, database: Database, *, fail: int = 0) -> None:
        super().__init__(database, lease_s=0.02)
        self.beats: list[Mapping[str, tuple[str, int]]] = []
        self.fifth = threading.Event()
        self._fail = fail

    def renew(self, working: Mapping[str, tuple[str, int]]) -> None:
        self.beats.append(working)
        if len(self.beats) == 5:
            self.fifth.set()
        if len(self.beats) <= self._fail:
            raise DatabaseError("the queue is away")
        super().renew(working)


def test_it_beats_through_faults_and_tells_what_is_in_progress(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue = _Watched(Database(tmp_path / "queue.sqlite", SCHEMA), fail=3)
    with Heartbeat(queue) as heartbeat:
        heartbeat.working["key"] = ("process 1", 2)
        queue.fifth.wait()
    assert queue.beats[-1] == {"key": ("process 1", 2)}
    assert caplog.text.count("no heartbeat: the queue is away") == 3
    queue.database.close()


def test_it_does_not_beat_for_an_evaluator_that_is_stuck(tmp_path: Path) -> None:
    database = Database(tmp_path / "queue.sqlite", SCHEMA)
    stuck, well = _Watched(database), _Watched(database)
    with Heartbeat(stuck, stuck_s=-1.0), Heartbeat(well) as heartbeat:
        heartbeat.looped()
        well.fifth.wait()
        assert stuck.beats == []
    database.close()
