"""What all tests share: which of them are heavy, how hypothesis draws, and real nodes, where there are any."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, settings

from hyperbounty.chain.development import DEVELOPMENT_ACCOUNTS, DEVELOPMENT_BALANCE, development_account
from tests.postgresql import NoServer, new_database, postgresql

# A program that an earlier run compiled would hide what compiling does, and the user's folder is not for tests.
os.environ.setdefault("HYPERBOUNTY_COMPILED", "")

# No test fails because the machine is busy. .ci/run draws the same examples every time, so that nobody's landing fails
# by what another one left; a run at home draws others each time.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("house")

# `make quick` leaves heavy tests out: these, and those that carry the mark themselves because they take more than half
# a second.
HEAVY_MARKS = {"training", "anvil", "geth", "kubo", "postgresql", "ray", "notebook", "real_data", "sklearn", "onnx"}
HEAVY_FOLDERS = {"end_to_end", "faults", "gas"}
# The contract on py-evm, with a world of accounts and contests, or served by a devnet.
HEAVY_FIXTURES = {"deployed", "shell"}


# A file of tests with this line starts TensorFlow as it is loaded, for seconds. All of its tests are heavy.
LOADS_KERAS = "\nfrom hyperbounty.training.backend import keras\n"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait, for a node that hangs as for a process that starts."""
    return (os.cpu_count() or 1) + 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where no heavy test is asked for, do not load what holds nothing else."""
    if config.getoption("markexpr") != "not heavy":
        return None
    if collection_path.is_dir():
        return collection_path.name in HEAVY_FOLDERS or None
    return (collection_path.suffix == ".py" and LOADS_KERAS in collection_path.read_text(encoding="utf-8")) or None


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is heavy, and begin with it, so that no worker is left alone with a long test at the end."""
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        fixtures = set(getattr(item, "fixturenames", ()))
        if marks & HEAVY_MARKS or HEAVY_FOLDERS & set(item.path.parts) or fixtures & HEAVY_FIXTURES:
            item.add_marker("heavy")
    items.sort(key=lambda item: item.get_closest_marker("heavy") is None)


@pytest.fixture(scope="session")
def anvil_url() -> Iterator[str]:
    """A node that is not ours: HYPERBOUNTY_TEST_RPC, or an Anvil started for the session."""
    given = os.environ.get("HYPERBOUNTY_TEST_RPC")
    if given:
        yield given
        return
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no Anvil: neither HYPERBOUNTY_TEST_RPC is set nor is `anvil` on the PATH")
    with started([program, "--port", "0"], "Listening on ") as line:
        yield f"http://{line.split('Listening on ')[1].strip()}"


@pytest.fixture(scope="session")
def geth_url() -> Iterator[str]:
    """Geth in dev mode, one for the session: HYPERBOUNTY_TEST_GETH, or `geth`."""
    with geth() as url:
        yield url


@contextmanager
def geth(*options: str) -> Iterator[str]:
    """Geth in dev mode, whose own account funds the development accounts."""
    program = os.environ.get("HYPERBOUNTY_TEST_GETH") or shutil.which("geth")
    if program is None:
        pytest.skip("no Geth: neither HYPERBOUNTY_TEST_GETH names the program nor is `geth` on the PATH")
    quiet = ["--nodiscover", "--maxpeers", "0", "--ipcdisable", "--port", "0", "--authrpc.port", "0"]
    served = ["--http", "--http.port", "0", "--http.api", "eth,net,web3,debug,txpool"]
    with started([program, "--dev", *options, *quiet, *served], "HTTP server started") as line:
        url = f"http://{line.split('endpoint=')[1].split()[0]}"
        _fund(url)
        yield url


@contextmanager
def started(command: list[str], sign: str, environment: dict[str, str] | None = None) -> Iterator[str]:
    """A node as a process of its own; gives the line with which it says, by `sign`, where it listens."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **(environment or {})}
    )
    output = process.stdout
    assert output is not None
    # A node that fills its pipe stands still, so somebody reads on.
    drain = threading.Thread(target=lambda: deque(output, maxlen=0))
    try:
        line = next(line for line in output if sign in line)
        drain.start()
        yield line
    finally:
        process.terminate()
        process.wait()
        if drain.ident is not None:
            drain.join()
        output.close()


def _fund(url: str) -> None:
    """Give the public development accounts coins from the account that the node itself signs for."""
    with requests.Session() as session:
        session.trust_env = False

        def ask(method: str, *params: object) -> Any:
            body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            return session.post(url, json=body, timeout=300).json().get("result")

        [rich, *_] = ask("eth_accounts")
        for index in range(DEVELOPMENT_ACCOUNTS):
            account = {"from": rich, "to": development_account(index).address, "value": hex(DEVELOPMENT_BALANCE)}
            sent = ask("eth_sendTransaction", account)
            # Until it is mined there is nothing, or for a moment after the start an error about an index. A transaction
            # that came before the miner listened is mined with the next, so there is a next.
            while ask("eth_getTransactionReceipt", sent) is None:
                ask("eth_sendTransaction", {"from": rich, "to": rich, "value": "0x0"})


@pytest.fixture(scope="session")
def ipfs_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The RPC of a real IPFS node: HYPERBOUNTY_TEST_IPFS (tests/nodes/jsipfs starts one), or Kubo, started offline."""
    given = os.environ.get("HYPERBOUNTY_TEST_IPFS")
    if given:
        yield given
        return
    program = os.environ.get("HYPERBOUNTY_TEST_KUBO") or shutil.which("ipfs")
    if program is None:
        pytest.skip(
            "no IPFS node: HYPERBOUNTY_TEST_IPFS is not set, nor is Kubo at HYPERBOUNTY_TEST_KUBO or on the PATH"
        )
    repository = {"IPFS_PATH": str(tmp_path_factory.mktemp("kubo"))}
    # The profile listens on free ports of loopback, and knows and looks for no other node.
    subprocess.run(
        [program, "init", "--profile=test"], env={**os.environ, **repository}, check=True, capture_output=True
    )
    with started([program, "daemon", "--offline"], "API server listening on ", repository) as line:
        yield line.split("listening on ")[1].strip()


@pytest.fixture
def chance() -> random.Random:
    seed = secrets.randbits(32)
    sys.stdout.write(f"moments drawn with seed {seed}\n")
    return random.Random(seed)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a PostgreSQL server."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install hyperbounty[postgresql]")
    try:
        with postgresql() as url:
            yield url
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """A database of this test's own."""
    return new_database(postgresql_server)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a database can be."""
    if request.param == "sqlite":
        return tmp_path / "database.sqlite"
    url: str = request.getfixturevalue("postgresql_url")
    return url
