"""Results survive whatever happens to the process, and damage is never taken for a result."""

from __future__ import annotations

import errno
import logging
import math
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.jobs import Job
from evaluator.results import ResultStore
from hyperbounty.bounty.spec import Spec
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.training.result import TrainingResult

KEY = "ab" * 32


def make_result(losses: tuple[float, ...] = (0.7, 0.1), diverged_at: int | None = None) -> TrainingResult:
    weights = (np.array([[0.1, -0.0], [np.inf, 3.0]], np.float32), np.array([1e-40], np.float32))
    return TrainingResult(7, losses, (0.5, 0.6), (0.4, math.nan), 3, 9, 2, diverged_at, 1.25, weights)


def only_file(folder: Path) -> Path:
    (file,) = (path for path in folder.rglob("*") if path.is_file())
    return file


curves = st.lists(st.floats(width=64), max_size=5).map(tuple)


@given(losses=curves, accuracies=curves, diverged_at=st.none() | st.integers(1, 9), correct=st.integers(0, 9))
def test_a_result_comes_back_as_it_was(
    losses: tuple[float, ...], accuracies: tuple[float, ...], diverged_at: int | None, correct: int
) -> None:
    result = TrainingResult(
        7, losses, accuracies, losses, correct, 9, 2, diverged_at, 1.25, (np.ones((2, 0, 3), np.float32),)
    )
    with tempfile.TemporaryDirectory() as folder:
        ResultStore(Path(folder)).put(KEY, result)
        back = ResultStore(Path(folder)).get(KEY)
    assert back is not None
    assert back.fingerprint == result.fingerprint
    assert back.seconds == result.seconds


def test_a_key_without_a_result_has_none(tmp_path: Path) -> None:
    assert ResultStore(tmp_path / "not made yet").get(KEY) is None


def test_the_same_result_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        ResultStore(tmp_path / name).put(KEY, make_result())
    assert only_file(tmp_path / "a").read_bytes() == only_file(tmp_path / "b").read_bytes()


def test_every_truncation_and_flipped_bit_is_noticed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = ResultStore(tmp_path)
    store.put(KEY, make_result())
    file = only_file(tmp_path)
    whole = file.read_bytes()
    caplog.set_level(logging.WARNING)

    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        assert store.get(KEY) is None
    for place in range(0, len(whole), 5):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert store.get(KEY) is None
    assert "damaged" in caplog.text
    file.write_bytes(whole)
    assert store.get(KEY) is not None


def test_a_damaged_result_can_be_replaced(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.put(KEY, make_result())
    only_file(tmp_path).write_bytes(b"")
    store.put(KEY, make_result(losses=(0.1,)))
    back = store.get(KEY)
    assert back is not None
    assert back.losses == (0.1,)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from evaluator.results import ResultStore
from hyperbounty.errors import TrainingError
from hyperbounty.training.result import TrainingResult

# A file that may not grow stands in for a disk that cannot take more: the write fails half way.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
large = TrainingResult(1, (), (), (), 0, 1, 0, None, 0.0, (np.ones(100_000, np.float32),))
try:
    ResultStore(Path(sys.argv[1])).put(sys.argv[2], large)
except TrainingError as error:
    sys.exit(str(error))
"""


def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.put(KEY, make_result())
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), KEY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "cannot keep the result" in done.stderr
    assert os.strerror(errno.EFBIG) in done.stderr
    assert "finished trainings are kept" in done.stderr
    back = store.get(KEY)
    assert back is not None
    assert back.fingerprint == make_result().fingerprint
    assert only_file(tmp_path).suffix == ".result"


KILLED = """
import sys
from pathlib import Path
import numpy as np
from evaluator.results import ResultStore
from hyperbounty.training.result import TrainingResult

store = ResultStore(Path(sys.argv[1]))
for i in range(10**9):
    store.put(sys.argv[2], TrainingResult(i, (), (), (), 0, 1, 0, None, 0.0, (np.full(50_000, i, np.float32),)))
    if i == 3:
        sys.stdout.write("going\\n")
        sys.stdout.flush()
"""


def test_a_kill_in_the_middle_of_writing_leaves_a_whole_result(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), KEY], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    back = ResultStore(tmp_path).get(KEY)
    assert back is not None
    assert back.parameters >= 3
    assert (back.weights[0] == back.parameters).all()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TrainingError, match=r"cannot keep the result .*file"):
        ResultStore(tmp_path / "file").put(KEY, make_result())


@pytest.mark.parametrize("key", ["", "../" * 10, KEY.upper(), KEY + "0", KEY[:-1] + "\n"])
def test_only_a_jobs_key_is_a_key(key: str, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with pytest.raises(InvalidInput, match="key"):
        store.get(key)
    with pytest.raises(InvalidInput, match="key"):
        store.put(key, make_result())


def test_a_jobs_key_changes_with_all_that_decides_its_result() -> None:
    word = Spec().word
    job = Job.of(word, run=0, seed=1, dataset="d")
    assert job == Job.of(word, run=0, seed=1, dataset="d")
    assert job.key == Job.of(word, run=5, seed=1, dataset="d").key
    others = [
        Job.of(Spec(epochs=11).word, run=0, seed=1, dataset="d"),
        Job.of(word, run=0, seed=2, dataset="d"),
        Job.of(word, run=0, seed=1, dataset="e"),
    ]
    assert len({job.key, *(other.key for other in others)}) == 4
