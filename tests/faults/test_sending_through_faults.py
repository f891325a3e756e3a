"""Transactions through a network that drops, delays, truncates, duplicates and reorders: none lost, none doubled."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.faults.conftest import Witness
from tests.faults.proxy import Fault, FaultyProxy, running
from tests.faults.sender import send_all

OPERATIONS = int(os.environ.get("HYPERBOUNTY_FAULT_OPERATIONS", "40"))
SEED = int(os.environ.get("HYPERBOUNTY_FAULT_SEED", "1"))


@pytest.mark.timeout(3600)
def test_every_operation_happens_exactly_once(witness: Witness, tmp_path: Path) -> None:
    proxy = FaultyProxy(witness.url, SEED, rate=0.2)
    with running(proxy) as url:
        send_all(url, tmp_path, witness.probe.address, list(range(OPERATIONS)), witness.number)
    print(f"\n{OPERATIONS} operations, {proxy.requests} requests, {proxy.seen.total()} faults: {dict(proxy.seen)}")  # noqa: T201
    assert witness.effects() == dict.fromkeys(range(OPERATIONS), 1)
    assert witness.transactions() == OPERATIONS
    assert proxy.seen.total() > OPERATIONS


@pytest.mark.parametrize("fault", list(Fault))
def test_each_fault_alone_changes_nothing(witness: Witness, tmp_path: Path, fault: Fault) -> None:
    proxy = FaultyProxy(witness.url, SEED, rate=0.3, faults=[fault])
    with running(proxy) as url:
        send_all(url, tmp_path, witness.probe.address, [7, 8], witness.number)
    assert witness.effects() == {7: 1, 8: 1}
    assert witness.transactions() == 2
    assert proxy.seen[fault]


@pytest.mark.timeout(3600)
def test_several_clients_of_one_account_share_its_nonces(witness: Witness, tmp_path: Path) -> None:
    clients, each = 3, max(4, OPERATIONS // 20)
    proxy = FaultyProxy(witness.url, SEED, rate=0.1)
    with running(proxy) as url:
        threads = [
            threading.Thread(
                target=send_all,
                args=(url, tmp_path, witness.probe.address, list(range(i * each, (i + 1) * each)), witness.number),
            )
            for i in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert witness.effects() == dict.fromkeys(range(clients * each), 1)
    assert witness.transactions() == clients * each


@pytest.mark.timeout(3600)
def test_several_clients_of_one_key_do_it_once(witness: Witness, tmp_path: Path) -> None:
    proxy = FaultyProxy(witness.url, SEED, rate=0.1)
    with running(proxy) as url:
        arguments = (url, tmp_path, witness.probe.address, [1, 2, 3], witness.number)
        threads = [threading.Thread(target=send_all, args=arguments) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert witness.effects() == {1: 1, 2: 1, 3: 1}
    assert witness.transactions() == 3
