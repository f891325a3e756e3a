"""Real nodes, where there are any."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest


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
    process = subprocess.Popen([program, "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = next(line for line in process.stdout if line.startswith("Listening on "))
        yield f"http://{line.removeprefix('Listening on ').strip()}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def ipfs_address() -> str:
    """The RPC of a real IPFS node; tests/nodes/jsipfs starts one."""
    given = os.environ.get("HYPERBOUNTY_TEST_IPFS")
    if given is None:
        pytest.skip("no IPFS node: HYPERBOUNTY_TEST_IPFS is not set")
    return given
