"""`hyperbounty up`: a contest is seen from its offer to its payment, and nothing of it is left behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.locks import locked_now
from hyperbounty.web.up.cast import PARTICIPANTS
from hyperbounty.web.up.prices import COIN, LEAD, write_prices
from tests.cli.conftest import Command
from tests.web.processes import announced, children, lives, until

pytestmark = [pytest.mark.heavy]
PATIENCE_S = 800.0


@dataclass
class Up:
    """All of it, as a process."""

    process: subprocess.Popen[str]
    said: dict[str, Any]

    def contest(self) -> dict[str, Any]:
        """The one that is played, as the site has it; empty where it has none."""
        answer = requests.get(f"{self.said['url']}/api/v1/contests", timeout=30)
        contests = answer.json()["contests"] if answer.ok else []
        return min(contests, key=lambda item: int(item["contest"]), default={})

    def descendants(self) -> list[int]:
        """All processes that it started, and that these started."""
        found = [self.process.pid]
        for process in found:
            found += children(process)
        return found[1:]


@contextmanager
def up(home: Path, *options: str) -> Iterator[Up]:
    arguments = ["up", "--port", "0", "--node-port", "0", "--home", str(home), "--json", *options]
    kept = home.parent / "up.log"
    with kept.open("w") as log, announced(arguments, log, lambda _: kept.read_text()) as (process, said):
        yield Up(process, said)


@pytest.mark.training
@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_who_only_looks_sees_a_contest_from_its_offer_to_its_payment(home: Path) -> None:
    phases: list[str] = []
    with up(home) as all_of_it:

        def is_over() -> bool:
            phase = str(all_of_it.contest().get("phase", ""))
            if phase and phase not in phases[-1:]:
                phases.append(phase)
            return phase == "settled"

        until(is_over, PATIENCE_S)
        contest = all_of_it.contest()
        number = contest["contest"]
        assert requests.get(f"{all_of_it.said['url']}/contests/{number}", timeout=30).status_code == 200
        log = home.parent / "up.log"
        until(lambda: "All of it took" in log.read_text(), PATIENCE_S)
        started = all_of_it.descendants()
        assert len(started) >= 6
        all_of_it.process.send_signal(signal.SIGINT)
        assert all_of_it.process.wait(PATIENCE_S) == 0
        assert not [process for process in started if lives(process)]
    assert "submit" in phases
    assert "reveal" in phases
    assert "score" in phases
    assert "panel_seal" in phases
    assert "Traceback" not in log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_killed_it_leaves_nothing_and_goes_on_where_it_was(home: Path) -> None:
    with up(home, "--no-play") as first:
        started = first.descendants()
        chain = requests.post(first.said["rpc"], json=_first_block(), timeout=30).json()["result"]["hash"]
        first.process.kill()
        until(lambda: not [process for process in started if lives(process)], PATIENCE_S)
    with up(home, "--no-play") as second:
        assert requests.post(second.said["rpc"], json=_first_block(), timeout=30).json()["result"]["hash"] == chain
    with up(home, "--no-play", "--fresh") as third:
        assert requests.post(third.said["rpc"], json=_first_block(), timeout=30).json()["result"]["hash"] != chain


def _first_block() -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["0x0", False]}


@pytest.mark.parametrize("option", ["--port", "--node-port"])
def test_a_port_that_is_taken_is_named(option: str, hb: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"--port": 0, "--node-port": 0, option: port}
        refused = hb("up", *(part for pair in ports.items() for part in pair), code=ExitCode.UNAVAILABLE)
    assert f"port {port}" in refused.err
    assert f"choose another {option}" in refused.err


def test_two_of_them_do_not_share_a_folder(hb: Command, home: Path) -> None:
    kept = home / "up" / "kept"
    kept.parent.mkdir(parents=True)
    kept.touch()
    with locked_now(home / "up.lock"):
        refused = hb("up", "--fresh", code=ExitCode.REFUSED)
    assert "another `up` runs in" in refused.err
    assert kept.exists()


def test_nobody_has_the_prices_before_they_are_published(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2), ("d", None), ("e", None)):
        write_prices(tmp_path / name, seed)
    texts = {name: (tmp_path / name / f"{COIN}-USD.csv").read_text() for name in "abcde"}
    assert texts["a"] == texts["b"]
    assert len(set(texts.values())) == 4
    assert (tmp_path / "a" / f"{LEAD}-USD.csv").read_text().count("\n") == 3_001
    assert len({each.word for each in PARTICIPANTS}) == len(PARTICIPANTS)
