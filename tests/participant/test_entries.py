"""The book of sealed entries: nothing lost, nothing shown."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from hyperbounty.errors import InvalidInput
from participant.entries import Entry, EntryBook

ENTRY = Entry(31337, "0x" + "aB" * 20, 7, "0x" + "cD" * 20, 0, b"\x01" * 32, b"\x02" * 32)


def test_every_sealing_of_a_slot_is_kept_newest_first(tmp_path: Path) -> None:
    book, later = EntryBook(tmp_path), replace(ENTRY, salt=b"\x03" * 32)
    book.save(ENTRY)
    book.save(later)
    assert EntryBook(tmp_path).load(31337, ENTRY.contract, 7, ENTRY.participant, 0) == [later, ENTRY]


def test_slots_contests_and_participants_are_kept_apart(tmp_path: Path) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY)
    for other in (
        replace(ENTRY, number=1),
        replace(ENTRY, contest=8),
        replace(ENTRY, chain_id=1),
        replace(ENTRY, participant="0x" + "11" * 20),
    ):
        with pytest.raises(InvalidInput, match="no sealed entry"):
            book.load(other.chain_id, other.contract, other.contest, other.participant, other.number)


def test_only_the_owner_can_read_an_entry(tmp_path: Path) -> None:
    path = EntryBook(tmp_path).save(ENTRY)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600  # noqa: PTH116


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    assert "01" * 32 not in repr(ENTRY)
    assert "02" * 32 not in repr(ENTRY)
    assert tmp_path.exists()


@pytest.mark.parametrize("damage", ["", "{", "[]x", '[{"spec": "zz"}]', "7"])
def test_a_damaged_entry_is_said_to_be_damaged(tmp_path: Path, damage: str) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY).write_text(damage)
    with pytest.raises(InvalidInput, match="is damaged"):
        book.load(31337, ENTRY.contract, 7, ENTRY.participant, 0)
