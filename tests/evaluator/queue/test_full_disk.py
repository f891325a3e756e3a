"""A disk that is full ends the evaluator in plain words, and costs nothing that was done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.queue import reading
from evaluator.queue.queue import Queue
from evaluator.queue.tables import SCHEMA
from hyperbounty.database import Database
from hyperbounty.spec.spec import Spec
from tests.compute.stub_training import stub_result
from tests.evaluator.queue.stub_jobs import numbered_jobs

CONTEST = "31337/0xab/1"
JOBS = 60


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as POSIX can")
@pytest.mark.parametrize("kilobytes", [1, 90, 200])
def test_a_full_disk_ends_the_evaluator_in_words_and_costs_nothing_that_was_done(
    tmp_path: Path, kilobytes: int
) -> None:
    command = [sys.executable, "-m", "tests.evaluator.queue.stub_evaluator"]
    arguments = [str(tmp_path / "queue.sqlite"), str(tmp_path / "store"), str(JOBS), "1"]
    full = subprocess.run(
        [*command, *arguments, "--largest-file", str(1024 * kilobytes)], capture_output=True, text=True, check=False
    )
    assert full.returncode == 1
    assert "Error: cannot" in full.stderr
    assert "make room there" in full.stderr

    freed = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)
    finished = [line for run in (full, freed) for line in run.stdout.splitlines() if line.startswith("finished")]
    assert sorted(finished) == sorted(f"finished {w.job.key}" for w in numbered_jobs(JOBS, 1))
    queue = Queue(Database(tmp_path / "queue.sqlite", SCHEMA))
    for w in numbered_jobs(JOBS, 1):
        record = queue.result(w.job.key)
        assert record is not None
        assert record.result.checkpoints == stub_result(Spec.from_word(w.job.spec), 1).checkpoints
    assert reading.tally(queue.database, CONTEST) == reading.Tally(done=JOBS)
    queue.database.close()
