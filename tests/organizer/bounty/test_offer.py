"""What an organizer offers: the terms that the contract gets, and the options that the offer is made from."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest

from hyperbounty.bounty.manifest import FutureHoldout
from hyperbounty.bounty.types import Panel
from hyperbounty.errors import InvalidInput
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.prices.sample import SampleSource
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import ContentStore, open_store
from organizer.bounty.offer import Offer
from organizer.bounty.openings import Request
from organizer.bounty.publishing import Publication, publish
from organizer.bounty.task import TaskSettings
from organizer.bounty.windows import DAY, check_windows
from organizer.commands import organizer
from tests.bounty.shown_contest import EVALUATOR, MANIFEST, MEMBERS

ETHER = 10**18
OFFER = Offer(reward=5, bond=3, entry_fee=1, evaluator=EVALUATOR, evaluator_fee=2)
PUBLICATION = Publication(MANIFEST, MANIFEST.digest(), None)


def test_without_a_panel_nobody_can_challenge() -> None:
    terms = OFFER.terms(PUBLICATION, now=1_000)
    assert (terms.panel, terms.challenge_seconds) == (Panel(), 0)
    assert (terms.accept_ends, terms.submit_seconds) == (1_000 + 2 * DAY, 7 * DAY)
    assert (terms.minimum_score, terms.manifest) == (MANIFEST.minimum_score_ppm, MANIFEST.digest())
    assert terms.holdout_commitment == b"\1" * 32
    assert terms.entry_seconds == MANIFEST.entry_seconds
    assert terms.escrow == 10


def test_each_bond_is_a_tenth_of_the_reward_and_all_entries_together_pay_one() -> None:
    terms = Offer(reward=ETHER, evaluator=EVALUATOR, panel=MEMBERS[::-1], panel_fee=1).terms(PUBLICATION, now=0)
    assert (terms.bond, terms.evaluator_bond) == (ETHER // 10, ETHER // 10)
    assert terms.entry_fee == 39 * 10**13
    assert terms.panel == Panel(MEMBERS, ETHER // 10, ETHER // 10, 1, MANIFEST.tolerance_ppm, 3 * DAY, DAY)
    assert terms.challenge_seconds == 2 * DAY
    assert Offer(reward=3, evaluator=EVALUATOR).terms(PUBLICATION, now=0).entry_fee == 1


def test_members_are_paid_out_of_the_half_of_a_bond_that_is_not_burned() -> None:
    terms = Offer(reward=ETHER, evaluator=EVALUATOR, panel=MEMBERS).terms(PUBLICATION, now=0)
    assert terms.panel.fee == ETHER // 120
    assert terms.panel.fee * len(MEMBERS) <= terms.evaluator_bond // 4


def test_members_have_the_time_to_train_one_run_more_of_every_entry() -> None:
    manifest = MANIFEST.model_copy(update={"run_seconds": 1_000, "runs": 2})
    terms = Offer(reward=ETHER, evaluator=EVALUATOR, panel=MEMBERS, cores=1.0, max_submissions=256).terms(
        replace(PUBLICATION, manifest=manifest), now=0
    )
    assert terms.panel.seal_seconds == 256 * 3_000 * 5 // 4


def test_a_bond_of_nothing_stays_nothing() -> None:
    offer = Offer(reward=ETHER, evaluator=EVALUATOR, panel=MEMBERS, bond=0, evaluator_bond=0, challenge_bond=0)
    terms = offer.terms(PUBLICATION, now=0)
    assert (terms.bond, terms.evaluator_bond, terms.panel.challenge_bond) == (0, 0, 0)


def test_the_time_to_score_is_long_enough_for_the_prices_to_come_and_for_all_entries_to_train() -> None:
    future = MANIFEST.model_copy(
        update={"holdout": FutureHoldout(rows=2_000, source="CoinPaprika"), "run_seconds": 600}
    )
    publication = Publication(future, future.digest(), None)
    scoring = OFFER.terms(publication, now=0).score_seconds
    # 256 entries of two runs of 600 s and a quarter more, on two cores.
    assert scoring == 2_001 * 300 + 256 * 2 * 600 * 5 // 4 // 2
    with pytest.raises(InvalidInput, match="the time for scoring is 3d"):
        replace(OFFER, score_seconds=3 * DAY).terms(publication, now=0)
    # A key may come at the end of the first quarter; people are given a day in any case.
    assert OFFER.terms(PUBLICATION, now=0).score_seconds == DAY


def test_a_window_under_an_hour_is_for_development_chains_and_under_ten_minutes_for_none() -> None:
    windows = replace(OFFER, reveal_seconds=900).windows()
    check_windows(windows, development=True)
    with pytest.raises(InvalidInput, match=r"15m for reveal is too short; give reveal time 1h or more"):
        check_windows(windows, development=False)
    with pytest.raises(InvalidInput, match="10m or more"):
        check_windows(replace(OFFER, submit_seconds=1).windows(), development=True)
    assert "open_time" not in OFFER.windows()
    assert "open_time" in replace(OFFER, panel=MEMBERS).windows()


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> ContentStore:
    return open_store(None, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def prices() -> FetchedPrices:
    return FetchedPrices.from_source(SampleSource(), ["LTC"])


TASK = TaskSettings(coin="LTC", minimum_score_ppm=500_000, allow_luck=True)
SEALED = replace(TASK, holdout="sealed")


def test_a_sealed_holdout_of_prices_that_everybody_has_is_refused(prices: FetchedPrices, store: ContentStore) -> None:
    for name in ("sample", "coinpaprika"):
        with pytest.raises(InvalidInput, match="anybody can have these prices"):
            publish(replace(prices, name=name), replace(SEALED, private_data=True), store, {}, entries=4)


def test_private_prices_are_sealed_once_somebody_says_so(prices: FetchedPrices, store: ContentStore) -> None:
    own = replace(prices, name="csv")
    with pytest.raises(InvalidInput, match="only while nobody else has the prices"):
        publish(own, SEALED, store, {}, entries=4)
    assert publish(own, replace(SEALED, private_data=True), store, {}, entries=4).key is not None


def test_the_sample_has_no_more_rows_to_come_than_were_kept_back(prices: FetchedPrices, store: ContentStore) -> None:
    assert publish(prices, TASK, store, {}, entries=4).manifest.holdout.rows == len(prices.table) // 4
    with pytest.raises(InvalidInput, match="the sample has 1500 rows to come"):
        publish(prices, replace(TASK, future_rows=2_000), store, {}, entries=4)


def test_where_nothing_is_said_the_prices_to_come_take_a_month_at_most(
    prices: FetchedPrices, store: ContentStore
) -> None:
    own = replace(prices, name="csv")
    assert publish(own, TASK, store, {}, entries=4).manifest.holdout.rows == 2_000
    table = prices.table
    hourly = PriceTable(table.times * 12, table.columns, table.values, 3600)
    assert publish(replace(own, table=hourly), TASK, store, {}, entries=4).manifest.holdout.rows == 720


def request(settings: TaskSettings) -> Request:
    offer = Offer(reward=5, bond=3, entry_fee=1, evaluator="0xab", panel=("0x1", "0x2", "0x3"), shares=(6_000, 4_000))
    return Request("c", "0x", "0xo", "pp", settings, offer, 2)


def test_what_does_not_count_does_not_name_another_opening() -> None:
    assert request(SEALED) != request(replace(SEALED, future_rows=300))
    assert request(SEALED).name == request(replace(SEALED, future_rows=300)).name
    assert request(TASK).name != request(replace(TASK, future_rows=300)).name


def test_every_field_of_offer_and_task_is_an_option_of_open() -> None:
    found = organizer.get_command(click.Context(organizer), "open")
    assert found is not None
    names = {parameter.name for parameter in found.params}
    fields = {*vars(OFFER), *vars(TASK)}
    assert fields - names == {"limits", "tolerance_ppm"}
