"""`hyperbounty serve` as a process: it keeps its index running, answers, and ends with all that it started."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from hyperbounty.cli.exit_codes import ExitCode
from tests.cli.conftest import Command
from tests.web.processes import announced, children, lives, until

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")]
PATIENCE_S = 60.0
END_S = 2.0


@dataclass
class Serving:
    """A site in a process."""

    process: subprocess.Popen[str]
    said: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.said["url"])

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        answer = requests.get(self.url + path, timeout=10)
        return answer.status_code, answer.text

    def index(self) -> int:
        """The process that keeps the index."""
        [index] = until(lambda: children(self.process.pid))
        return int(index)


@contextmanager
def serving(home: Path, rpc: str, *options: str) -> Iterator[Serving]:
    arguments = ["serve", "--port", "0", "--rpc", rpc, "--home", str(home), "--json", *options]
    with announced(arguments, subprocess.PIPE, lambda process: process.communicate()) as (process, said):
        yield Serving(process, said)


@pytest.fixture
def chain(devnet: str, hb: Command) -> str:
    """A devnet with the contract."""
    hb("deploy", "HyperparameterBounty", "--account", "devnet-0", "--rpc", devnet)
    return devnet


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_what_its_index_reads_and_ends_with_all_that_it_started(
    home: Path, chain: str, number: signal.Signals
) -> None:
    with serving(home, chain, "--metrics-port", "0", "--log-format", "json") as site:
        assert site.get("/healthz") == (200, '{"alive":true}')
        until(lambda: site.get("/readyz")[0] == 200)
        assert site.get("/")[0] == 200
        assert "hyperbounty_index_block" in requests.get(site.said["metrics_url"], timeout=10).text
        index = site.index()
        began = time.monotonic()
        site.process.send_signal(number)
        _, log = site.process.communicate(timeout=PATIENCE_S)
        took_s = time.monotonic() - began
        assert site.process.returncode == 0
        assert not lives(index)
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert any("following" in event["event"] for event in events)
    assert any(event.get("route") == "/readyz" for event in events)
    # It is stopped, not killed: nothing waits for its patience to end.
    assert not any("killed" in event["event"] for event in events)
    assert took_s < END_S


def test_an_index_that_dies_is_started_again_and_meanwhile_the_site_is_not_ready(home: Path, chain: str) -> None:
    with serving(home, chain) as site:
        until(lambda: site.get("/readyz")[0] == 200)
        first = site.index()
        os.kill(first, signal.SIGKILL)
        status, why = until(lambda: answer if (answer := site.get("/readyz"))[0] != 200 else None)
        assert status == 503
        assert "the process of the index does not run" in why
        assert site.get("/")[0] == 200
        until(lambda: site.get("/readyz")[0] == 200)
        assert site.index() != first


def test_a_site_that_is_killed_leaves_no_index(home: Path, chain: str) -> None:
    with serving(home, chain) as site:
        until(lambda: site.get("/readyz")[0] == 200)
        index = site.index()
        site.process.kill()
        until(lambda: not lives(index))


def test_a_port_that_is_taken_is_named_before_anything_begins(home: Path, hb: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = hb("serve", "--port", port, code=ExitCode.UNAVAILABLE)
        assert f"port {port}" in refused.err
        assert "--port" in refused.err
        assert not (home / "index.sqlite").exists()
        refused = hb("serve", "--port", 0, "--metrics-port", port, code=ExitCode.UNAVAILABLE)
        assert f"port {port}" in refused.err
        assert "--metrics-port" in refused.err


def test_without_an_index_of_its_own_it_starts_none(home: Path, chain: str) -> None:
    with serving(home, chain, "--no-index") as site:
        assert not children(site.process.pid)
        status, why = site.get("/readyz")
        assert status == 503
        assert "has not read the chain yet" in why


def test_the_list_of_processes_shows_no_address_of_a_node(home: Path, chain: str) -> None:
    with serving(home, chain) as site:
        words = Path(f"/proc/{site.index()}/cmdline").read_text().split("\0")
        assert "index" in words
        assert not [word for word in words if word.startswith("http")]


def test_without_an_index_of_its_own_it_is_ready_while_another_process_keeps_it(home: Path, chain: str) -> None:
    with serving(home, chain, "--no-index") as site:
        keep = [sys.executable, "-m", "hyperbounty", "index", "run", "--rpc", chain, "--home", str(home)]
        with subprocess.Popen(keep, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as keeping:
            try:
                until(lambda: site.get("/readyz")[0] == 200)
            finally:
                keeping.kill()
        status, why = until(lambda: answer if (answer := site.get("/readyz"))[0] != 200 else None)
        assert status == 503
        assert "hyperbounty index run" in why
        # What was read before is shown all the same.
        assert site.get("/")[0] == 200
