"""Blocks asked for before their turn: the result of one after the other, within a window, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import ContentNotFound, StoreError
from hyperbounty.store import Access, Cid, EmbeddedStore, add_path, fetch, list_folder, open_store
from hyperbounty.store.ahead import WINDOW, Ahead, Pace, in_order
from hyperbounty.store.cid import RAW
from hyperbounty.store.content import bring
from hyperbounty.store.fallback import StoreWithGateways
from hyperbounty.store.gateways import Gateways
from hyperbounty.store.unixfs import build, read
from hyperbounty.store.walk import blocks_below
from tests.store.gateway_server import Answer, Call, Gateway, asked_for, fails, gives, hangs, serves
from tests.store.generated import Tree, opened, write_tree

CHUNK = 256 * 1024
# Nobody waits so long: what should have been ended and was not, is still there.
FOREVER_S = 3_600.0
Start = Callable[[Answer], Gateway]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a gateway that lasts as long as the test."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(Gateway(answer))


def file_of(leaves: int) -> tuple[Cid, dict[Cid, bytes], bytes]:
    """A file of so many blocks: its root, the blocks, and its bytes."""
    data = opened(leaves * CHUNK - 5).read()
    blocks = dict(build(data))
    return list(blocks)[-1], blocks, data


@st.composite
def trees(draw: st.DrawFn) -> tuple[Cid, dict[Cid, bytes], bytes]:
    data = draw(st.binary(max_size=600))
    blocks = dict(build(data * draw(st.integers(1, 8)), chunk_bytes=draw(st.integers(1, 40))))
    return list(blocks)[-1], blocks, b""


@given(tree=trees(), most=st.integers(0, 2 * WINDOW), bad=st.sets(st.integers(0, 60)))
def test_the_blocks_are_those_of_one_after_the_other_whatever_fails_early(
    tree: tuple[Cid, dict[Cid, bytes], bytes], most: int, bad: set[int]
) -> None:
    root, blocks, _ = tree
    failing = {cid for number, cid in enumerate(blocks) if number in bad}

    def ask(cid: Cid) -> bytes:
        if cid in failing:
            raise ContentNotFound("not at once")
        return blocks[cid]

    ahead = Ahead(ask, lambda: most)
    one_by_one = list(blocks_below([root], blocks.__getitem__))
    assert list(blocks_below([root], blocks.__getitem__, ahead)) == one_by_one
    assert read(root, blocks.__getitem__, ahead=ahead) == read(root, blocks.__getitem__)


@dataclass(frozen=True)
class Numbered:
    cid: Cid
    number: int


@pytest.mark.parametrize("parts", [1, WINDOW, 10 * WINDOW])
def test_no_more_blocks_than_the_window_are_asked_for_before_their_turn(parts: int) -> None:
    asked: list[Cid] = []
    ahead = Ahead(lambda cid: asked.append(cid) or b"", lambda: 10**6)  # type: ignore[func-returns-value]
    roots = [Numbered(Cid.raw(bytes([n])), n) for n in range(parts)]

    def opens(part: Numbered, _: bytes) -> tuple[int, list[Numbered]]:
        return part.number, []

    for done, (part, number) in enumerate(in_order(roots, opens, lambda cid: b"", ahead=ahead)):
        assert part.number == number == done
        assert len(asked) <= done + WINDOW


def test_the_last_blocks_of_one_file_are_asked_for_with_the_first_of_the_next() -> None:
    """Parts of a part are known once it is here, and need not wait until it is its turn."""
    files = [dict(build(bytes([n]) * 30, chunk_bytes=10)) for n in range(40)]
    blocks = {cid: block for file in files for cid, block in file.items()}
    roots = [list(file)[-1] for file in files]
    asked: list[Cid] = []
    turn: list[Cid] = []
    late: list[Cid] = []

    def ordinary(cid: Cid) -> bytes:
        late.append(cid)
        return blocks[cid]

    def early(cid: Cid) -> bytes:
        asked.append(cid)
        return blocks[cid]

    for cid, _ in blocks_below(roots, ordinary, Ahead(early, lambda: WINDOW)):
        turn.append(cid)
    assert set(turn) == set(blocks)
    assert not late


def wait_for_each_other(blocks: Mapping[Cid, bytes], some: Iterable[Cid]) -> tuple[Answer, threading.Barrier]:
    """Answers for `some` come only once all of them are asked for."""
    held = {*some}
    together = threading.Barrier(len(held))

    def answer(call: Call) -> None:
        if asked_for(call) in held:
            together.wait(timeout=120)
        serves(blocks)(call)

    return answer, together


def patient(folder: Path, *gateways: Gateway) -> StoreWithGateways:
    """A store that takes no answer for slow, however busy this machine is."""
    found = Gateways([gateway.url for gateway in gateways], timeout_s=FOREVER_S, access=Access(0.0))
    return StoreWithGateways(EmbeddedStore(folder), found)


def test_sixteen_blocks_come_at_once_and_in_order(start: Start, tmp_path: Path) -> None:
    root, blocks, data = file_of(80)
    answer, together = wait_for_each_other(blocks, list(blocks)[32 : 32 + WINDOW])
    told: list[int] = []
    store = patient(tmp_path / "store", start(answer))
    fetch(store, root, tmp_path / "file", progress=lambda done, _: told.append(done))
    assert (tmp_path / "file").read_bytes() == data
    assert told == [min(n * CHUNK, len(data)) for n in range(1, 81)]
    assert not together.broken


def test_connections_are_used_again(start: Start, tmp_path: Path) -> None:
    root, blocks, data = file_of(120)
    gateway = start(serves(blocks))
    store = open_store(None, tmp_path / "store", [gateway.url])
    assert store.get(root) == data
    assert len(gateway.asked) == len(blocks)
    assert gateway.connections <= WINDOW + 1


def test_a_file_over_the_limit_is_refused_by_its_root_alone(start: Start, tmp_path: Path) -> None:
    root, blocks, data = file_of(30)
    gateway = start(serves(blocks))
    with pytest.raises(StoreError, match="more than the"):
        open_store(None, tmp_path / "store", [gateway.url]).get(root, max_bytes=len(data) - 1)
    assert gateway.asked == [str(root)]


def test_what_is_on_the_disk_is_not_asked_for(start: Start, tmp_path: Path) -> None:
    root, blocks, data = file_of(40)
    part = tmp_path / f"file.{root}.part"
    part.write_bytes(data[: 30 * CHUNK] + bytes(CHUNK))
    gateway = start(serves(blocks))
    fetched = fetch(open_store(None, tmp_path / "store", [gateway.url]), root, tmp_path / "file")
    assert fetched.reused == 30 * CHUNK
    assert (tmp_path / "file").read_bytes() == data
    leaves = [cid for cid in blocks if cid.codec == RAW]
    assert not {str(cid) for cid in leaves[:30]} & set(gateway.asked)


@pytest.mark.parametrize("bad", [fails(404), fails(500), gives(b"<!doctype html>", Content_Type="text/html")])
def test_a_gateway_that_fails_is_followed_by_the_next(start: Start, tmp_path: Path, bad: Answer) -> None:
    root, blocks, data = file_of(40)
    first, second = start(serves(blocks)), start(serves(blocks))

    def answer(call: Call) -> None:
        (serves(blocks) if len(first.asked) < 20 else bad)(call)

    first.answer = answer
    store = open_store(None, tmp_path / "store", [first.url, second.url], Access(0.0))
    fetch(store, root, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == data
    # Who failed is last in the line; only those that were on their way had asked it.
    assert len(first.asked) <= 20 + 2 * WINDOW


def test_a_liar_among_many_answers_is_named_and_not_believed(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root, blocks, data = file_of(40)
    liar, honest = start(serves(blocks)), start(serves(blocks))

    def answer(call: Call) -> None:
        (serves(blocks) if len(liar.asked) < 20 else gives(bytes(CHUNK)))(call)

    liar.answer = answer
    store = open_store(None, tmp_path / "store", [liar.url, honest.url])
    fetch(store, root, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == data
    assert liar.url in caplog.text
    assert EmbeddedStore(tmp_path / "store").get(root) == data


def test_few_small_files_come_together(start: Start, tmp_path: Path) -> None:
    tree: Tree = {f"{n:02}": n + 1 for n in range(60)}
    write_tree({**tree, "large": 2 * CHUNK}, tmp_path / "folder")
    publisher = open_store(None, tmp_path / "publisher")
    cid = add_path(publisher, tmp_path / "folder")
    entries = list_folder(publisher, cid)
    blocks = dict(blocks_below([cid], publisher.block))
    answer, together = wait_for_each_other(blocks, [entry.cid for entry in entries[20:36]])
    gateway = start(answer)
    store = patient(tmp_path / "store", gateway)
    fetch(store, cid, tmp_path / "back")
    assert {p.name: p.read_bytes() for p in (tmp_path / "back").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "folder").iterdir()
    }
    assert not together.broken
    assert sorted(gateway.asked) == sorted({*gateway.asked})
    assert list_folder(store, cid) == entries


def test_many_small_documents_are_brought_at_once(start: Start, tmp_path: Path) -> None:
    blocks = {Cid.raw(bytes([n])): bytes([n]) for n in range(60)}
    held, missing = list(blocks)[20 : 20 + WINDOW], Cid.raw(b"nowhere")
    answer, together = wait_for_each_other(blocks, held)
    gateway = start(answer)
    store = patient(tmp_path / "store", gateway)
    first, *others = blocks
    assert store.get(first) == blocks[first]
    bring(store, [missing, *others])
    assert not together.broken
    gateway.asked.clear()
    assert [store.get(cid) for cid in blocks] == list(blocks.values())
    # The first ones of a walk may not be asked for early, since one request after the other shows what a gateway bears.
    assert len(gateway.asked) <= 4


def _block_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("block")]


def hangs_but_for(served: Iterable[Cid], blocks: Mapping[Cid, bytes]) -> Answer:
    """Serves these, lacks what `blocks` lacks, and is silent about all others."""
    known = {*served}

    def answer(call: Call) -> None:
        wanted = asked_for(call)
        (serves(blocks) if wanted in known or wanted not in blocks else hangs)(call)

    return answer


def test_an_error_ends_the_requests_that_run(start: Start, tmp_path: Path) -> None:
    root, blocks, _ = file_of(40)
    first, missing = list(blocks)[:12], list(blocks)[12]
    del blocks[missing]
    gateway = start(hangs_but_for([root, *first], blocks))
    store = patient(tmp_path / "store", gateway)
    failed: list[Exception] = []

    def run() -> None:
        try:
            fetch(store, root, tmp_path / "file")
        except ContentNotFound as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout=120)
    assert not thread.is_alive()
    assert str(missing) in str(failed[0])
    assert not _block_threads()


def test_a_reader_that_stops_early_ends_the_requests_that_run(start: Start, tmp_path: Path) -> None:
    root, blocks, _ = file_of(40)
    gateway = start(hangs_but_for([root, *list(blocks)[:6]], blocks))
    store = patient(tmp_path / "store", gateway)

    def run() -> None:
        with closing(blocks_below([root], store.block, store.ahead)) as below:
            for _ in range(6):
                next(below)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout=120)
    assert not thread.is_alive()
    assert not _block_threads()
    # The same gateways go on with the next one.
    gateway.answer = serves(blocks)
    assert store.get(root) == b"".join(block for cid, block in blocks.items() if cid.codec == RAW)


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are POSIX's")
def test_ctrl_c_ends_the_requests_that_run(start: Start, tmp_path: Path) -> None:
    root, blocks, data = file_of(40)
    silent = threading.Event()
    count = iter(range(10**6))

    def answer(call: Call) -> None:
        if next(count) < 20:
            serves(blocks)(call)
        else:
            silent.set()
            hangs(call)

    gateway = start(answer)
    program = """
