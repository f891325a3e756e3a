"""The ranking by scores that are not on the chain, against the contract's own."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hyperbounty.bounty.ranking import bears_out, paid_to, winners_by
from tests.bounty.usual_terms import KEY
from tests.watching.played import REPORT, World


@pytest.mark.heavy
def test_it_is_the_contracts(tmp_path: Path) -> None:
    world, chance = World(tmp_path), random.Random(7)
    contest = world.open(shares=(5_000, 3_000, 2_000), minimum_score=500_000)
    accounts = [world.account(number) for number in (3, 4, 5, 6)]
    for account in accounts:
        world.enter(account, contest, slots=2)
    world.move(contest.submit_ends)
    order = [(account, slot) for account in accounts for slot in range(2)]
    chance.shuffle(order)
    for account, slot in order:
        world.reveal(account, contest, slot)
    world.move(contest.reveal_ends)
    world.contract.publish_holdout_key(world.organizer, contest.number, KEY)
    specs = world.contract.revealed_specs(world.now(contest))
    for _ in range(25):
        scores = [chance.choice([400_000, 499_999, 500_000, 500_001, 600_000, 700_000]) for _ in specs]
        world.contract.record_scores(world.evaluator, contest.number, REPORT, scores)
        stands = world.now(contest)
        assert winners_by(stands, specs, scores) == stands.winners
        assert bears_out(stands, specs, stands.winners, scores, 0)
    won = sum(paid_to(stands, specs, stands.winners, account.address) for account in accounts)
    assert won == (stands.prize if stands.winners else 0)
