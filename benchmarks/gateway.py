"""A file through a gateway with a round trip of 50 ms: blocks ahead of their turn against one at a time, in one run.

`python -m benchmarks.gateway [--most BLOCKS] [--record]` starts a gateway on this machine that waits 50 ms before each
answer, and fetches files of 10, 100, 1,000, … blocks of 256 KiB, up to BLOCKS (1,000 unless given), and one of 60 MB.
Each is fetched in a process of its own, into an embedded store and to a file, as people do it:

- one at a time: what the project did, each block asked for once the one before is written;
- ahead: what it does;
- curl: every block by one command with 16 connections, where curl is there. It checks nothing, keeps the blocks as they
  come, and is told beforehand which ones there are.

Seconds are by the clock, since people wait. CPU seconds and the growth of the resident peak (Linux) are of the process
that fetches. The slope is that of the logarithm of the time over that of the blocks: 1 is linear. `--record` keeps the
outcome for the table in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.waits.outcome import Grown, Outcome, slope
from benchmarks.waits.records import record
from hyperbounty.store import Cid, EmbeddedStore, fetch, open_store
from hyperbounty.store.ahead import WINDOW
from hyperbounty.store.fallback import StoreWithGateways
from hyperbounty.store.gateways import Gateways
from hyperbounty.store.unixfs import CHUNK_BYTES

ROUND_TRIP_S: Final = 0.05
SIXTY: Final = 60_000_000
GOAL_S: Final = 2.0
"""For the file of 60 MB."""
WAYS: Final = ("one at a time", "ahead")
CURL: Final = "curl"


class Gateway:
    """A trustless gateway of the blocks in `folder`, far away."""

    def __init__(self, folder: Path) -> None:
        store = EmbeddedStore(folder)
        self.connections = 0
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                gateway.connections += 1

            def do_GET(self) -> None:
                time.sleep(ROUND_TRIP_S)
                block = store.block(Cid.parse(self.path.removeprefix("/ipfs/").partition("?")[0]))
                self.send_response(200)
                self.send_header("Content-Type", "application/vnd.ipld.raw")
                self.send_header("Content-Length", str(len(block)))
                self.end_headers()
                self.wfile.write(block)

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 2 * WINDOW

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class OneAtATime(StoreWithGateways):
    """The same store, never asked for a block before its turn."""

    def __init__(self, store: EmbeddedStore, gateways: Gateways) -> None:
        super().__init__(store, gateways)
        self.ahead = None  # type: ignore[assignment]


def bring(way: str, url: str, root: str, folder: Path) -> tuple[float, float, float]:
    """Seconds, CPU seconds and MB that one fetch takes in this process."""
    opened = open_store(None, folder / "store", [url])
    if way == WAYS[0]:
        opened = OneAtATime(EmbeddedStore(folder / "store"), Gateways([url]))
    memory = _resident("VmRSS")
    started, worked = time.perf_counter(), time.process_time()
    fetch(opened, Cid.parse(root), folder / "file")
    return time.perf_counter() - started, time.process_time() - worked, _resident("VmHWM") - memory


def _resident(name: str) -> float:
    """MB of memory that are, or were at most, resident."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def measure(way: str, gateway: Gateway, root: Cid, names: list[str]) -> tuple[float, float, float]:
    """What `bring` returns, of a process of its own; of curl, only the seconds."""
    with TemporaryDirectory() as folder:
        if way == CURL:
            config = Path(folder) / "config"
            config.write_text(
                "".join(f'url = "{gateway.url}/ipfs/{name}?format=raw"\noutput = "{name}"\n' for name in names)
            )
            command = [CURL, "-s", "-Z", "--parallel-max", str(WINDOW), "-K", str(config)]
            started = time.perf_counter()
            subprocess.run(command, check=True, cwd=folder, capture_output=True)  # noqa: S603
            return time.perf_counter() - started, float("nan"), float("nan")
        command = [sys.executable, "-m", "benchmarks.gateway", "--bring", way, gateway.url, str(root), folder]
        found = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        seconds, worked, megabytes = json.loads(found.stdout)
        return seconds, worked, megabytes


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gateway", description="Time a file through a gateway.")
    parser.add_argument("--most", type=int, default=1_000, metavar="BLOCKS", help="blocks of the largest file")
    parser.add_argument("--record", action="store_true", help="keep the outcome for the table")
    options = parser.parse_args()
    sizes = [count for count in (10**power for power in range(1, 6)) if count <= options.most]
    ways = [*WAYS, *([CURL] if shutil.which(CURL) else [])]
    print(f"{'':16}{'seconds':>{14 * len(ways)}}{'':10}{'CPU seconds':>28}{'MB':>28}")
    print(f"{'blocks':16}{_heads(ways)}{'times':>10}{_heads(WAYS)}{_heads(WAYS)}")
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for size in [*(count * CHUNK_BYTES for count in sizes), SIXTY]:
        with TemporaryDirectory() as folder:
            root, names = _publish(size, Path(folder) / "store")
            gateway = Gateway(Path(folder) / "store")
            found = {way: measure(way, gateway, root, names) for way in ways}
            gateway.close()
        for way in ways:
            seconds[way].append(found[way][0])
        name = "60 MB" if size == SIXTY else f"{size // CHUNK_BYTES:,}"
        times = f"{found[WAYS[0]][0] / found[WAYS[1]][0]:10.1f}"
        print(
            f"{name:16}{_figures([found[way][0] for way in ways])}{times}"
            f"{_figures([found[way][1] for way in WAYS])}{_figures([found[way][2] for way in WAYS])}",
            flush=True,
        )
    for way in ways:
        found_slope = slope(sizes, seconds[way][: len(sizes)])
        if found_slope is not None:
            print(f"slope of {way}: {found_slope[0]:.2f}, over the last step {found_slope[1]:.2f}")
    if options.record:
        record([_outcome(sizes, seconds)])


