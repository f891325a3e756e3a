"""A watch of models and a batch of samples, killed with SIGKILL again and again: nothing is lost, nothing done twice.

HYPERBOUNTY_MODEL_KILLS=50 pytest tests/faults/test_killed_contributors.py
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.history import History
from hyperbounty.models.rules import DAY
from hyperbounty.models.standing import Standings, read_standings
from hyperbounty.models.takeable import Way, ready
from participant.models.batching import Labelled
from tests.faults.contributor import add_all, watch_once
from tests.faults.executioner import SEED, Executioner
from tests.faults.proxy import FaultyProxy, running
from tests.models.models_on_chain import CREATOR, open_model, pass_time

KILLS = int(os.environ.get("HYPERBOUNTY_MODEL_KILLS", "24"))
# A watch takes some dozen requests, and each batch some dozen more.
LATEST_REQUEST = 60
WATCHED = [0, 1, 2, 3]
TAKEN = ("Refunded", "Reported", "Claimed")


class Played:
    """A devnet with a model, to which accounts add samples, good ones and bad ones."""

    def __init__(self, chain: Chain) -> None:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        self.contract = ModelsContract.at(chain, deployed.address)
        self.accounts = [development_account(number) for number in WATCHED]
        self.model = open_model(self.contract)
        self._random = random.Random(SEED)

    def sent(self) -> list[int]:
        """How many transactions each account has sent."""
        return [self.contract.chain.w3.eth.get_transaction_count(account.address) for account in self.accounts]

    def drawn(self, count: int) -> list[Labelled]:
        """Samples, most of them right."""
        found: list[Labelled] = []
        for _ in range(count):
            feature = self._random.randrange(4)
            label = feature % 2 if self._random.random() < 0.7 else 1 - feature % 2
            found.append((label, (feature,)))
        return found

    def history(self) -> History:
        """All that happened to the model."""
        return self.contract.history(self.model)

    def standings(self) -> Standings:
        """What stands on its samples."""
        return read_standings(self.contract, self.model.number)


@pytest.fixture
def played(node: str) -> Iterator[Played]:
    with Chain.connect(node) as chain:
        yield Played(chain)


@pytest.mark.timeout(7200)
def test_a_killed_watch_takes_all_that_is_due_and_sends_nothing_in_vain(
    node: str, played: Played, tmp_path: Path
) -> None:
    executioner = Executioner(KILLS, LATEST_REQUEST)
    contract, model = played.contract, played.model
    with running(FaultyProxy(node, watcher=executioner)) as url:
        for wait in [DAY, 5 * DAY, 9 * DAY] * 100:
            for account in played.accounts:
                contract.add(account, model, played.drawn(3))
            pass_time(contract, wait)
            before, seen = played.sent(), len(played.history().events)
            executioner.until_it_ends(watch_once, url, tmp_path, contract.address, WATCHED)
            standings = played.standings()
            for account in played.accounts:
                assert not any(ready(standings, account.address, way) for way in Way)
            new = played.history().events[seen:]
            for account, nonce, now in zip(played.accounts, before, played.sent(), strict=True):
                assert now - nonce == len(
                    {event.transaction for event in new if account.address in event.args.values()}
                )
            assert {event.name for event in new} <= set(TAKEN)
            assert contract.chain.balance(contract.address) == standings.left
            if executioner.is_done:
                break
    assert executioner.is_done


@pytest.mark.timeout(7200)
def test_a_killed_batch_adds_every_sample_once(node: str, played: Played, tmp_path: Path) -> None:
    executioner = Executioner(KILLS, LATEST_REQUEST)
    contract, model = played.contract, played.model
    expected = Counter[tuple[str, int, bytes]]()
    with running(FaultyProxy(node, watcher=executioner)) as url:
        for turn in range(100):
            number = WATCHED[turn % len(WATCHED)]
            samples = played.drawn(10)
            author = played.accounts[number].address
            before = played.sent()[number]
            executioner.until_it_ends(add_all, url, tmp_path, contract.address, model.number, number, samples)
            expected.update((author, label, model.shape.encode(sample)) for label, sample in samples)
            added = played.history().entries()
            assert Counter((entry.author, entry.label, entry.features) for entry in added) == expected
            assert played.sent()[number] == before + 4
            if executioner.is_done:
                break
    assert executioner.is_done
