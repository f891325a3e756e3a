"""The events of contests on chains that count blocks otherwise, and from nodes that lag or have limits."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Panel, Terms
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import NodeBehind
from hyperbounty.money import COIN
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA
from participant.bounty.entering import commitment_of, new_entry

pytestmark = pytest.mark.heavy

KEY: Final = b"k" * 32
HOUR: Final = 3600
SPECS: Final = 3


class Remote:
    """How a node shows the chain of another one: other block numbers, more blocks, limits, and lags.

    Attributes:
        shift: this node's number of a block, less the one that contracts see.
        tail: so many empty blocks have come since, one each `block_seconds`.
        limit: blocks that one question for events may be about.
        lag: for so many of the next questions for events, the last block is not there yet.
    """

    def __init__(self, node: DevelopmentNode) -> None:
        self.node = node
        self.shift = self.tail = 0
        self.block_seconds = 12
        self.limit = 10**9
        self.lag = 0
        self.counts: Counter[str] = Counter()
        self.refused = 0
        self.topics: list[Any] = []

    def handle(self, method: str, params: list[Any]) -> Any:
        self.counts[method] += 1
        params = list(params)
        if method == "eth_blockNumber":
            return hex(self._head())
        if method == "eth_getBlockByNumber":
            return self._block(params[0])
        if method == "eth_getLogs":
            return self._logs(params[0])
        if method in ("eth_call", "eth_getCode", "eth_getBalance") and params[1:] not in ([], ["latest"]):
            params[1] = self._inner(int(params[1], 16))
        return self.node.handle(method, params)

    def _last(self) -> int:
        return int(self.node.handle("eth_blockNumber", []), 16)

    def _head(self) -> int:
        return self._last() + self.shift + self.tail

    def _inner(self, number: int) -> str:
        return hex(min(max(number - self.shift, 0), self._last()))

    def _block(self, asked: str) -> Any:
        number = self._head() if asked == "latest" else int(asked, 16)
        if number > self._head():
            return None
        block = self.node.handle("eth_getBlockByNumber", [self._inner(number), False])
        # Blocks before and after those of the inner chain come at a steady rate.
        beyond = max(0, number - self.shift - self._last()) + min(0, number - self.shift)
        time = int(block["timestamp"], 16) + beyond * self.block_seconds
        return {**block, "number": hex(number), "timestamp": hex(max(time, 0)), "hash": f"0x{number:064x}"}

    def _logs(self, asked: dict[str, Any]) -> Any:
        first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
        self.topics = asked["topics"]
        if last - first >= self.limit:
            self.refused += 1
            raise RpcRefusal(SERVER_ERROR, f"eth_getLogs is limited to a {self.limit:,} range")
        if self.lag:
            self.lag -= 1
            last = min(last, self._last() + self.shift - 1)
        low, high = first - self.shift, min(last - self.shift, self._last())
        if high < max(low, 0):
            return []
        inner = {**asked, "fromBlock": hex(max(low, 0)), "toBlock": hex(high)}
        return [
            {**log, "blockNumber": hex(int(log["blockNumber"], 16) + self.shift)}
            for log in self.node.handle("eth_getLogs", [inner])
        ]


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
        terms = Terms(
            asset=COIN,
            reward=1000,
            bond=100,
            evaluator_bond=50,
            evaluator_fee=0,
            entry_fee=10,
            minimum_score=1,
            shares=(10_000,),
            accept_ends=direct.timestamp() + HOUR,
            submit_seconds=24 * HOUR,
            reveal_seconds=24 * HOUR,
            score_seconds=24 * HOUR,
            challenge_seconds=0,
            evaluator=self.evaluator.address,
            limits=SPEC_MAXIMA,
            max_submissions=16,
            max_per_address=4,
            entry_seconds=10,
            manifest=b"m" * 32,
            holdout_commitment=hashlib.sha256(KEY).digest(),
            panel=Panel(),
        )
        self.number, _ = self.direct.open(organizer, terms)
        offered = self.contest()
        self.direct.accept(self.evaluator, offered, offered.needed_throughput)
        started = self.contest()
        assert started.submit_ends is not None
        self.submit_ends = started.submit_ends
        entries = [new_entry(self.direct, started, ada.address, slot, Spec().word) for slot in range(SPECS)]
        for slot, entry in enumerate(entries):
            self.direct.submit(ada, started, slot, commitment_of(entry))
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

    def client(self, pass_time: Callable[[float], None] = lambda _: None) -> BountyContract:
        def sleep(seconds: float) -> None:
            self.pauses.append(seconds)
            pass_time(seconds)

        chain = Chain(EmbeddedProvider(self.remote), policy=SendingPolicy(outage_seconds=20), sleep=sleep)  # type: ignore[arg-type]
        return BountyContract(chain, self.direct.address)


@pytest.fixture(scope="module")
def revealed() -> World:
    return World()


@pytest.fixture(scope="module")
def finished() -> World:
    world = World()
    world.finish()
    return world


@pytest.fixture
def world(revealed: World) -> World:
    revealed.remote = Remote(revealed.node)
    revealed.pauses = []
    return revealed


def all_of(contract: BountyContract, number: int) -> tuple[Contest, int]:
    contest = contract.contest(number)
    assert contract.first_submit_ends(contest) == contest.submit_ends
    return contest, len(contract.revealed_specs(contest))


@pytest.mark.parametrize("shift", [-7, -3, -1, 0, 1, 9, 400, 10**6, 3 * 10**8])
def test_a_contest_is_found_whatever_the_chain_counts(world: World, shift: int) -> None:
    world.remote.shift = shift
    _, specs = all_of(world.client(), world.number)
    assert specs == SPECS
    assert world.remote.counts["eth_getLogs"] <= 4
    assert not world.pauses


@pytest.mark.parametrize("shift", [0, 10**7])
def test_a_second_contest_on_such_a_chain_is_read_from_its_end_at_once(world: World, shift: int) -> None:
    world.remote.shift = shift
    contract = world.client()
    all_of(contract, world.number)
    world.remote.counts.clear()
    again = BountyContract(contract.chain, contract.address)
    all_of(again, world.number)
    all_of(again, world.number)
    assert world.remote.counts["eth_getLogs"] <= 2


def test_one_question_has_all_topics_and_serves_everything(finished: World) -> None:
    finished.remote = Remote(finished.node)
    contract = finished.client()
    contest, specs = all_of(contract, finished.number)
    assert specs == SPECS
    assert contract.holdout_key(contest) == KEY
    recorded = contract.recorded_scores(contest)
    assert recorded is not None
    assert recorded.scores == contract.standing_scores(contest) == (600_000, 700_000, 500_000)
    assert contract.opened_scores(contest) == []
    assert contract.claimed(contest) == set()
    assert contract.claimable(contest) == ()
    assert finished.remote.counts["eth_getLogs"] == 1
    assert len(finished.remote.topics[0]) > 5


@pytest.mark.parametrize("shift", [0, 20_000_000])
@pytest.mark.parametrize(("limit", "refusals"), [(10_000, 1), (2_000, 1), (10**9, 0)])
def test_an_old_contest_costs_its_life_and_not_the_age_of_the_chain(
    finished: World, shift: int, limit: int, refusals: int
) -> None:
    # Since then five million blocks have come, one each twelve seconds.
    finished.remote = Remote(finished.node)
    finished.remote.shift, finished.remote.tail, finished.remote.limit = shift, 5_000_000, limit
    contract = finished.client()
    contest, specs = all_of(contract, finished.number)
    assert specs == SPECS
    assert contract.standing_scores(contest) == (600_000, 700_000, 500_000)
    assert finished.remote.refused <= refusals
    assert finished.remote.counts["eth_getLogs"] <= 10
    assert finished.remote.counts["eth_getLogs"] + finished.remote.counts["eth_getBlockByNumber"] <= (
        18 if shift == 0 else 30
    )


def test_events_that_a_lagging_node_leaves_out_are_waited_for(world: World) -> None:
    world.remote.lag = 3
    _, specs = all_of(world.client(), world.number)
    assert specs == SPECS
    assert world.pauses == [0.25, 0.5, 1]


def test_a_node_that_goes_on_lagging_is_named(world: World) -> None:
    world.remote.lag = 10**6
    contract = world.client()
    with pytest.raises(
        NodeBehind, match=r"is behind.*has 3 revealed specs, and the node shows 2 of them up to"
    ) as caught:
        contract.revealed_specs(contract.contest(world.number))
    assert "another node" in caught.value.next_step
    assert sum(world.pauses) == pytest.approx(20, abs=1)


def test_what_came_since_is_read_without_the_rest(world: World) -> None:
    contract = world.client()
    all_of(contract, world.number)
    world.remote.tail = 10
    all_of(contract, world.number)
    assert world.remote.counts["eth_getLogs"] == 2


def test_claims_are_known_years_later() -> None:
    world = World()
    # The evaluator did not score, so its bond is for those who revealed.
    world.finish(scored=False)
    contest = world.contest()
    world.direct.claim(world.organizer, contest, [1])
    world.remote.tail = 10_000_000
    contract = world.client()
    assert contract.claimed(contest) == {1}
    assert contract.claimable(contest) == (0, 2)
