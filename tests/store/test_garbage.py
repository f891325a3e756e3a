"""Collecting garbage: what a pin reaches stays, whatever else happens at the same time or breaks in between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hyperbounty.errors import ContentNotFound, StoreError
from hyperbounty.locks import locked
from hyperbounty.store import Cid, EmbeddedStore, add_path, open_store
from tests.store.generated import write_tree

CHUNK = 256 * 1024
# How often a process is killed; more of them say more, and take longer.
KILLS = int(os.environ.get("HYPERBOUNTY_TEST_KILLS", "6"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder)


def _block_files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "blocks").glob("*/*")}


def test_what_is_pinned_stays_and_the_rest_goes(store: EmbeddedStore, folder: Path, tmp_path: Path) -> None:
    write_tree({"a": {"b": CHUNK + 1}, "c": 5}, tmp_path / "tree")
    kept, document = add_path(store, tmp_path / "tree"), store.add_block(b"{}")
    before = _block_files(folder)
    gone = store.add(bytes(2 * CHUNK))
    store.unpin(gone)
    collected = store.collect_garbage()
    assert (collected.blocks, collected.kept) == (2, len(before))
    assert collected.size > CHUNK
    assert _block_files(folder) == before
    assert store.get(document) == b"{}"
    for cid in (kept, document):
        store.pin(cid)
    assert not store.has(gone)


def test_what_two_pins_share_stays_with_either(store: EmbeddedStore) -> None:
    one, two = store.add(bytes(CHUNK) + b"one"), store.add(bytes(CHUNK) + b"two")
    store.unpin(one)
    store.collect_garbage()
    assert store.get(two) == bytes(CHUNK) + b"two"
    with pytest.raises(ContentNotFound):
        store.get(one)


def test_a_collection_of_nothing_leaves_no_trace(store: EmbeddedStore, folder: Path) -> None:
    assert store.collect_garbage().blocks == 0
    assert not folder.exists()


def test_what_a_killed_writer_left_goes_and_strangers_files_stay(store: EmbeddedStore, folder: Path) -> None:
    cid = store.add(b"prices")
    block = next((folder / "blocks").glob("*/*"))
    (block.parent / f".{block.name}.0123456789abcdef").write_bytes(b"pri")
    (folder / "pins" / f".{cid}.0123456789abcdef").touch()
    (block.parent / "notes.txt").write_text("mine")
    assert store.pins() == (cid,)
    store.collect_garbage()
    assert _block_files(folder) == {block.name, "notes.txt"}
    assert [path.name for path in (folder / "pins").iterdir()] == [str(cid)]


@pytest.mark.parametrize("codec_of", ["root", "leaf"])
def test_nothing_goes_while_something_pinned_is_incomplete(store: EmbeddedStore, folder: Path, codec_of: str) -> None:
    data = bytes(CHUNK) + b"tail"
    root, leaf = store.add(data), Cid.raw(b"tail")
    garbage = store.add(b"garbage")
    store.unpin(garbage)
    lost = {"root": root, "leaf": leaf}[codec_of]
    next(path for path in (folder / "blocks").glob("*/*") if path.name == str(lost)).unlink()
    with pytest.raises(StoreError, match=f"nothing was removed: {root}") as caught:
        store.collect_garbage()
    assert str(lost) in caught.value.what
    assert store.has(garbage)
    store.unpin(root)
    store.collect_garbage()
    assert not store.has(garbage)


def test_a_damaged_envelope_stops_the_collection(store: EmbeddedStore, folder: Path) -> None:
    root = store.add(bytes(CHUNK) + b"tail")
    path = next(path for path in (folder / "blocks").glob("*/*") if path.name == str(root))
    path.write_bytes(b"\x0a\x02\x08\x01")
    with pytest.raises(StoreError, match="nothing was removed"):
        store.collect_garbage()
    assert store.has(Cid.raw(b"tail"))


def test_a_collection_waits_for_those_who_write(store: EmbeddedStore, folder: Path) -> None:
    garbage = store.add(b"garbage")
    store.unpin(garbage)
    program = """
import sys
from pathlib import Path
from hyperbounty.store import EmbeddedStore
print("waiting", flush=True)
print(EmbeddedStore(Path(sys.argv[1])).collect_garbage().blocks, flush=True)
"""
    with locked(folder / "lock", exclusive=False):
        store.add_block(b"another writer is not kept out")
        process = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        assert store.has(garbage)
        assert process.poll() is None
    assert process.communicate(timeout=60)[0] == "1\n"
    assert not store.has(garbage)


@pytest.mark.heavy
def test_what_is_added_while_garbage_is_collected_stays(folder: Path) -> None:
    writer = """
import random, sys
from pathlib import Path
from hyperbounty.store import EmbeddedStore
store = EmbeddedStore(Path(sys.argv[1]))
for seed in range(25):
    data = random.Random(f"{sys.argv[2]} {seed}").randbytes(300_000)
    cid = store.add(data)
    assert store.get(cid) == data
    store.unpin(cid)
    try:
        store.pin(cid)  # often too late
    except LookupError:
        store.add(data)
    assert store.get(cid) == data
"""
    collector = """
import sys
from pathlib import Path
from hyperbounty.store import EmbeddedStore
for _ in range(60):
    EmbeddedStore(Path(sys.argv[1])).collect_garbage()
"""
    programs = [writer, writer, collector, collector]
    commands = [[sys.executable, "-c", program, str(folder), str(n)] for n, program in enumerate(programs)]
    running = [subprocess.Popen(command) for command in commands]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0, 0]
    store = EmbeddedStore(folder)
    assert len(store.pins()) == 50
    for cid in store.pins():
        store.get(cid)


_STEPS = """
import random, sys
from pathlib import Path
from hyperbounty.store import EmbeddedStore
store = EmbeddedStore(Path(sys.argv[1]))
print("ready", flush=True)
for step in range(10_000):
    data = random.Random(f"{sys.argv[2]} {step}").randbytes(270_000)
    cid = store.add(data)
    print("added", cid, flush=True)
    if step % 3 == 0:
        print("unpinning", cid, flush=True)
        store.unpin(cid)
    if step % 4 == 0:
        store.collect_garbage()
"""


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_a_process_killed_at_any_moment_loses_nothing_pinned(folder: Path) -> None:
    kept: set[str] = set()
    choices = random.Random(4)
    for run in range(KILLS):
        command = [sys.executable, "-c", _STEPS, str(folder), str(run)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            lines = [process.stdout.readline() for _ in range(choices.randint(1, 12))]
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        said = [line.split() for line in lines if line.endswith("\n")]
        kept |= {cid for what, cid in said if what == "added"}
        kept -= {cid for what, cid in said if what == "unpinning"}
        store = open_store(None, folder)
        for cid in kept:
            assert store.is_pinned(Cid.parse(cid))
            store.get(Cid.parse(cid))
    store = EmbeddedStore(folder)
    store.collect_garbage()
    for pin in store.pins():
        store.get(pin)
    assert not [path for path in folder.rglob("*") if path.name.startswith(".")]
