"""The contest of a command, given by a file, by options or by both: names resolved, amounts counted, prices read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.options import PLACES, Uncounted
from hyperbounty.errors import InvalidInput
from hyperbounty.money import COIN
from hyperbounty.next_steps import Action, NextStep, Parameter
from organizer.bounty.contest_file import PricesFolder
from organizer.bounty.offer import Offer
from organizer.bounty.task import TaskSettings

if TYPE_CHECKING:
    from hyperbounty.cli.session import Session
    from hyperbounty.prices.fetched import FetchedPrices


@dataclass(frozen=True)
class GivenContest:
    """A contest as it is to be opened.

    Attributes:
        prices: from the folder that was named.
        settings: the task.
        offer: in its asset, with addresses in the place of names.
    """

    prices: FetchedPrices
    settings: TaskSettings
    offer: Offer

    def require_usable(self, *, development: bool) -> None:
        """Refuse the sample on a chain where people put money on it.

        Raises:
            InvalidInput: it is such a chain.
        """
        from hyperbounty.prices.fetched import SAMPLE

        if self.prices.name == SAMPLE and not development:
            raise InvalidInput(
                "the sample is for development chains: everybody has the prices that its contests are scored on",
                NextStep("fetch prices of your own: {}", Action("organizer.fetch", (Parameter("csv", "DIR"),))),
            )


def read_contest(
    session: Session, source: PricesFolder, settings: TaskSettings, given: Uncounted[Offer]
) -> GivenContest:
    """The contest that a command was given.

    Raises:
        InvalidInput: luck and minimum are both given, one account has two seats, or a name or an amount is none.
        PriceDataError: the folder holds no prices.
    """
    from hyperbounty.prices.fetched import FetchedPrices

    _require_one_bar()
    offer = _put_up(session, given)
    return GivenContest(FetchedPrices.load(source.prices), replace(settings, coin=settings.coin.upper()), offer)


def _require_one_bar() -> None:
    """An option overrides the file; but what makes the bar from luck cannot override the bar itself."""
    context = click.get_current_context()
    if context.get_parameter_source("luck_ppm") is not ParameterSource.COMMANDLINE:
        return
    if context.params["minimum_score_ppm"] is None:
        return
    place = context.meta.get(PLACES, {}).get("minimum_score_ppm")
    raise InvalidInput(
        f"the minimum{f' of {place}' if place else ''} is the bar itself, and luck decides nothing beside it",
        NextStep("leave out {} or {}", Parameter("minimum"), Parameter("luck")),
    )


def _put_up(session: Session, given: Uncounted[Offer]) -> Offer:
    """The offer in its asset, with the addresses of the accounts that it names."""
    from hyperbounty.accounts import resolve_address

    named = given.given["asset"]
    asset = COIN if named == COIN.address else contract_of(session).asset(named)
    offer = given.counted(asset, asset=asset)

    def address(name: str) -> str:
        return resolve_address(name, session.keyring, session.chain)

    panel = tuple(address(name) for name in offer.panel)
    twice = [member for member, times in Counter(panel).items() if times > 1]
    if twice:
        names = [name for name, found in zip(offer.panel, panel, strict=True) if found == twice[0]]
        place = given.places.get("panel")
        raise InvalidInput(
            f"{f'{place}: ' if place else ''}{' and '.join(names)} are one account, {twice[0]}, with two seats",
            NextStep("name another member with {}", Parameter("panel")),
        )
    return replace(offer, evaluator=address(offer.evaluator), panel=panel)
