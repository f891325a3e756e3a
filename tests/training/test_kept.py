"""Kept trainings come back as they were; what cannot be read is trained again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hyperbounty.training.kept import KeptTrainings
from tests.training.made_results import made_result


def test_a_training_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = KeptTrainings(tmp_path / "trainings")
    fine, diverged = made_result(510_000, 520_000, checkpoints=("a" * 64,) * 2), made_result(0, diverged_at=1)
    kept.put("11", fine)
    kept.put("22", diverged)
    again = KeptTrainings(tmp_path / "trainings")
    for key, result in (("11", fine), ("22", diverged)):
        found = again.get(key)
        assert found is not None
        assert found.fingerprint == result.fingerprint
        assert found.seconds == result.seconds
    assert again.get("33") is None


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"null", b"{}", b'{"format": "hyperbounty/training-at-home/1"}', b"\xff\xfe"]
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    kept = KeptTrainings(tmp_path)
    kept.put("ab", made_result(510_000))
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(damage)
    assert kept.get("ab") is None
    kept.put("ab", made_result(510_000))
    assert kept.get("ab") is not None


def test_a_file_of_another_version_counts_as_none(tmp_path: Path) -> None:
    kept = KeptTrainings(tmp_path)
    kept.put("ab", made_result(510_000))
    (file,) = tmp_path.rglob("*.json")
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": "hyperbounty/training-at-home/2"}))
    assert kept.get("ab") is None
