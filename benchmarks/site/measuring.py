"""Load on a site by vegeta, and what the site's process takes for it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_NS_A_MS: Final = 1e6


@dataclass(frozen=True)
class Found:
    """What vegeta says.

    Attributes:
        requests: that were answered or failed.
        rate: of answers, in a second.
        p50_ms, p99_ms, longest_ms: of the time to an answer.
        failed: statuses other than 200, with how often each came.
    """

    requests: int
    rate: float
    p50_ms: float
    p99_ms: float
    longest_ms: float
    failed: dict[str, int]

    def __str__(self) -> str:
        failed = f", FAILED {self.failed}" if self.failed else ""
        times = f"p50 {self.p50_ms:.1f} ms, p99 {self.p99_ms:.1f} ms, at most {self.longest_ms:.0f} ms"
        return f"{self.requests:,} requests, {self.rate:.0f}/s, {times}{failed}"


class Usage:
    """The CPU that a process has used since this was made. Linux alone."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")
        self._before = self._seconds()

    def cpu_ms(self, requests: int) -> float:
        """Milliseconds of CPU for each of so many requests."""
        return 1_000 * (self._seconds() - self._before) / max(1, requests)

    @property
    def peak_mib(self) -> float:
        """The most memory that it held."""
        status = (self._folder / "status").read_text(encoding="ascii")
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024

    def _seconds(self) -> float:
        fields = (self._folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def steady(targets: Sequence[str], rate: int, connections: int, seconds: int) -> Found:
    """Ask at a fixed rate, whether answers come or not."""
    return _attack(targets, ["-rate", f"{rate}/s", "-connections", str(connections), "-duration", f"{seconds}s"])


def closed_loop(targets: Sequence[str], clients: int, seconds: int) -> Found:
    """So many clients, each of which asks again as soon as it is answered."""
    workers = ["-workers", str(clients), "-max-workers", str(clients), "-connections", str(clients)]
    return _attack(targets, ["-rate", "0", *workers, "-duration", f"{seconds}s"])


def _attack(targets: Sequence[str], options: Sequence[str]) -> Found:
    asked = "".join(f"GET {target}\n" for target in targets).encode()
    # The answers themselves are of no interest, and would take vegeta's memory.
    attack = ["vegeta", "attack", "-max-body", "0", "-timeout", "30s", *options]
    results = subprocess.run(attack, input=asked, check=True, capture_output=True).stdout  # noqa: S603 - from the PATH
    report = ["vegeta", "report", "-type", "json"]
    said = json.loads(subprocess.run(report, input=results, check=True, capture_output=True).stdout)  # noqa: S603
    latencies = said["latencies"]
    return Found(
        said["requests"],
        said["throughput"],
        latencies["50th"] / _NS_A_MS,
        latencies["99th"] / _NS_A_MS,
        latencies["max"] / _NS_A_MS,
        {status: count for status, count in said["status_codes"].items() if status != "200"},
    )
