"""The organizer's holdout keys: kept by their commitment, and given out only if they are what was committed to."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hyperbounty.bounty.holdout import HoldoutKey, commitment, save_key
from hyperbounty.errors import HoldoutKeyError
from organizer.bounty.keys import KeyFolder


def test_a_key_is_found_by_its_commitment_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    key = HoldoutKey.new()
    path = KeyFolder(tmp_path).keep(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyFolder(tmp_path).find(commitment(key)) == key


def test_a_key_that_is_not_kept_here_is_missed(tmp_path: Path) -> None:
    with pytest.raises(HoldoutKeyError, match="is not kept here"):
        KeyFolder(tmp_path).find(bytes(32))


def test_a_key_under_the_commitment_of_another_is_refused(tmp_path: Path) -> None:
    wanted = commitment(HoldoutKey.new())
    save_key(tmp_path / f"{wanted.hex()}.key", HoldoutKey.new())
    with pytest.raises(HoldoutKeyError, match="has commitment"):
        KeyFolder(tmp_path).find(wanted)
