"""The organizer's holdout keys: kept by their commitment, and given out only if they are what was committed to."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hyperbounty.bounty.holdout import HoldoutKey, commitment, save_key
from hyperbounty.chain.development import development_account
from hyperbounty.errors import HoldoutKeyError
from organizer.bounty.keys import AccountKeys, KeyFolder

CONTRACT = "0x" + "22" * 20


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


def test_a_lost_key_is_made_again_from_the_accounts_and_kept(tmp_path: Path) -> None:
    keys = AccountKeys.of(development_account(1), 31337, CONTRACT)
    drawn = keys.draw(())
    folder = KeyFolder(tmp_path)
    assert folder.find(commitment(drawn), keys) == drawn
    assert folder.find(commitment(drawn)) == drawn
    assert folder.commitments() == {commitment(drawn)}


def test_keys_of_other_accounts_chains_and_contracts_are_others() -> None:
    places = [
        (development_account(1), 31337, CONTRACT),
        (development_account(2), 31337, CONTRACT),
        (development_account(1), 1, CONTRACT),
        (development_account(1), 31337, "0x" + "23" * 20),
    ]
    assert len({AccountKeys.of(*place).numbered(0).secret for place in places}) == len(places)


def test_no_key_is_drawn_for_a_second_contest() -> None:
    keys = AccountKeys.of(development_account(1), 31337, CONTRACT)
    free = 5

    class AllButOne:
        def __contains__(self, committed: object) -> bool:
            return committed != commitment(keys.numbered(free))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("organizer.bounty.keys.NUMBERS", 8)
        assert keys.draw(AllButOne()) == keys.numbered(free)