import signal, sys
from pathlib import Path
from hyperbounty.store import Access, Cid, EmbeddedStore, fetch
from hyperbounty.store.fallback import StoreWithGateways
from hyperbounty.store.gateways import Gateways
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the one who started the tests does with it
gateways = Gateways([sys.argv[1]], timeout_s=3600.0, access=Access(0.0))
store = StoreWithGateways(EmbeddedStore(Path(sys.argv[2])), gateways)
try:
    fetch(store, Cid.parse(sys.argv[3]), Path(sys.argv[4]))
except KeyboardInterrupt:
    sys.exit(42)
"""
    store, target = tmp_path / "store", tmp_path / "file"
    command = [sys.executable, "-c", program, gateway.url, str(store), str(root), str(target)]
    process = subprocess.Popen(command)
    try:
        assert silent.wait(timeout=120)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(timeout=120) == 42
    finally:
        process.kill()
        process.wait()
    gateway.answer = serves(blocks)
    assert fetch(open_store(None, store, [gateway.url]), root, target).size == len(data)
    assert target.read_bytes() == data


@given(st.lists(st.one_of(st.none(), st.floats(0, 10)), max_size=60))
def test_the_pace_is_bounded_and_stops_at_a_failure(answers: list[float | None]) -> None:
    pace = Pace(slow_s=3.0)
    for seconds in answers:
        before = pace.most
        if seconds is None:
            pace.failed()
            assert pace.most == 0
        else:
            pace.went_well(seconds)
            assert 0 <= pace.most <= WINDOW
            assert pace.most >= before if seconds < 3.0 else pace.most <= before
