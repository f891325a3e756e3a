"""Fetching to the disk: what is there already is checked and used, whatever interrupted the last try."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hyperbounty.errors import ContentMismatch, ContentNotFound, InvalidInput, StoreError, StoreUnavailable
from hyperbounty.store import Cid, ContentStore, add_path, dagpb, fetch, open_store
from hyperbounty.store.cid import DAG_PB, RAW
from hyperbounty.store.nodes import Child, encode_file
from tests.store.generated import opened, write_tree

CHUNK = 256 * 1024
SIZE = 5 * CHUNK + 7


class Line:
    """A store behind a line that breaks after some blocks, and counts what it carried."""

    def __init__(self, store: ContentStore, breaks_after: int = 1 << 30) -> None:
        self._store = store
        self._left = breaks_after
        self.carried: list[Cid] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def block(self, cid: Cid) -> bytes:
        if self._left == 0:
            raise StoreUnavailable("the line broke")
        self._left -= 1
        self.carried.append(cid)
        return self._store.block(cid)


def line(store: ContentStore, breaks_after: int = 1 << 30) -> tuple[ContentStore, list[Cid]]:
    made = Line(store, breaks_after)
    return made, made.carried  # type: ignore[return-value]


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return open_store(None, tmp_path / "store")


@pytest.fixture
def data() -> bytes:
    return opened(SIZE).read()


@pytest.fixture
def cid(store: ContentStore, data: bytes) -> Cid:
    return store.add(data)


def _part(target: Path, cid: Cid) -> Path:
    return target.with_name(f"{target.name}.{cid}.part")


@pytest.mark.parametrize("breaks_after", range(7))
def test_an_interrupted_fetch_goes_on_from_what_is_there(
    store: ContentStore, cid: Cid, data: bytes, tmp_path: Path, breaks_after: int
) -> None:
    target = tmp_path / "file"
    broken, carried = line(store, breaks_after)
    with pytest.raises(StoreUnavailable, match="the line broke"):
        fetch(broken, cid, target)
    assert not target.exists()
    whole, again = line(store)
    fetched = fetch(whole, cid, target)
    assert target.read_bytes() == data
    assert fetched.size == SIZE
    assert fetched.reused == max(0, breaks_after - 1) * CHUNK
    leaves = [c for c in again if c.codec == RAW]
    assert not set(leaves) & set(carried)
    assert len(leaves) == 6 - max(0, breaks_after - 1)
    assert not _part(target, cid).exists()


def _zeroed(part: bytearray) -> bytes:
    part[CHUNK : 2 * CHUNK] = bytes(CHUNK)
    return bytes(part)


def _flipped(part: bytearray) -> bytes:
    part[10] ^= 1
    return bytes(part)


@pytest.mark.parametrize(
    ("damage", "reused"),
    [
        (_flipped, SIZE - CHUNK),
        (_zeroed, SIZE - CHUNK),
        (lambda part: bytes(part[: CHUNK + 5]), CHUNK),
        (lambda part: bytes(part) + b"more", SIZE),
        (lambda _: b"", 0),
        (lambda part: bytes(len(part)), 0),
    ],
)
def test_only_what_is_right_is_used_again(
    store: ContentStore, cid: Cid, data: bytes, tmp_path: Path, damage: Callable[[bytearray], bytes], reused: int
) -> None:
    target = tmp_path / "file"
    _part(target, cid).write_bytes(damage(bytearray(data)))
    assert fetch(store, cid, target).reused == reused
    assert target.read_bytes() == data


@pytest.mark.parametrize("breaks_after", range(9))
def test_an_interrupted_folder_goes_on_too(store: ContentStore, tmp_path: Path, breaks_after: int) -> None:
    write_tree({"a": 10, "b": {"c": CHUNK + 1, "d": 0}, "e": 5}, tmp_path / "folder")
    cid = add_path(store, tmp_path / "folder")
    broken, first = line(store, breaks_after)
    try:
        fetch(broken, cid, tmp_path / "back")
    except StoreUnavailable:
        assert not (tmp_path / "back").exists()
        whole, second = line(store)
        fetch(whole, cid, tmp_path / "back")
        assert not {c for c in second if c.codec == RAW} & set(first)
    found = {p.relative_to(tmp_path / "back"): p.is_file() and p.read_bytes() for p in (tmp_path / "back").rglob("*")}
    meant = {
        p.relative_to(tmp_path / "folder"): p.is_file() and p.read_bytes() for p in (tmp_path / "folder").rglob("*")
    }
    assert found == meant


def test_nothing_is_overwritten(store: ContentStore, cid: Cid, tmp_path: Path) -> None:
    for target in (tmp_path / "file", tmp_path / "folder"):
        target.mkdir() if target.name == "folder" else target.write_bytes(b"mine")
        with pytest.raises(InvalidInput, match="exists"):
            fetch(store, cid, target)
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_two_contents_for_one_place_don_t_mix(store: ContentStore, cid: Cid, tmp_path: Path) -> None:
    other = store.add(bytes(SIZE))
    for wanted in (cid, other):
        broken, _ = line(store, 3)
        with pytest.raises(StoreUnavailable):
            fetch(broken, wanted, tmp_path / "file")
    fetch(store, other, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == bytes(SIZE)


def test_what_is_nowhere_leaves_nothing(store: ContentStore, tmp_path: Path) -> None:
    with pytest.raises(ContentNotFound):
        fetch(store, Cid.raw(b"nowhere"), tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_folders_above_are_made(store: ContentStore, cid: Cid, tmp_path: Path) -> None:
    fetch(store, cid, tmp_path / "a" / "b" / "file")
    assert (tmp_path / "a" / "b" / "file").stat().st_size == SIZE


def test_wrong_bytes_are_never_written(store: ContentStore, cid: Cid, data: bytes, tmp_path: Path) -> None:
    class Lying(Line):
        def block(self, cid: Cid) -> bytes:
            block = super().block(cid)
            return block if len(self.carried) < 4 else bytes(len(block))

    lying: ContentStore = Lying(store)  # type: ignore[assignment]
    with pytest.raises(ContentMismatch):
        fetch(lying, cid, tmp_path / "file")
    assert data.startswith(_part(tmp_path / "file", cid).read_bytes())


def test_progress_reaches_the_size_and_knows_it_before(store: ContentStore, cid: Cid, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetch(store, cid, tmp_path / "file", progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == [min(SIZE, n * CHUNK) for n in range(1, 7)]
    assert {total for _, total in told} == {SIZE}


@pytest.mark.parametrize("limit", [0, CHUNK, SIZE - 1])
def test_a_file_over_the_limit_is_refused_by_its_root(
    store: ContentStore, cid: Cid, tmp_path: Path, limit: int
) -> None:
    counted, carried = line(store)
    with pytest.raises(StoreError, match="more than the"):
        fetch(counted, cid, tmp_path / "file", max_bytes=limit)
    assert set(carried) == {cid}
    assert fetch(store, cid, tmp_path / "file", max_bytes=SIZE).size == SIZE


def test_a_folder_over_the_limit_is_refused(store: ContentStore, tmp_path: Path) -> None:
    write_tree({"a": 10, "b": {"c": 10}}, tmp_path / "folder")
    cid = add_path(store, tmp_path / "folder")
    with pytest.raises(StoreError, match="more than the 9"):
        fetch(store, cid, tmp_path / "back", max_bytes=19)
    assert fetch(store, cid, tmp_path / "back", max_bytes=20).files == 2


def test_a_file_larger_than_the_disk_is_refused_before_it_is_fetched(store: ContentStore, tmp_path: Path) -> None:
    block = encode_file([Child(Cid.raw(b"x"), 1 << 60, 0)])
    cid = Cid.of(DAG_PB, block)
    store.put_block(cid, block)
    with pytest.raises(StoreError, match=r"has [\d,]+ left") as caught:
        fetch(store, cid, tmp_path / "file")
    assert "free disk space" in caught.value.next_step


def _folder(store: ContentStore, *links: tuple[str, Cid]) -> Cid:
    block = dagpb.encode([dagpb.Link(cid, name.encode(), 0) for name, cid in links], bytes.fromhex("0801"))
    cid = Cid.of(DAG_PB, block)
    store.put_block(cid, block)
    return cid


@pytest.mark.heavy
def test_few_blocks_cannot_fill_the_disk_with_files(store: ContentStore, tmp_path: Path) -> None:
    top = store.add(b"")
    for _ in range(60):
        top = _folder(store, *((f"{n:04}", top) for n in range(2000)))
    with pytest.raises(StoreError, match="more than 100,000 files"):
        fetch(store, top, tmp_path / "bomb")


def test_endless_folders_are_refused(store: ContentStore, tmp_path: Path) -> None:
    top = store.add(b"")
    for _ in range(70):
        top = _folder(store, ("d", top))
    with pytest.raises(StoreError, match="nested too deep"):
        fetch(store, top, tmp_path / "deep")


@pytest.mark.skipif(not hasattr(os, "link"), reason="needs hard links")
def test_two_names_that_are_one_file_on_this_disk_are_caught(store: ContentStore, tmp_path: Path) -> None:
    cid = _folder(store, ("A.csv", store.add(b"upper")), ("a.csv", store.add(b"lower")))
    part = _part(tmp_path / "back", cid)
    part.mkdir()
    # What a disk that takes upper and lower case for the same does.
    (part / "A.csv").touch()
    (part / "a.csv").hardlink_to(part / "A.csv")
    with pytest.raises(StoreError, match="one file on this disk"):
        fetch(store, cid, tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX's")
def test_a_disk_without_room_is_named_and_the_next_try_goes_on(
    store: ContentStore, cid: Cid, data: bytes, tmp_path: Path
) -> None:
    program = """
