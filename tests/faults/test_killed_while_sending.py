"""SIGKILL at any moment between two processes of one command: every effect is there once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.conftest import Witness
from tests.faults.executioner import SEED, Executioner
from tests.faults.proxy import FaultyProxy, running
from tests.faults.sender import send_all

KILLS = int(os.environ.get("HYPERBOUNTY_FAULT_KILLS", "8"))
NUMBERS_A_ROUND = 4
# A round takes some 40 requests, so most kills fall inside one.
LATEST_REQUEST = 50


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_killed_command_continues_and_doubles_nothing(witness: Witness, tmp_path: Path, rate: float) -> None:
    executioner = Executioner(KILLS, LATEST_REQUEST)
    proxy = FaultyProxy(witness.url, SEED, rate, watcher=executioner)
    done = 0
    with running(proxy) as url:
        while not executioner.is_done:
            numbers = list(range(done, done + NUMBERS_A_ROUND))
            executioner.until_it_ends(send_all, url, tmp_path, witness.probe.address, numbers, witness.number)
            done += NUMBERS_A_ROUND
    killed = f"{executioner.kills.total()} kills {dict(executioner.kills)}"
    print(f"\n{done} operations, {killed}, {proxy.requests} requests, {proxy.seen.total()} faults")  # noqa: T201
    assert witness.effects() == dict.fromkeys(range(done), 1)
    assert witness.transactions() == done
