"""Events from a local node into the index: time, memory, growth; and how soon a new block is in the tables.

`python -m benchmarks.index [EVENTS]` starts Anvil, which must be on the PATH, has a contract emit the events of whole
contests, 100,000 of them unless given and a tenth before that, and reads them with a process of its own each time, into
a new file of SQLite. CPU seconds are those of that process alone. Then it follows the chain and looks for new blocks.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from requests import Session

from benchmarks.index.emitter import Record, calldata, runtime_code
from benchmarks.index.histories import events_of_contest
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index, spare_the_collector
from tests.conftest import started

EVENTS: Final = 100_000
A_BLOCK: Final = 100
BLOCKS_FOLLOWED: Final = 20
MOST_S: Final = 30.0
MOST_MIB: Final = 256
MOST_GROWTH: Final = 1.2
MOST_DELAY_S: Final = 2.0
_EMITTER: Final = "0x00000000000000000000000000000000000b0b0b"


class Node:
    """Anvil, with the contract that emits."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = Session()
        self._session.trust_env = False
        self._from = development_account(0).address
        self.ask("anvil_setCode", _EMITTER, f"0x{runtime_code().hex()}")

    def ask(self, method: str, *params: object) -> Any:
        """The result of one question."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self._session.post(self.url, json=body, timeout=60).json()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def emit(self, records: Sequence[Record]) -> None:
        """Logs, in a block of their own."""
        call = {"from": self._from, "to": _EMITTER, "data": f"0x{calldata(records).hex()}", "gas": hex(16_000_000)}
        self.ask("eth_sendTransaction", call)


def read(url: str, place: Path) -> dict[str, float]:
    """What it takes this process to read everything into a new index."""
    with Chain.connect(url) as chain, _index(chain, place) as process:
        spare_the_collector()
        start = time.monotonic(), time.process_time()
        state = process.catch_up()
        seconds, cpu = time.monotonic() - start[0], time.process_time() - start[1]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "mib": memory, "block": state.block or 0}


def follow(node: Node, place: Path) -> list[float]:
    """For each of some new blocks: seconds from the moment it is mined until the tables speak of it."""
    delays: list[float] = []
    stopped = threading.Event()
    with Chain.connect(node.url) as chain, _index(chain, place, stopped) as process:
        thread = threading.Thread(target=process.run)
        thread.start()
        for number in range(BLOCKS_FOLLOWED):
            time.sleep(0.3)
            node.emit(list(itertools.islice(events_of_contest(10**6 + number), A_BLOCK)))
            start, head = time.monotonic(), int(node.ask("eth_blockNumber"), 16)
            while (process.keeper.state().block or 0) < head:
                time.sleep(0.01)
            delays.append(time.monotonic() - start)
        stopped.set()
        thread.join()
    return delays


def main() -> None:
    """Measure, or be the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=EVENTS)
    parser.add_argument("--read", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        url, place = arguments.read
        print(json.dumps(read(url, Path(place))))
        return
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    anvil = ["anvil", "--port", "0", "--gas-limit", "60000000"]
    with started(anvil, "Listening on ") as line, tempfile.TemporaryDirectory() as folder:
        node = Node(f"http://{line.split('Listening on ')[1].strip()}")
        records = itertools.chain.from_iterable(events_of_contest(number) for number in itertools.count(1))
        taken: dict[int, float] = {}
        emitted = 0
        for count in (arguments.events // 10, arguments.events):
            for _ in range((count - emitted) // A_BLOCK):
                node.emit(list(itertools.islice(records, A_BLOCK)))
            emitted = count
            place = Path(folder) / f"{count}.sqlite"
            script = [sys.executable, "-m", "benchmarks.index", "--read", node.url, str(place)]
            done = subprocess.run(script, check=True, capture_output=True, text=True)  # noqa: S603 - this program
            found = json.loads(done.stdout)
            taken[count] = found["cpu"] / count
            rate = f"{1e6 * taken[count]:.0f} µs of CPU an event, {count / found['seconds']:,.0f} events/s"
            print(
                f"{count:>9,} events: {found['seconds']:.1f} s (goal {MOST_S:.0f}), {found['cpu']:.1f} CPU s, {rate},",
                end=" ",
            )
            print(f"{found['mib']:.0f} MiB (goal {MOST_MIB})")
        few, many = taken.values()
        print(f"an event takes {many / few:.2f} of what it took at a tenth (goal at most {MOST_GROWTH})")
        delays = sorted(follow(node, place))
        print(f"a new block of {A_BLOCK} events is in the tables after {delays[len(delays) // 2]:.2f} s,", end=" ")
        print(f"{delays[-1]:.2f} s at most (goal {MOST_DELAY_S:.0f})")


@contextmanager
def _index(chain: Chain, place: Path, stopped: threading.Event | None = None) -> Iterator[IndexProcess]:
    known = families()
    contract = BountyContract(chain, _EMITTER)
    with open_index(place, known) as database:
        process = IndexProcess(chain, database, Wanted(known, lambda _: contract, from_block=0), stopped)
        with process.opened():
            yield process


if __name__ == "__main__":
    main()
