"""Runs: the base case, the money, the bytes, written agents, and what becomes of those who come late."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.ledger import PriceIs, Refused
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.simulation.agents import UNIT, Agent, Player, bad, caller, good
from hyperbounty.models.simulation.design import BASE_TERMS, Design, base_case, without
from hyperbounty.models.simulation.draws import Draws
from hyperbounty.models.simulation.events import Happened
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.results import LEFT, NotConserved, Run
from hyperbounty.models.simulation.running import run, run_all
from hyperbounty.models.simulation.turn import Turn
from tests.models.simulation.designs import designs

WORDS = 60
SHAPE = Shape(Kind.SPARSE_PERCEPTRON, WORDS, step=4)


def reviews(count: int, seed: int) -> Labelled:
    """Samples whose label is mostly that of most of their words."""
    random = np.random.default_rng(seed)
    samples = [sorted(random.permutation(WORDS)[:15].tolist()) for _ in range(count)]
    labels = [int((sum(word % 2 for word in sample) > 7) ^ (random.random() < 0.1)) for sample in samples]
    return Labelled.of(samples, labels)


TRAIN, TEST = reviews(250, 1), reviews(60, 2)


GOOD = good(wait_mean_s=7_200)
BAD = bad(wait_mean_s=28_800)


def design(seed: int, agents: tuple[Agent | Player, ...] = (GOOD, BAD)) -> Design:
    return base_case(TRAIN, TEST, SHAPE, seed, agents=agents)


def text(done: Run) -> str:
    return json.dumps(done.document(events=True), sort_keys=True)


def test_the_base_case_pays_the_good_agent_from_what_the_bad_one_loses() -> None:
    done = run(design(3))
    assert done.held == 0
    assert done.balances[0] > 10_000 * UNIT > done.balances[1]
    assert sum(done.balances) == 20_000 * UNIT
    first = done.events[done.events[:, 2] == Happened.ADDED][0]
    # Two hours after it went live, the price is at its floor.
    assert first[4] == 60 * UNIT // 64
    ages: dict[int, list[int]] = {int(kind): [] for kind in Happened}
    for time, _, kind, contribution, _ in done.events.tolist():
        if contribution >= 0:
            ages[kind].append(time - int(done.contributions[contribution, 1]))
    assert min(ages[Happened.REFUNDED]) >= DAY
    assert min(ages[Happened.REPORTED]) >= DAY
    assert min(ages[Happened.CLAIMED]) >= 9 * DAY


@settings(max_examples=40, deadline=None)
@given(designs())
def test_every_run_keeps_all_money_and_never_pays_more_than_a_deposit(made: Design) -> None:
    done = run(made)
    assert sum(done.balances) + done.held == made.money
    for number, (*_, deposit, left) in enumerate(done.contributions.tolist()):
        mine = done.events[done.events[:, 3] == number]
        paid = int(mine[mine[:, 2] != Happened.ADDED, 4].sum())
        assert deposit == paid + left
    assert sum(done.valid) == int((done.events[:, 2] == Happened.REFUNDED).sum())
    for number in range(len(made.agents)):
        times, balances = done.balance_of(number)
        assert list(times) == sorted(set(times.tolist()))
        assert balances[-1] == done.balances[number]


def test_money_that_is_missing_is_noticed() -> None:
    done = run(design(3))
    with pytest.raises(NotConserved, match="there were"):
        replace(done, balances=(done.balances[0] - 1, done.balances[1])).check()
    with pytest.raises(NotConserved, match="'good'"):
        replace(done, balances=(done.balances[0] - 1, done.balances[1] + 1)).check()
    more = done.contributions.copy()
    more[0, LEFT] += 1
    with pytest.raises(NotConserved):
        replace(done, contributions=more).check()


@pytest.mark.heavy
def test_the_bytes_of_runs_do_not_depend_on_the_number_of_processes() -> None:
    make = partial(base_case, TRAIN, TEST, SHAPE, agents=(GOOD, BAD))
    alone = {seed: text(done) for seed, done in run_all(make, range(4))}
    beside = {seed: text(done) for seed, done in run_all(make, range(4), processes=2)}
    assert alone == beside
    assert len(set(alone.values())) == 4


def test_seeds_are_given_once_and_processes_at_all() -> None:
    with pytest.raises(InvalidInput, match="twice"):
        next(run_all(design, [1, 1]))
    with pytest.raises(InvalidInput, match="0 processes"):
        next(run_all(design, [1], processes=0))


def test_an_agent_that_is_left_out_changes_no_draw_of_the_others() -> None:
    both, alone = run(design(5)), run(without(design(5), "bad"))
    draws = Draws(5, 0, GOOD)
    turns = set(np.cumsum([draws.first_turn, *draws.block().waits]).tolist())
    for done in (both, alone):
        added = done.events[(done.events[:, 1] == 0) & (done.events[:, 2] == Happened.ADDED), 0]
        assert len(added) > 100
        assert set(added[added < max(turns)].tolist()) <= turns
    with pytest.raises(InvalidInput, match="not the last"):
        without(design(5), "good")


def test_who_pays_for_predictions_pays_the_members() -> None:
    done = run(design(1, (GOOD, caller())))
    paid, earned = done.amount(Happened.PAID, 1), done.amount(Happened.EARNED, 0)
    assert paid == earned > 0
    assert done.balances[1] == 30_000 * UNIT - paid
    assert done.count(Happened.CLAIMED, 1) == 0


def test_a_creator_takes_what_is_left_before_all_others() -> None:
    terms = replace(BASE_TERMS, owner_wait=3 * DAY)
    owner = good("owner", creator=True, watch_s=3_600 * 6, wait_mean_s=7_200)
    done = run(replace(design(1, (owner, BAD)), terms=terms))
    claims = done.events[done.events[:, 2] == Happened.CLAIMED]
    ages = claims[:, 0] - done.contributions[claims[:, 3], 1]
    assert set(claims[:, 1].tolist()) == {0}
    assert 3 * DAY <= min(ages) < 4 * DAY


def test_points_move_no_money() -> None:
    terms = Terms(0, 0, refund_wait=DAY, owner_wait=9 * DAY, any_wait=9 * DAY, min_interval=10_000)
    done = run(replace(design(1), terms=terms))
    assert done.balances == (10_000 * UNIT, 10_000 * UNIT)
    assert done.valid[0] > done.valid[1]
    added = done.contributions[done.contributions[:, 0] == 0, 1]
    assert min(np.diff(added)) >= 10_000


def test_a_run_without_anything_to_add_ends_at_once() -> None:
    done = run(replace(design(1), stream=TRAIN.take([])))
    assert (done.ended, len(done.events), len(done.measured)) == (0, 0, 1)


def test_who_has_nothing_does_nothing_and_the_run_ends() -> None:
    done = run(replace(design(1, (good(balance=0),)), longest_s=10 * DAY))
    assert done.ended == 10 * DAY
    assert len(done.contributions) == 0
    assert done.ruined(0) is not None


class Thrifty:
    """Adds where it is cheap, and reports nobody."""

    def act(self, turn: Turn) -> int:
        if turn.label is not None and turn.price <= min(2 * UNIT, turn.balance):
            turn.contribute(turn.label)
        for contribution in turn.open():
            if contribution.author == turn.agent and turn.agrees(contribution):
                turn.refund(contribution)
        return 7_200 + int(turn.random.integers(600))


def test_a_written_agent_plays_by_the_same_rules() -> None:
    made = design(1, (Player("thrifty", 500 * UNIT, Thrifty), BAD, GOOD))
    done = run(made)
    assert max(done.contributions[done.contributions[:, 0] == 0, 3]) <= 2 * UNIT
    assert done.count(Happened.REPORTED, 0) == 0
    assert done.count(Happened.REFUNDED, 0) > 0
    assert text(done) == text(run(made)) == text(run(made, "plain"))
    with pytest.raises(InvalidInput, match="written"):
        run(made, "fast")


def test_a_written_agent_cannot_break_the_rules() -> None:
    class Cheat:
        def __init__(self, how: str) -> None:
            self.how = how

        def act(self, turn: Turn) -> int:
            if self.how == "wait":
                return 0
            if self.how == "price":
                turn.contribute(0, turn.price - 1)
            if self.how == "balance":
                turn.contribute(0, turn.balance + 1)
            if self.how == "twice":
                turn.contribute(0)
                turn.contribute(0)
            return 600

    for how, error in (("wait", InvalidInput), ("price", PriceIs), ("balance", Refused), ("twice", Refused)):
        with pytest.raises(error):
            run(design(1, (Player("cheat", 10_000 * UNIT, partial(Cheat, how)),)))


def rare(watching: tuple[bool, bool]) -> Run:
    """Ninety-eight agents who come about once in twenty days, the seventh of them bad.

    Args:
        watching: whether the good have watchers, and whether the bad have.
    """
    agents = [
        (good, bad)[number % 7 == 6](
            f"agent {number}",
            balance=60 * UNIT,
            cap_mean=60 * UNIT,
            wait_mean_s=20 * DAY,
            wait_deviation_s=6 * DAY,
            willing=1.0,
            least_report=UNIT // 10,
            watch_s=DAY * watching[number % 7 == 6],
        )
        for number in range(98)
    ]
    terms = replace(BASE_TERMS, weight=20 * BASE_TERMS.weight)
    made = base_case(reviews(700, 4), TEST, SHAPE, 1, agents=agents, terms=terms)
    return run(replace(made, longest_s=400 * DAY))


@pytest.mark.heavy
def test_who_comes_late_loses_the_stake_to_the_first_caller() -> None:
    """The bad seventh need not be right: it need only be there when the wait for all is over."""
    late, watched = rare((False, True)), rare((True, True))
    shares = [sum(done.balances[6::7]) / done.design.money for done in (late, watched)]
    assert shares[0] > 1 / 2
    assert shares[1] < 1 / 7


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"agents": ()}, "no agent"),
        ({"agents": (good(), good())}, "two agents"),
        ({"agents": (good(creator=True), bad(creator=True))}, "creator"),
        ({"test": TEST.take([])}, "no test sample"),
        ({"measure_s": 0}, "measure_s"),
    ],
)
def test_designs_that_cannot_be_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        replace(design(1), **changes)  # type: ignore[arg-type]


def test_numbers_that_cannot_be_are_refused() -> None:
    for made in (
        lambda: good(mistakes=1.5),
        lambda: good(balance=-1),
        lambda: good(wait_mean_s=0),
        lambda: base_case(TRAIN, TEST, SHAPE, -1),
        lambda: base_case(TRAIN, TEST, SHAPE, 1, pretrain=251),
        lambda: base_case(TRAIN, TEST, SHAPE, 1, passes=0),
        lambda: run(design(1, (good(balance=2**62),))),
    ):
        with pytest.raises(InvalidInput):
            made()
    rich = replace(design(1, (good(balance=2**62), bad())), longest_s=3 * DAY)
    assert run(rich, "plain").ended == 3 * DAY
