"""Markets, killed with SIGKILL at any moment: each is opened once, on pieces that are there, and paid to the last unit.

HYPERBOUNTY_MARKET_KILLS=200 pytest tests/faults/test_killed_market.py
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.devnet import Devnet
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.verification import verify
from hyperbounty.store import open_store
from organizer.models.markets import find_hidden
from tests.faults.executioner import SEED, Executioner
from tests.faults.market_player import CONTRIBUTOR, PROVIDER, SHAPE, play_all
from tests.faults.proxy import FaultyProxy, running
from tests.models.models_on_chain import open_model

KILLS = int(os.environ.get("HYPERBOUNTY_MARKET_KILLS", "10"))
# A whole market takes some 200 requests.
LATEST_REQUEST = 200


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_killed_market_goes_on_and_doubles_nothing(tmp_path: Path, rate: float) -> None:
    executioner, count = Executioner(KILLS, LATEST_REQUEST), 0
    people = [development_account(number) for number in (PROVIDER, CONTRIBUTOR)]
    with Devnet(port=0) as devnet, Chain.connect(devnet.url) as chain:
        deployed, _ = ModelsContract.deploy(chain, development_account(0))
        contract = ModelsContract.at(chain, deployed.address)
        sent = Counter[str]()
        with running(FaultyProxy(devnet.url, SEED, rate, watcher=executioner)) as url:
            while not executioner.is_done or count < 2:
                count += 1
                before = {each.address: chain.w3.eth.get_transaction_count(each.address) for each in people}
                open_model(contract, shape=SHAPE, weights=[0] * SHAPE.features, creator=people[0])
                opening = chain.w3.eth.get_transaction_count(people[0].address) - before[people[0].address]
                executioner.until_it_ends(play_all, url, tmp_path, deployed.address, count)
                for each in people:
                    sent[each.address] += chain.w3.eth.get_transaction_count(each.address) - before[each.address]
                sent[people[0].address] -= opening
        print(f"\n{count} markets, {executioner.kills.total()} kills {dict(executioner.kills)}")  # noqa: T201
        for number in range(1, count + 1):
            model = contract.model(number)
            market = contract.market(model)
            assert (model.markets, market.ended, market.escrow, market.batches, market.scored) == (1, True, 0, 1, 1)
            assert find_hidden(tmp_path / "hidden-pieces", market)
            names = Counter(event.name for event in contract.history(model).events)
            steps = ("MarketOpened", "Drawn", "Revealed", "Contributed", "Scored", "MarketEnded")
            assert [names[step] for step in steps] == [1] * len(steps)
            assert verify(contract, number, open_store(None, tmp_path / "store")).differences == ()
        assert list(sent.values()) == [3 * count, 3 * count]
        assert chain.balance(contract.address) == 0
