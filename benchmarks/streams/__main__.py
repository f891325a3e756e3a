"""Open streams of a site: memory, how soon all are told, and how soon they end.

`python -m benchmarks.streams [STREAMS]` serves an index from a process of its own and opens 1,000 streams unless told
otherwise. A change is told to all of them, then the site is stopped with SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hyperbounty.web.site.serving import listen
from tests.web.scene import NAMELESS, Scene, new_scene, open_contest

STREAMS: Final = 1_000
MOST_MIB: Final = 50
MOST_END_S: Final = 2.0
_REQUEST: Final = b"GET /events HTTP/1.1\r\nhost: here\r\n\r\n"


async def measure(scene: Scene, process: subprocess.Popen[str], port: int, count: int) -> None:
    """Open the streams, tell them, end them, and print what it took."""
    first = await _opened(port)
    before = _mib(process.pid)
    streams = [first] + [await _opened(port) for _ in range(count - 1)]
    quiet = _mib(process.pid)
    open_contest(scene, "news", NAMELESS)
    waiting = [asyncio.create_task(_until(reader, b"event: change")) for reader, _ in streams]
    start = time.monotonic()
    await asyncio.to_thread(scene.index)
    indexed = time.monotonic()
    await asyncio.gather(*waiting)
    told = time.monotonic()
    after = _mib(process.pid)
    print(
        f"{count:,} streams: {quiet - before:.0f} MiB more, {after - before:.0f} after a change (goal {MOST_MIB}),",
        end=" ",
    )
    print(f"{1024 * (after - before) / count:.0f} KiB each; {after:.0f} MiB in all")
    print(f"all told {told - indexed:.2f} s after the index had it ({indexed - start:.2f} s)")
    ends = [asyncio.create_task(_until(reader, None)) for reader, _ in streams]
    start = time.monotonic()
    process.send_signal(signal.SIGTERM)
    await asyncio.gather(*ends)
    ended = time.monotonic() - start
    await asyncio.to_thread(process.wait)
    print(f"all ended after {ended:.2f} s, the process after {time.monotonic() - start:.2f} s (goal {MOST_END_S:.0f})")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("streams", nargs="?", type=int, default=STREAMS)
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        scene = new_scene(Path(folder))
        open_contest(scene, "first", NAMELESS)
        scene.index()
        with listen("127.0.0.1", 0) as listener:
            port = int(listener.getsockname()[1])
        with _serving(scene, port) as process:
            asyncio.run(measure(scene, process, port, arguments.streams))


@contextmanager
def _serving(scene: Scene, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.web.site.served_process", str(scene.database), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - a program of ours
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


async def _opened(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_REQUEST)
    await _until(reader, b"event: block")
    return reader, writer


async def _until(reader: asyncio.StreamReader, line: bytes | None) -> None:
    """Read on until there is such a line, or, for None, to the end."""
    while found := await reader.readline():
        if found.strip() == line:
            return


def _mib(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("it has ended")


if __name__ == "__main__":
    main()
