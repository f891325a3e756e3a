"""Openings of models, killed with SIGKILL at any moment: every word is there once, and every model once.

HYPERBOUNTY_OPENING_KILLS=200 pytest tests/faults/test_killed_opening.py
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.devnet import Devnet
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.manifest import fetch_manifest
from hyperbounty.models.types import Stage
from hyperbounty.models.verification import verify
from hyperbounty.store import open_store
from tests.faults.opener import CREATOR, manifest, offer, open_all
from tests.faults.proxy import FaultyProxy, Moment, running
from tests.faults.test_killed_while_sending import SEED, Executioner

KILLS = int(os.environ.get("HYPERBOUNTY_OPENING_KILLS", "10"))
# Five transactions take some 70 requests.
LATEST_REQUEST = 80


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_killed_opening_goes_on_and_doubles_nothing(tmp_path: Path, rate: float) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.opener"])
    executioner, kills, copies = Executioner(SEED, LATEST_REQUEST), Counter[Moment](), 0
    with Devnet(port=0) as devnet, Chain.connect(devnet.url) as chain:
        deployed, _ = ModelsContract.deploy(chain, development_account(0))
        creator = development_account(CREATOR).address
        before = chain.w3.eth.get_transaction_count(creator)
        with running(FaultyProxy(devnet.url, SEED, rate, watcher=executioner)) as url:
            while kills.total() < KILLS or copies < 2:
                code = None
                while code != 0:
                    process: Any = context.Process(target=open_all, args=(url, tmp_path, deployed.address, copies))
                    process.start()
                    if kills.total() < KILLS:
                        executioner.aim(process)
                    process.join()
                    executioner.rest()
                    code = process.exitcode
                    assert code in (0, -signal.SIGKILL)
                    kills[executioner.moment] += code != 0
                copies += 1
        print(f"\n{copies} models, {kills.total()} kills {dict(kills)}")  # noqa: T201
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