import resource, signal, sys
from pathlib import Path
from hyperbounty.errors import StoreError
from hyperbounty.store import Cid, fetch, open_store
resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))
try:
    fetch(open_store(None, Path(sys.argv[1])), Cid.parse(sys.argv[2]), Path(sys.argv[3]))
except StoreError as error:
    sys.exit(0 if "free disk space" in error.next_step else 2)
sys.exit(1)
"""
    target = tmp_path / "file"
    command = [sys.executable, "-c", program, str(tmp_path / "store"), str(cid), str(target)]
    assert subprocess.run(command, check=False).returncode == 0
    assert fetch(store, cid, target).reused == 2 * CHUNK
    assert target.read_bytes() == data


def test_a_process_killed_while_fetching_leaves_what_the_next_one_uses(
    store: ContentStore, cid: Cid, data: bytes, tmp_path: Path
) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from hyperbounty.store import Cid, fetch, open_store
def progress(done, total):
    if done > total // 2:
        os.kill(os.getpid(), signal.SIGKILL)
fetch(open_store(None, Path(sys.argv[1])), Cid.parse(sys.argv[2]), Path(sys.argv[3]), progress=progress)
"""
    target = tmp_path / "file"
    command = [sys.executable, "-c", program, str(tmp_path / "store"), str(cid), str(target)]
    assert subprocess.run(command, check=False).returncode != 0
    assert not target.exists()
    assert fetch(store, cid, target).reused >= CHUNK
    assert target.read_bytes() == data


def test_processes_that_fetch_to_one_place_at_once_don_t_disturb_each_other(
    store: ContentStore, cid: Cid, data: bytes, tmp_path: Path
) -> None:
    program = """
import sys
from pathlib import Path
from hyperbounty.errors import InvalidInput
from hyperbounty.store import Cid, fetch, open_store
try:
    fetch(open_store(None, Path(sys.argv[1])), Cid.parse(sys.argv[2]), Path(sys.argv[3]))
except InvalidInput:
    pass  # the other was done before this one began
"""
    target = tmp_path / "file"
    command = [sys.executable, "-c", program, str(tmp_path / "store"), str(cid), str(target)]
    running = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    assert target.read_bytes() == data
