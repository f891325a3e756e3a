"""The book of sealed entries: nothing lost, nothing shown."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from hyperbounty.errors import InvalidInput
from hyperbounty.sealings import Place
from participant.bounty.entries import Entry, EntryBook

PLACE = Place(31337, "0x" + "aB" * 20, 7, "0x" + "cD" * 20, 0)
ENTRY = Entry(PLACE, b"\x01" * 32, b"\x02" * 32)


def test_every_sealing_of_a_slot_is_kept_newest_first(tmp_path: Path) -> None:
    book, later = EntryBook(tmp_path), replace(ENTRY, salt=b"\x03" * 32)
    book.save(ENTRY)
    book.save(later)
    assert EntryBook(tmp_path).all(PLACE) == [later, ENTRY]


@pytest.mark.parametrize(
    "change",
    [{"slot": 1}, {"contest": 8}, {"chain_id": 1}, {"account": "0x" + "11" * 20}, {"contract": "0x00"}],
    ids=str,
)
def test_slots_contests_and_participants_are_kept_apart(tmp_path: Path, change: dict[str, str]) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY)
    assert book.all(replace(PLACE, **change)) == []  # type: ignore[arg-type]


def test_only_the_owner_can_read_an_entry(tmp_path: Path) -> None:
    path = EntryBook(tmp_path).save(ENTRY)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600  # noqa: PTH116


def test_secrets_are_not_shown() -> None:
    assert "01" * 32 not in repr(ENTRY)
    assert "\\x01" not in repr(ENTRY)
    assert "\\x02" not in repr(ENTRY)


@pytest.mark.parametrize("damage", ["", "{", "[]x", '[{"spec": "zz"}]', '[{"spec": "00"}]', "7"])
def test_a_damaged_entry_is_said_to_be_damaged(tmp_path: Path, damage: str) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY).write_text(damage)
    with pytest.raises(InvalidInput, match="is damaged"):
        book.all(PLACE)