def _outcome(sizes: Sequence[int], seconds: Mapping[str, Sequence[float]]) -> Outcome:
    """The row of the table; the file of 60 MB is measured last."""
    one, ahead = (seconds[way] for way in WAYS)
    beside = (
        f"curl, told which blocks there are and checking none, takes {seconds[CURL][-1]:.2f} s"
        if CURL in seconds
        else ""
    )
    return Outcome(
        name="gateway",
        what="60 MB through a gateway 50 ms away",
        unit="s",
        ours=ahead[-1],
        peer="one block at a time",
        theirs=one[-1],
        goal=f"at most {GOAL_S:g} s",
        is_met=ahead[-1] <= GOAL_S,
        grows="blocks, s",
        growth=tuple(Grown(*each) for each in zip(sizes, ahead, one, strict=False)),
        remark=beside,
    )


def _publish(size: int, folder: Path) -> tuple[Cid, list[str]]:
    """A file of so many bytes that repeat nowhere, and the names of all its blocks."""
    store = EmbeddedStore(folder)
    source = folder.with_name("source")
    with source.open("wb") as file:
        for number in range(-(-size // CHUNK_BYTES)):
            block = hashlib.shake_128(b"%d %d" % (size, number)).digest(CHUNK_BYTES)
            file.write(block[: size - number * CHUNK_BYTES])
    with source.open("rb") as file:
        root = store.add_file(file)
    source.unlink()
    return root, [path.name for path in (folder / "blocks").glob("*/*")]


def _heads(ways: tuple[str, ...] | list[str]) -> str:
    return "".join(f"{way:>14}" for way in ways)


def _figures(values: list[float]) -> str:
    return "".join(f"{value:14.2f}" for value in values)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bring"]:
        print(json.dumps(bring(sys.argv[2], sys.argv[3], sys.argv[4], Path(sys.argv[5]))))
    else:
        main()
