"""The events of contests on chains that count blocks otherwise, and from nodes that lag or have limits."""

from __future__ import annotations

import pytest

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.finality import final_contest
from hyperbounty.bounty.types import Contest
from hyperbounty.chain.refusals import NodeBehind
from tests.bounty.played_contest import SPECS, World
from tests.bounty.usual_terms import KEY
from tests.chain.remote_node import Remote

pytestmark = pytest.mark.heavy


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


@pytest.mark.parametrize("shift", [-9, 0, 10**7])
def test_how_deep_an_offer_is_follows_from_the_blocks_that_show_it(world: World, shift: int) -> None:
    world.remote.shift = shift
    asked: list[float] = []
    contest = final_contest(world.client(confirmations=5), world.number, sleep=asked.append)
    assert (contest.number, asked) == (world.number, [])
    missing: list[int] = []
    since = world.direct.chain.block_number() - contest.opened_at_block + 1

    def mine(_: float) -> None:
        world.remote.tail += 1

    client = world.client(confirmations=since + 3)
    assert final_contest(client, world.number, missing.append, sleep=mine).number == world.number
    assert world.remote.tail == 3


@pytest.mark.parametrize("shift", [0, 10**7])
def test_what_was_read_is_not_asked_for_again(world: World, shift: int) -> None:
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
