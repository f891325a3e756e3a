"""A devnet with the bounty contract, as `hyperbounty devnet` serves it, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from hyperbounty.chain.devnet import Devnet
from tests.end_to_end.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    home = tmp_path / "home"
    with Devnet(port=0) as devnet:
        with Chain.connect(devnet.url) as chain:
            contract, receipt = BountyContract.deploy(chain, devnet_account("devnet-0", chain))
            Deployments(home).record(chain, BountyContract.NAME, contract.address, receipt)
        yield Shell(home, devnet.url, capsys)
