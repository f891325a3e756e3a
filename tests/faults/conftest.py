"""Nodes that the faults stand in front of."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from web3.contract.contract import Contract

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet
from tests.conftest import started


@dataclass(frozen=True)
class Witness:
    """Looks at the chain without the proxy.

    Attributes:
        url: of the node.
        chain: straight to it.
        probe: the contract that counts.
        account: that sends, and `number` of it.
        nonce: the account's first.
    """

    url: str
    chain: Chain
    probe: Contract
    account: LocalAccount
    number: int
    nonce: int

    def effects(self) -> Counter[int]:
        """How often each number was stored."""
        return Counter(event["args"]["key"] for event in self.chain.logs(self.probe.events.Stored(), 0))

    def transactions(self) -> int:
        """How many transactions of the account are mined since the beginning."""
        return self.chain.w3.eth.get_transaction_count(self.account.address) - self.nonce


@pytest.fixture(
    params=["devnet", pytest.param("anvil", marks=pytest.mark.anvil), pytest.param("geth", marks=pytest.mark.geth)]
)
def witness(request: pytest.FixtureRequest) -> Iterator[Witness]:
    """Each kind of node in turn, with a fresh contract on it."""
    if request.param == "devnet":
        with Devnet(port=0) as devnet, Chain.connect(devnet.url) as chain:
            yield _witness(devnet.url, chain)
    else:
        url = request.getfixturevalue(f"{request.param}_url")
        with Chain.connect(url) as chain:
            yield _witness(url, chain)


def _witness(url: str, chain: Chain) -> Witness:
    content: dict[str, Any] = json.loads((Path(__file__).parents[1] / "chain" / "probe.json").read_text())
    artifact = Artifact("Probe", tuple(content["abi"]), bytes.fromhex(content["bytecode"][2:]), b"")
    # Account 3 sends nothing in any other test, so its count is that of the effects.
    number, account = 3, devnet_account(3, chain)
    address, _ = chain.deploy(artifact, devnet_account(0, chain), 2**40)
    nonce = chain.w3.eth.get_transaction_count(account.address)
    return Witness(url, chain, chain.contract(address, artifact.abi), account, number, nonce)


@pytest.fixture(params=["devnet", pytest.param("anvil", marks=pytest.mark.anvil)])
def node(request: pytest.FixtureRequest) -> Iterator[str]:
    """A chain of this test's own, whose clock it moves."""
    if request.param == "devnet":
        with Devnet(port=0) as devnet:
            yield devnet.url
        return
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no Anvil on the PATH: a clock that is moved cannot be shared with other tests")
    with started([program, "--port", "0"], "Listening on ") as line:
        yield f"http://{line.split('Listening on ')[1].strip()}"
