"""The site under load: 1,000 contests, one of them with 1,000 entries, one process, SQLite, while its index reads.

`python -m benchmarks.site [SECONDS]` needs Anvil and vegeta on the PATH (`.ci/install anvil vegeta`, then
`source .ci/environment`). Anvil emits the events of whole contests into an index. Then `hyperbounty serve` answers at a
fixed rate over 50 connections, whether it keeps up or not, and a process of its own reads 1,000 further events a second
meanwhile; the same without events; and 50 clients that each wait for an answer before they ask again. Nothing else
should run on the machine: the load that was there is printed, and so is the CPU of a request, which says more on a busy
one.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import requests

from benchmarks.index.__main__ import _EMITTER, Node
from benchmarks.index.histories import address, events_of_contest
from benchmarks.site.measuring import Usage, closed_loop, steady
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.store import open_store
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index
from hyperbounty.web.index.state import read_state
from tests.conftest import started
from tests.web.scene import Scene, published

CONTESTS: Final = 1_000
ENTRIES: Final = 1_000
FEW: Final = 3
"""Entries of each other contest."""

RATE: Final = 200
CLIENTS: Final = 50
EVENTS_A_SECOND: Final = 1_000
A_BLOCK: Final = 100
MOST_MIB: Final = 200
_PATIENCE_S: Final = 120.0
_WARM_BLOCKS: Final = 30


def main() -> None:
    """Measure, or be a process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=int, default=30, help="of each part")
    parser.add_argument("--contests", type=int, default=CONTESTS)
    parser.add_argument("--keep", nargs=3, metavar=("URL", "FILE", "STORE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.keep:
        _keep(*arguments.keep)
        return
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    anvil = ["anvil", "--port", "0", "--gas-limit", "60000000"]
    with started(anvil, "Listening on ") as line, tempfile.TemporaryDirectory() as folder:
        node = Node(f"http://{line.split('Listening on ')[1].strip()}")
        home = Path(folder)
        manifest = _manifest(home)
        _emit(node, arguments.contests, manifest)
        place = home / "index.sqlite"
        _read(node.url, place, home / "store")
        with _serving(place, home, node.url) as (url, process, began_s):
            print(f"the first answer comes {began_s:.1f} s after the start")
            targets = _targets(url, arguments.contests)
            _measure("a beginning, with templates to compile", process, targets[:200], 50, 4)
            _measure("steady, nothing is indexed", process, targets, RATE, arguments.seconds)
            with _indexing(node, place, home, arguments.contests):
                _measure(f"steady, {EVENTS_A_SECOND:,} events/s", process, targets, RATE, arguments.seconds)
                usage = Usage(process.pid)
                found = closed_loop(targets, CLIENTS, arguments.seconds)
                print(f"{CLIENTS} clients, {EVENTS_A_SECOND:,} events/s: {found} (goal: median at most 100 ms)")
                print(f"  {usage.cpu_ms(found.requests):.2f} ms of CPU a request")
            memory = Usage(process.pid).peak_mib
            print(f"memory of the site: {memory:.0f} MiB at most (goal {MOST_MIB})")


def _measure(what: str, process: subprocess.Popen[str], targets: Sequence[str], rate: int, seconds: int) -> None:
    usage = Usage(process.pid)
    found = steady(targets, rate, CLIENTS, seconds)
    print(f"{what}, {rate}/s: {found} (goal: p50 at most 10 ms, p99 at most 100)")
    print(f"  {usage.cpu_ms(found.requests):.2f} ms of CPU a request; load {os.getloadavg()[0]:.1f}")


def _targets(url: str, contests: int) -> list[str]:
    """What is asked, in a mix: mostly the front page and what everybody looks at, some of it what nobody does."""
    chance = random.Random(19)
    big = contests
    popular = [big, *range(contests - 19, contests)]
    found = []
    for _ in range(2_000):
        anyone = chance.randint(1, contests)
        found.append(
            chance.choices(
                [
                    "/",
                    f"/contests/{chance.choice(popular)}",
                    f"/contests/{big}",
                    "/api/v1/contests",
                    f"/api/v1/contests/{big}/leaderboard",
                    f"/contests/{anyone}",
                    f"/api/v1/contests/{anyone}",
                    f"/accounts/{address(1_000_000 + chance.randint(0, ENTRIES - 1))}",
                    "/static/site.css",
                ],
                [30, 20, 10, 10, 5, 5, 5, 5, 10],
            )[0]
        )
    return [f"{url}{path}" for path in found]


def _manifest(home: Path) -> bytes:
    """The digest of a manifest that the store has: a page without one is made faster."""
    scene = Scene(home, None, None, open_store(None, home / "store"), ())  # type: ignore[arg-type]
    return published(scene, "Does LTC rise within three steps?")


def _emit(node: Node, contests: int, manifest: bytes) -> None:
    small = itertools.chain.from_iterable(events_of_contest(each, FEW, manifest) for each in range(1, contests))
    events = itertools.chain(small, events_of_contest(contests, ENTRIES, manifest))
    while batch := list(itertools.islice(events, A_BLOCK)):
        node.emit(batch)


def _read(url: str, place: Path, store: Path) -> None:
    with _index(url, place, store, threading.Event()) as process:
        state = process.catch_up()
        print(f"the index is at block {state.block}")


def _keep(url: str, place: str, store: str) -> None:
    """Be the process that keeps the index, until it is ended."""
    with _index(url, Path(place), Path(store), threading.Event()) as process:
        process.run()


@contextlib.contextmanager
def _index(url: str, place: Path, store: Path, stopped: threading.Event) -> Iterator[IndexProcess]:
    known = families()
    with Chain.connect(url) as chain, open_index(place, known) as database:
        bounty = [family for family in known if family.client is BountyContract]
        wanted = Wanted(bounty, lambda _: BountyContract(chain, _EMITTER), from_block=0, store=open_store(None, store))
        process = IndexProcess(chain, database, wanted, stopped)
        with process.opened():
            yield process


@contextlib.contextmanager
def _serving(place: Path, home: Path, rpc: str) -> Iterator[tuple[str, subprocess.Popen[str], float]]:
    """The site; gives where it is, its process, and after how many seconds it answered."""
    arguments = ["serve", "--port", "0", "--no-index", "--json", "--home", str(home), "--rpc", rpc]
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - this program
        [sys.executable, "-m", "hyperbounty", *arguments, "--database", f"sqlite:///{place}"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        document = ""
        while not document.endswith("}\n"):
            document += process.stdout.readline()
        said: dict[str, Any] = json.loads(document)
        requests.get(f"{said['url']}/healthz", timeout=_PATIENCE_S).raise_for_status()
        took_s = time.monotonic() - began
        requests.get(f"{said['url']}/", timeout=_PATIENCE_S).raise_for_status()
        yield said["url"], process, took_s
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def _indexing(node: Node, place: Path, home: Path, contests: int) -> Iterator[None]:
    """Inside, events of new contests come at a steady rate, and a process of its own reads them."""
    script = [sys.executable, "-m", "benchmarks.site", "--keep", node.url, str(place), str(home / "store")]
    stopped = threading.Event()
    emitted = [0]

    def emit() -> None:
        records = itertools.chain.from_iterable(
            events_of_contest(number, 30) for number in itertools.count(contests + 1)
        )
        began = time.monotonic()
        while not stopped.wait(max(0.0, began + emitted[0] / EVENTS_A_SECOND - time.monotonic())):
            node.emit(list(itertools.islice(records, A_BLOCK)))
            emitted[0] += A_BLOCK

    process = subprocess.Popen(script)  # noqa: S603 - this program
    thread = threading.Thread(target=emit)
    began = time.monotonic()
    first = _block(place)
    thread.start()
    try:
        # A process that loads indexes nothing yet.
        while _block(place) < first + _WARM_BLOCKS and time.monotonic() - began < _PATIENCE_S:
            time.sleep(0.2)
        usage, since = Usage(process.pid), time.monotonic()
        yield
        share = usage.cpu_ms(1) / 1_000 / (time.monotonic() - since)
        print(f"the index takes {100 * share:.0f} % of a core for it")
    finally:
        stopped.set()
        thread.join()
        took_s = time.monotonic() - began
        behind = int(node.ask("eth_blockNumber"), 16) - _block(place)
        process.terminate()
        process.wait()
        print(f"{emitted[0] / took_s:,.0f} events/s were emitted; the index is {behind} blocks behind at the end")


def _block(place: Path) -> int:
    with open_index(place, families()) as database:
        state = database.read(read_state)
    assert state is not None
    return state.block or 0


if __name__ == "__main__":
    main()
