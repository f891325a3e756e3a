"""The chains the tests of chain access run on: embedded, served by the devnet, and Anvil and Geth where they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.devnet import Devnet

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import Contract


REAL_NODES = [pytest.param("anvil", marks=pytest.mark.anvil), pytest.param("geth", marks=pytest.mark.geth)]


@pytest.fixture(params=["embedded", "devnet", *REAL_NODES])
def chain(request: pytest.FixtureRequest) -> Iterator[Chain]:
    """Each kind of chain in turn; the first two are fresh, real nodes are what the tests before left."""
    if request.param == "embedded":
        with Chain.embedded() as embedded:
            yield embedded
    elif request.param == "devnet":
        with Devnet(port=0) as devnet, Chain.connect(devnet.url) as served:
            yield served
    else:
        with Chain.connect(request.getfixturevalue(f"{request.param}_url")) as node:
            yield node


@pytest.fixture
def _moving_clock(chain: Chain) -> None:
    """For tests that move the time."""
    if chain.chain_id == 1337:
        pytest.skip("Geth in dev mode makes no block without a transaction, and its clock cannot be moved")


@pytest.fixture
def alice(chain: Chain) -> LocalAccount:
    return devnet_account(0, chain)


@pytest.fixture
def bob(chain: Chain) -> LocalAccount:
    return devnet_account(1, chain)


@pytest.fixture(scope="session")
def probe_artifact() -> Artifact:
    content: dict[str, Any] = json.loads((Path(__file__).parent / "probe.json").read_text())
    return Artifact(
        name="Probe",
        abi=tuple(content["abi"]),
        bytecode=bytes.fromhex(content["bytecode"][2:]),
        deployed_bytecode=bytes.fromhex(content["deployedBytecode"][2:]),
    )


@pytest.fixture
def deploy_probe(chain: Chain, alice: LocalAccount, probe_artifact: Artifact) -> Callable[[int], Contract]:
    """Deploys `Probe`, which closes that many seconds from the latest block."""

    def deploy(seconds: int) -> Contract:
        address, _ = chain.deploy(probe_artifact, alice, chain.timestamp() + seconds)
        return chain.contract(address, probe_artifact.abi)

    return deploy


@pytest.fixture
def probe(deploy_probe: Callable[[int], Contract]) -> Contract:
    return deploy_probe(1000)
