"""A contest that was played in process, and is looked at through a node with limits and lags."""

from __future__ import annotations

from typing import Final

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.spec.spec import Spec
from participant.bounty.entering import new_entry
from tests.bounty.usual_terms import KEY, usual_terms
from tests.chain.remote_node import Remote

HOUR: Final = 3600
SPECS: Final = 3


class World:
    """A contest with three revealed specs, behind a node that a test changes."""

    def __init__(self) -> None:
        self.node = DevelopmentNode()
        direct = Chain(EmbeddedProvider(self.node))
        organizer, ada, self.evaluator = (devnet_account(number, direct) for number in (1, 2, 3))
        self.direct, _ = BountyContract.deploy(direct, devnet_account(0, direct))
        # No number of a block is below 0, whatever is taken off.
        for _ in range(20):
            self.node.handle("evm_mine", [])
        terms = usual_terms(
            direct.timestamp(),
            self.evaluator.address,
            submit_seconds=24 * HOUR,
            reveal_seconds=24 * HOUR,
            score_seconds=24 * HOUR,
        )
        self.number, _ = self.direct.open(organizer, terms)
        offered = self.contest()
        self.direct.accept(self.evaluator, offered, offered.needed_throughput)
        started = self.contest()
        assert started.submit_ends is not None
        self.submit_ends = started.submit_ends
        entries = [new_entry(self.direct, started, ada.address, slot, Spec().word) for slot in range(SPECS)]
        for slot, entry in enumerate(entries):
            self.direct.submit(ada, started, slot, entry.commitment)
        direct.advance_to(self.submit_ends)
        for slot, entry in enumerate(entries):
            self.direct.reveal(ada, self.number, slot, entry.spec, entry.salt)
        self.organizer = organizer
        self.remote = Remote(self.node)
        self.pauses: list[float] = []

    def contest(self) -> Contest:
        return self.direct.contest(self.number)

    def finish(self, *, scored: bool = True) -> None:
        """Publish the key, record scores or not, and settle."""
        contest = self.contest()
        assert contest.reveal_ends is not None
        assert contest.score_ends is not None
        self.direct.chain.advance_to(contest.reveal_ends)
        self.direct.publish_holdout_key(self.organizer, self.number, KEY)
        if scored:
            self.direct.record_scores(self.evaluator, self.number, b"r" * 32, [600_000, 700_000, 500_000])
        self.direct.chain.advance_to(contest.score_ends)
        self.direct.settle(self.evaluator, self.number)

    def client(self, confirmations: int = 1) -> BountyContract:
        """The contract as `remote` shows it."""
        policy = SendingPolicy(confirmations=confirmations, outage_seconds=20)
        chain = Chain(EmbeddedProvider(self.remote), policy=policy, sleep=self.pauses.append)  # type: ignore[arg-type]
        return BountyContract(chain, self.direct.address)
