"""Openings of models, killed with SIGKILL at any moment: every word is there once, and every model once.

HYPERBOUNTY_OPENING_KILLS=200 pytest tests/faults/test_killed_opening.py
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.devnet import Devnet
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.manifest import fetch_manifest
from hyperbounty.models.types import Stage
from hyperbounty.models.verification import verify
from hyperbounty.store import open_store
from tests.faults.executioner import SEED, Executioner
from tests.faults.opener import CREATOR, manifest, offer, open_all
from tests.faults.proxy import FaultyProxy, running

KILLS = int(os.environ.get("HYPERBOUNTY_OPENING_KILLS", "10"))
# Five transactions take some 70 requests.
LATEST_REQUEST = 80


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_killed_opening_goes_on_and_doubles_nothing(tmp_path: Path, rate: float) -> None:
    executioner, copies = Executioner(KILLS, LATEST_REQUEST), 0
    with Devnet(port=0) as devnet, Chain.connect(devnet.url) as chain:
        deployed, _ = ModelsContract.deploy(chain, development_account(0))
        creator = development_account(CREATOR).address
        before = chain.w3.eth.get_transaction_count(creator)
        with running(FaultyProxy(devnet.url, SEED, rate, watcher=executioner)) as url:
            while not executioner.is_done or copies < 2:
                executioner.until_it_ends(open_all, url, tmp_path, deployed.address, copies)
                copies += 1
        print(f"\n{copies} models, {executioner.kills.total()} kills {dict(executioner.kills)}")  # noqa: T201
        contract, store = ModelsContract(chain, deployed.address), open_store(None, tmp_path / "store")
        assert contract.count() == copies
        sent = 0
        for copy in range(copies):
            model, state = contract.model(copy + 1), offer(copy).state
            assert (model.stage, contract.state(model)) == (Stage.LIVE, state)
            assert fetch_manifest(store, model.manifest) == manifest(copy)
            history = contract.history(model)
            uploaded = len(list(parts(state.words)))
            counted = Counter(event.name for event in history.events)
            assert counted == {"Opened": 1, "Uploaded": uploaded, "Published": 1}
            assert verify(contract, model.number, store).is_right
            sent += 2 + uploaded
        assert chain.w3.eth.get_transaction_count(creator) - before == sent
