"""Programs compiled once are found by the next process, and a cache that cannot be had stops nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hyperbounty.training.cache import LEAST_FREE_BYTES, VARIABLE, cache_folder, trim

TRAIN = """
import sys
import numpy as np
from hyperbounty.spec.spec import Spec
from hyperbounty.training import backend
from hyperbounty.training.engine import Trainer
from hyperbounty.training.execution import Execution
from hyperbounty.training.windows import Windows

rows = np.random.default_rng(1).normal(size=(257, 2)).astype(np.float32)
data = Windows(rows, np.arange(250), (rows[7:, 0] > 0).astype(np.uint8), 8)
name, *units = sys.argv[1:]
trainer = Trainer(data, data, backend=name, execution=Execution.XLA)
{before}
for number in units:
    spec = Spec(cell="SimpleRNN", recurrent_units=(int(number),), batch_size=32, epochs=2, dropout=0.1)
    print(trainer.train(spec, 1).fingerprint)
"""


def _run(folder: str, backend: str, *units: int, before: str = "") -> subprocess.CompletedProcess[str]:
    """A training with so many units each, in this order, in one new process."""
    command = [sys.executable, "-c", TRAIN.format(before=before), backend, *map(str, units)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {VARIABLE: folder})


def _train(folder: str, backend: str, *units: int) -> dict[int, str]:
    """The fingerprints of `_run`."""
    done = _run(folder, backend, *units)
    assert done.returncode == 0, done.stderr
    return dict(zip(units, done.stdout.split(), strict=True))


def _kept(folder: Path) -> dict[Path, int]:
    """When each program was kept; JAX writes beside it when it was last used."""
    files = [path for path in folder.rglob("*") if path.is_file() and "atime" not in path.name]
    return {path: path.stat().st_mtime_ns for path in files}


@pytest.mark.training
def test_a_program_compiled_once_is_found_again_and_trains_the_same(tmp_path: Path, backend: str) -> None:
    folder = tmp_path / "a folder"
    first = _train(str(folder), backend, 3, 4)
    compiled = _kept(folder)
    assert compiled, "something was kept"
    assert _train(str(folder), backend, 4, 3, 4) == first, "by another process, in another order"
    assert _kept(folder) == compiled, "and nothing was compiled anew"
    for path in compiled:
        path.write_bytes(path.read_bytes()[:100])
    assert _train(str(folder), backend, 3) == {3: first[3]}, "where all that was kept is torn"
    assert _train("", backend, 3) == {3: first[3]}, "where nothing is kept"


@pytest.mark.training
def test_where_programs_cannot_be_kept_any_more_it_says_what_to_do(tmp_path: Path, backend: str) -> None:
    if backend == "jax":
        pytest.skip("JAX warns and trains on")
    lost = "import shutil; kept = backend.compiled_folder(); shutil.rmtree(kept); kept.write_text('in the way')"
    done = _run(str(tmp_path / "kept"), backend, 3, before=lost)
    assert done.returncode == 1
    assert f"compiled programs cannot be kept in {tmp_path / 'kept'}" in done.stderr
    assert f"set {VARIABLE} to another folder, or to nothing" in done.stderr


def test_the_folder_is_the_owners_alone_and_of_this_processor(
    tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    folder = cache_folder(backend)
    assert folder is not None
    assert folder == cache_folder(backend)
    assert folder.parent == tmp_path / "kept"
    assert folder.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("hyperbounty.training.cache.processor_features", lambda: "another processor")
    assert cache_folder(backend) not in (folder, None)


def test_no_folder_is_no_cache(tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert cache_folder(backend) is None
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "kept"))
    assert cache_folder(backend) is None


def test_a_disk_that_is_nearly_full_keeps_nothing(
    tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=LEAST_FREE_BYTES - 1))
    assert cache_folder(backend) is None
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=LEAST_FREE_BYTES))
    assert cache_folder(backend) is not None


def test_what_xla_was_told_is_part_of_the_folder(tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    before = cache_folder(backend)
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_max_isa=SSE4_2")
    assert cache_folder(backend) not in (before, None)


def test_the_oldest_go_until_the_rest_fits(tmp_path: Path) -> None:
    for age, name in enumerate(["youngest", "middle", "oldest"]):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1_000 - age, 1_000 - age))
    trim(tmp_path, 300)
    assert len(list(tmp_path.iterdir())) == 3
    trim(tmp_path, 299)
    assert {path.name for path in tmp_path.iterdir()} == {"youngest", "middle"}
    trim(tmp_path, 0)
    assert not list(tmp_path.iterdir())
    trim(tmp_path / "gone", 0)
