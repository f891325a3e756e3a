"""What an organizer offers: the terms that the contract gets, and the options that the offer is made from."""

from __future__ import annotations

import click

from hyperbounty.bounty.types import Panel
from organizer.bounty.offer import DAY, Offer
from organizer.bounty.openings import Request
from organizer.bounty.publishing import Publication
from organizer.bounty.task import TaskSettings
from organizer.commands import organizer
from tests.bounty.shown_contest import EVALUATOR, MANIFEST, MEMBERS

OFFER = Offer(reward=5, bond=3, deposit=1, evaluator=EVALUATOR, evaluator_fee=2)
PUBLICATION = Publication(MANIFEST, MANIFEST.digest(), None)


def test_without_a_panel_nobody_can_challenge() -> None:
    terms = OFFER.terms(PUBLICATION, now=1_000)
    assert (terms.panel, terms.challenge_seconds) == (Panel(), 0)
    assert terms.submit_ends == 1_000 + 7 * DAY
    assert (terms.minimum_score, terms.manifest) == (MANIFEST.minimum_score_ppm, MANIFEST.digest())
    assert terms.holdout_commitment == b"\1" * 32
    assert terms.escrow == OFFER.escrow == 10


def test_a_panel_is_in_order_and_a_challenger_stakes_as_much_as_the_bond() -> None:
    offer = Offer(reward=5, bond=3, evaluator=EVALUATOR, panel=MEMBERS[::-1], panel_fee=1)
    terms = offer.terms(PUBLICATION, now=0)
    assert terms.panel == Panel(MEMBERS, 3, 1, MANIFEST.tolerance_ppm, offer.seal_seconds, offer.open_seconds)
    assert terms.challenge_seconds == 2 * DAY
    staked = Offer(reward=5, bond=3, evaluator=EVALUATOR, panel=MEMBERS, challenge_bond=0).terms(PUBLICATION, now=0)
    assert staked.panel.challenge_bond == 0


def request(settings: TaskSettings) -> Request:
    offer = Offer(reward=5, bond=3, deposit=1, evaluator="0xab", panel=("0x1", "0x2", "0x3"), shares=(6_000, 4_000))
    return Request("c", "0x", "0xo", "pp", settings, offer, 2)


def test_what_does_not_count_does_not_name_another_opening() -> None:
    sealed = TaskSettings(coin="LTC", minimum_score_ppm=500_000)
    assert request(sealed) != request(TaskSettings(coin="LTC", minimum_score_ppm=500_000, future_rows=300))
    assert request(sealed).name == request(TaskSettings(coin="LTC", minimum_score_ppm=500_000, future_rows=300)).name


def test_every_field_of_offer_and_task_is_an_option_of_open() -> None:
    found = organizer.get_command(click.Context(organizer), "open")
    assert found is not None
    names = {parameter.name for parameter in found.params}
    fields = {*vars(OFFER), *vars(TaskSettings(coin="LTC", minimum_score_ppm=1))}
    assert fields - names == {"limits", "tolerance_ppm"}
