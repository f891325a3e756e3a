"""Programs compiled once are found by the next process, and a cache that cannot be had stops nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hyperbounty.training.cache import VARIABLE, cache_folder

TRAIN = """
import sys
import numpy as np
from hyperbounty.bounty.spec import Spec
from hyperbounty.training.engine import Trainer
from hyperbounty.training.windows import Windows

rows = np.random.default_rng(1).normal(size=(71, 2)).astype(np.float32)
data = Windows(rows, np.arange(64), (rows[7:, 0] > 0).astype(np.uint8), 8)
trainer = Trainer(data, data, backend="jax")
for units in sys.argv[1:]:
    spec = Spec(cell="SimpleRNN", recurrent_units=(int(units),), batch_size=32, epochs=2)
    print(trainer.train(spec, 1).fingerprint)
"""


def _train(folder: str, *units: int) -> dict[int, str]:
    """The fingerprint of a training with so many units each, in this order, in one new process."""
    command = [sys.executable, "-c", TRAIN, *map(str, units)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {VARIABLE: folder})
    return dict(zip(units, done.stdout.split(), strict=True))


def _kept(folder: Path) -> dict[Path, int]:
    """When each program was kept; JAX writes beside it when it was last used."""
    files = [path for path in folder.rglob("*") if path.is_file() and "atime" not in path.name]
    return {path: path.stat().st_mtime_ns for path in files}


@pytest.mark.training
def test_a_program_compiled_once_is_found_again_and_trains_the_same(tmp_path: Path, backend: str) -> None:
    if backend != "jax":
        pytest.skip("only JAX keeps what it compiled")
    first = _train(str(tmp_path), 3, 4)
    compiled = _kept(tmp_path)
    assert compiled, "something was kept"
    assert _train(str(tmp_path), 4, 3) == first, "in another order"
    assert _kept(tmp_path) == compiled, "and nothing was compiled anew"
    for path in compiled:
        path.write_bytes(path.read_bytes()[:100])
    assert _train(str(tmp_path), 3) == {3: first[3]}, "where all that was kept is torn"
    assert _train("", 3) == {3: first[3]}, "where nothing is kept"


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
