"""Ballots on the disk: encrypted for their member, and what earlier versions kept is not lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from evaluator.bounty.ballots import Ballot, BallotBox
from hyperbounty.files import write_atomic
from hyperbounty.sealings import Place

MEMBER = Account.from_key(b"\x05" * 32)
PLACE = Place(31337, "0x" + "aB" * 20, 7, MEMBER.address, 1)
BALLOT = Ballot(b"\xa1" * 32, b"\xb2" * 32, (0, 573_125, 1_000_000))

words = st.binary(min_size=32, max_size=32)
ballots = st.builds(Ballot, words, words, st.lists(st.integers(0, 1_000_000), max_size=20).map(tuple))


@given(ballot=ballots)
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, ballot: Ballot) -> None:
    box = BallotBox(tmp_path_factory.mktemp("box"))
    box.keep(PLACE, MEMBER, ballot)
    assert box.find(PLACE, MEMBER, ballot.commitment(PLACE)) == ballot
    assert box.find(PLACE, MEMBER, bytes(32)) is None


def test_nobody_reads_it_without_the_members_key(tmp_path: Path) -> None:
    box = BallotBox(tmp_path)
    box.keep(PLACE, MEMBER, BALLOT)
    text = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert BALLOT.commitment(PLACE).hex() in text
    assert BALLOT.salt.hex() not in text
    assert BALLOT.report.hex() not in text
    assert "xb2" not in repr(BALLOT)


def test_a_ballot_of_an_earlier_version_is_encrypted_when_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / f"31337-{PLACE.contract.lower()}" / f"7-{MEMBER.address.lower()}-1.json"
    scores = b"".join(score.to_bytes(3, "big") for score in BALLOT.scores)
    kept = [{"report": BALLOT.report.hex(), "salt": BALLOT.salt.hex(), "scores": scores.hex()}]
    write_atomic(path, json.dumps(kept).encode())
    assert BallotBox(tmp_path).find(PLACE, MEMBER, BALLOT.commitment(PLACE)) == BALLOT
    assert BALLOT.salt.hex() not in path.read_text()
    meant = BallotBox(tmp_path).keep_unless(PLACE, MEMBER, Ballot(bytes(32), bytes(32), ()), lambda _: True)
    assert meant == BALLOT
