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
from hyperbounty.training.execution import Execution
from hyperbounty.training.windows import Windows

rows = np.random.default_rng(1).normal(size=(71, 2)).astype(np.float32)
data = Windows(rows, np.arange(64), (rows[7:, 0] > 0).astype(np.uint8), 8)
spec = Spec(cell="SimpleRNN", recurrent_units=(3,), batch_size=32, epochs=2)
print(Trainer(data, data, backend=sys.argv[1], execution=Execution.XLA).train(spec, 1).fingerprint)
"""


def _train(backend: str, folder: str) -> str:
    environment = os.environ | {VARIABLE: folder}
    command = [sys.executable, "-c", TRAIN, backend]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()


def _files(folder: Path) -> dict[str, int]:
    return {
        str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and "atime" not in path.name
    }


@pytest.mark.training
def test_a_program_compiled_once_is_found_again_and_trains_the_same(tmp_path: Path, backend: str) -> None:
    first = _train(backend, str(tmp_path))
    compiled = _files(tmp_path)
    assert compiled, "something was kept"
    assert _train(backend, str(tmp_path)) == first
    assert _files(tmp_path) == compiled, "and nothing was compiled anew"
    assert _train(backend, "") == first, "as without a cache"


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
