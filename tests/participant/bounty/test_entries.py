"""The book of sealed entries: nothing lost, nothing shown, whatever was kept before."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import SecretsError
from hyperbounty.files import write_atomic
from hyperbounty.sealings import Place
from participant.bounty.entries import COPY_BYTES, Entry, EntryBook

ADA, BEN = (Account.from_key(bytes([number]) * 32) for number in (1, 2))
PLACE = Place(31337, "0x" + "aB" * 20, 7, ADA.address, 0)
ENTRY = Entry(PLACE, b"\x01" * 32, b"\x02" * 32)
LATER = replace(ENTRY, salt=b"\x03" * 32)


def plain(folder: Path, *entries: Entry) -> Path:
    """A file as it was written before entries were encrypted."""
    place = entries[0].place
    path = folder / f"{place.chain_id}-{place.contract.lower()}" / f"7-{place.account.lower()}-{place.slot}.json"
    written = [{"spec": entry.spec.hex(), "salt": entry.salt.hex()} for entry in entries]
    write_atomic(path, json.dumps(written).encode(), mode=0o600)
    return path


def is_readable(path: Path) -> bool:
    """Whether a file shows spec or salt to who has no key."""
    text = path.read_text()
    return any(part.hex() in text for entry in (ENTRY, LATER) for part in (entry.spec, entry.salt))


def test_every_sealing_of_a_slot_is_kept_newest_first(tmp_path: Path) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY, ADA)
    path = book.save(LATER, ADA)
    assert EntryBook(tmp_path).all(PLACE, ADA) == [LATER, ENTRY]
    assert not is_readable(path)


@pytest.mark.parametrize(
    "change",
    [{"slot": 1}, {"contest": 8}, {"chain_id": 1}, {"contract": "0x" + "00" * 20}],
    ids=str,
)
def test_slots_contests_and_chains_are_kept_apart(tmp_path: Path, change: dict[str, Any]) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY, ADA)
    assert book.all(replace(PLACE, **change), ADA) == []


def test_participants_are_kept_apart(tmp_path: Path) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY, ADA)
    assert book.all(replace(PLACE, account=BEN.address), BEN) == []
    with pytest.raises(ValueError, match="is not opened by"):
        book.all(PLACE, BEN)


def test_only_the_owner_can_read_a_file(tmp_path: Path) -> None:
    path = EntryBook(tmp_path).save(ENTRY, ADA)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600  # noqa: PTH116


def test_secrets_are_not_shown() -> None:
    assert "01" * 32 not in repr(ENTRY)
    assert "\\x01" not in repr(ENTRY)
    assert "\\x02" not in repr(ENTRY)


def test_without_a_key_it_is_seen_what_is_kept_and_not_what_it_says(tmp_path: Path) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY, ADA)
    assert book.holds(PLACE, lambda commitment: commitment == ENTRY.commitment)
    assert not book.holds(PLACE, lambda commitment: commitment == LATER.commitment)


DAMAGES = ["", "{", "[]x", '[{"spec": "zz"}]', '[{"spec": "00"}]', "7", "{}", '{"format": "hyperbounty/sealings/2"}']


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_said_to_be_damaged_and_how_it_comes_back(tmp_path: Path, damage: str) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY, ADA).write_text(damage)
    with pytest.raises(SecretsError, match=r"is damaged; bring back what the chain has of it: “participant secrets"):
        book.all(PLACE, ADA)


def test_a_sealing_that_is_damaged_keeps_no_other_of_its_slot_from_being_opened(tmp_path: Path) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY, ADA)
    path = book.save(LATER, ADA)
    content = json.loads(path.read_text())
    content["sealings"][0]["encrypted"] = "00" * COPY_BYTES
    path.write_text(json.dumps(content))
    assert book.find(PLACE, ADA, lambda commitment: commitment == ENTRY.commitment) == ENTRY
    with pytest.raises(SecretsError, match="is damaged"):
        book.find(PLACE, ADA, lambda commitment: commitment == LATER.commitment)


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_file_with_one_changed_byte_is_refused_or_means_the_same(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    book = EntryBook(tmp_path_factory.mktemp("book"))
    book.save(ENTRY, ADA)
    path = book.save(LATER, ADA)
    changed = bytearray(path.read_bytes())
    changed[at % len(changed)] = byte
    path.write_bytes(changed)
    try:
        found = book.all(PLACE, ADA)
    except SecretsError:
        return
    # Digits of another case, or another space.
    assert found == [LATER, ENTRY]


# ------------------------------------------------------------------------------------------------- copies


def test_the_copy_of_an_entry_brings_it_back_where_nothing_else_is_left(tmp_path: Path) -> None:
    book, elsewhere = EntryBook(tmp_path / "here"), EntryBook(tmp_path / "elsewhere")
    book.save(ENTRY, ADA)
    copy = book.copy_of(ENTRY, ADA)
    assert len(copy) == COPY_BYTES == 92
    read = elsewhere.read(PLACE, ADA, ENTRY.commitment, copy)
    assert read == ENTRY
    assert elsewhere.take_in(read, ADA)
    assert not elsewhere.take_in(read, ADA)
    assert elsewhere.all(PLACE, ADA) == [ENTRY]


@given(at=st.integers(0, COPY_BYTES - 1), flip=st.integers(1, 255))
def test_a_copy_with_one_changed_byte_is_not_read(tmp_path_factory: pytest.TempPathFactory, at: int, flip: int) -> None:
    book = EntryBook(tmp_path_factory.mktemp("book"))
    book.save(ENTRY, ADA)
    copy = bytearray(book.copy_of(ENTRY, ADA))
    copy[at] ^= flip
    assert book.read(PLACE, ADA, ENTRY.commitment, bytes(copy)) is None


@given(cut=st.integers(0, COPY_BYTES - 1), more=st.binary(min_size=1, max_size=40))
def test_a_copy_that_is_cut_or_longer_is_not_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int, more: bytes
) -> None:
    book = EntryBook(tmp_path_factory.mktemp("book"))
    book.save(ENTRY, ADA)
    copy = book.copy_of(ENTRY, ADA)
    for changed in (copy[:cut], copy + more, more + copy):
        assert book.read(PLACE, ADA, ENTRY.commitment, changed) is None


@pytest.mark.parametrize(
    "change",
    [{"chain_id": 1}, {"contract": "0x" + "11" * 20}, {"contest": 8}],
    ids=str,
)
def test_a_copy_belongs_to_its_place_its_commitment_and_its_account(tmp_path: Path, change: Mapping[str, Any]) -> None:
    book = EntryBook(tmp_path)
    book.save(ENTRY, ADA)
    copy = book.copy_of(ENTRY, ADA)
    assert book.read(replace(PLACE, **change), ADA, ENTRY.commitment, copy) is None
    assert book.read(PLACE, ADA, LATER.commitment, copy) is None
    assert book.read(replace(PLACE, account=BEN.address), BEN, ENTRY.commitment, copy) is None


def test_each_encryption_is_another_one(tmp_path: Path) -> None:
    copies = set()
    for number in range(50):
        book = EntryBook(tmp_path / str(number))
        book.save(ENTRY, ADA)
        copies.add(book.copy_of(ENTRY, ADA)[:12])
    assert len(copies) == 50


def test_what_comes_from_elsewhere_stands_behind_what_is_here(tmp_path: Path) -> None:
    book = EntryBook(tmp_path)
    book.save(LATER, ADA)
    assert book.take_in(ENTRY, ADA)
    assert book.all(PLACE, ADA) == [LATER, ENTRY]
    assert book.take_in(LATER, ADA) is False
    assert book.newest(PLACE, ADA) == LATER


@pytest.mark.parametrize("damage", [*DAMAGES, "one sealing"])
def test_what_is_damaged_is_set_aside_and_not_lost_when_a_copy_takes_its_place(tmp_path: Path, damage: str) -> None:
    book = EntryBook(tmp_path)
    path = book.save(ENTRY, ADA)
    if damage == "one sealing":
        content = json.loads(path.read_text())
        content["sealings"][0]["encrypted"] = "11" * COPY_BYTES
        damage = json.dumps(content)
    path.write_text(damage)
    assert book.take_in(ENTRY, ADA)
    assert book.all(PLACE, ADA) == [ENTRY]
    [aside] = path.parent.glob("*.damaged-*")
    assert aside.read_text() == damage
    assert EntryBook(tmp_path).everything(PLACE.chain_id, PLACE.contract, ADA) == [ENTRY]


# ------------------------------------------------------------------------------------------------- earlier versions


def test_files_of_an_earlier_version_are_encrypted_once_their_account_is_used(tmp_path: Path) -> None:
    book = EntryBook(tmp_path)
    first = plain(tmp_path, LATER, ENTRY)
    second = plain(tmp_path, replace(ENTRY, place=replace(PLACE, slot=1)))
    bens = plain(tmp_path, Entry(replace(PLACE, account=BEN.address), ENTRY.spec, ENTRY.salt))
    # Without a key nothing is written, and what is kept is seen all the same.
    assert book.commitments(PLACE) == [LATER.commitment, ENTRY.commitment]
    assert is_readable(first)
    assert book.all(PLACE, ADA) == [LATER, ENTRY]
    assert [is_readable(path) for path in (first, second, bens)] == [False, False, True]
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert not list(tmp_path.rglob(".*"))
    assert EntryBook(tmp_path).all(PLACE, ADA) == [LATER, ENTRY]


def test_a_damaged_file_of_an_earlier_version_keeps_no_other_from_being_encrypted(tmp_path: Path) -> None:
    plain(tmp_path, replace(ENTRY, place=replace(PLACE, slot=1))).write_text("[{")
    path = plain(tmp_path, ENTRY)
    assert EntryBook(tmp_path).all(PLACE, ADA) == [ENTRY]
    assert not is_readable(path)


@pytest.mark.parametrize("stage", ["write", "flush", "replace"])
def test_a_crash_while_a_file_is_encrypted_loses_nothing(
    tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    path = plain(tmp_path, LATER, ENTRY)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        target = {"write": "os.open", "flush": "os.fsync", "replace": "pathlib.Path.replace"}[stage]
        if stage == "write":
            opened = os.open
            # The lock is opened before.
            patch.setattr(target, lambda name, *more: killed() if "/." in str(name) else opened(name, *more))
        else:
            patch.setattr(target, killed)
        with pytest.raises(Killed):
            EntryBook(tmp_path).all(PLACE, ADA)
    assert path.read_bytes() == before
    assert EntryBook(tmp_path).all(PLACE, ADA) == [LATER, ENTRY]
    assert not is_readable(path)
