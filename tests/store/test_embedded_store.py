"""The embedded store's folder: damage, full disks and two processes at once."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from hyperbounty.errors import ContentMismatch, ContentNotFound, StoreError
from hyperbounty.store import Cid, open_store

CHUNK = 256 * 1024


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _block_file(folder: Path, cid: Cid) -> Path:
    return next(path for path in _files(folder / "blocks") if path.name == str(cid))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_opening_and_reading_leave_no_trace(folder: Path) -> None:
    store = open_store(None, folder)
    assert not store.has(Cid.raw(b""))
    with pytest.raises(ContentNotFound, match="has it with ipfs"):
        store.get(Cid.raw(b""))
    assert not folder.exists()


def test_files_are_named_by_their_cids_and_nothing_else_is_left(folder: Path) -> None:
    store = open_store(None, folder)
    cid = store.add(secrets.token_bytes(CHUNK + 1))
    assert len(_files(folder / "blocks")) == 3
    assert [path.name for path in _files(folder / "pins")] == [str(cid)]
    for path in _files(folder / "blocks"):
        assert Cid.parse(path.name).matches(path.read_bytes())


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty"])
def test_a_damaged_block_is_named_with_its_file_and_adding_again_repairs_it(folder: Path, damage: str) -> None:
    store = open_store(None, folder)
    data = secrets.token_bytes(CHUNK + 1)
    root, leaf = store.add(data), Cid.raw(data[:CHUNK])
    path = _block_file(folder, leaf)
    damaged = bytearray(path.read_bytes())
    damaged[1000] ^= 1
    path.write_bytes({"flip": bytes(damaged), "truncate": data[:1000], "empty": b""}[damage])
    with pytest.raises(ContentMismatch) as caught:
        store.get(root)
    assert str(leaf) in caught.value.what
    assert str(path) in caught.value.what
    assert store.add(data) == root
    assert store.get(root) == data


def test_a_file_with_a_missing_part_is_neither_read_nor_pinned(folder: Path) -> None:
    store = open_store(None, folder)
    data = secrets.token_bytes(CHUNK + 1)
    root, leaf = store.add(data), Cid.raw(data[CHUNK:])
    store.unpin(root)
    _block_file(folder, leaf).unlink()
    with pytest.raises(ContentNotFound, match=str(leaf)):
        store.get(root)
    with pytest.raises(ContentNotFound, match=str(leaf)):
        store.pin(root)
    assert not store.is_pinned(root)


def test_content_survives_reopening(folder: Path) -> None:
    cid = open_store(None, folder).add(b"prices")
    again = open_store("embedded", folder)
    assert again.get(cid) == b"prices"
    assert again.is_pinned(cid)


def test_a_file_in_the_place_of_the_folder_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot write in"):
        open_store(None, tmp_path / "file").add(b"prices")


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX's")
def test_a_disk_without_room_is_named_and_nothing_half_written_stays(folder: Path) -> None:
    # A limit on the size of files stops a write in the middle, as a full disk does.
    program = """
import resource, sys
from pathlib import Path
from hyperbounty.errors import StoreError
from hyperbounty.store import open_store
store = open_store(None, Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store.add(bytes(100_000))
try:
    store.add(bytes([1]) * 300_000)
except StoreError as error:
    sys.exit(0 if "free disk space" in error.next_step else 2)
sys.exit(1)
"""
    assert subprocess.run([sys.executable, "-c", program, str(folder)], check=False).returncode == 0
    assert [path.name for path in _files(folder / "blocks")] == [str(Cid.raw(bytes(100_000)))]
    assert [path.name for path in _files(folder / "pins")] == [str(Cid.raw(bytes(100_000)))]


def test_processes_that_add_the_same_content_at_once_do_not_disturb_each_other(folder: Path) -> None:
    program = """
import random, sys
from pathlib import Path
from hyperbounty.store import open_store
store = open_store(None, Path(sys.argv[1]))
for seed in range(12):
    data = random.Random(seed).randbytes(300_000 + seed)
    assert store.get(store.add(data)) == data
"""
    running = [subprocess.Popen([sys.executable, "-c", program, str(folder)]) for _ in range(3)]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    for path in _files(folder / "blocks"):
        assert Cid.parse(path.name).matches(path.read_bytes())
    assert len(_files(folder / "pins")) == 12
