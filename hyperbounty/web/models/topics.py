"""What pages and answers of models show, so that each is kept until something else is true of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from hyperbounty.web.models.facts import ListedModel
from hyperbounty.web.models.markets import ListedMarket, shown_until
from hyperbounty.web.models.news.concerned import accounts_of
from hyperbounty.web.site.site import Snapshot

_OLD_S = 60
"""A price is shown for so many seconds of the chain's time."""


def topics_of(connection: Connection, subjects: Sequence[str]) -> set[str]:
    """What shows something else where these models do."""
    topics = {_model(subject) for subject in subjects}
    for accounts in accounts_of(connection, subjects).values():
        topics.update(account_topic(account) for account in accounts)
    # An account whose credits they are is a subject of its own.
    topics.update(account_topic(subject) for subject in subjects if not subject.isdecimal())
    return topics


def shows_model(snapshot: Snapshot, listed: ListedModel, markets: Sequence[ListedMarket] = ()) -> None:
    """Say that an answer shows one model, and these of its markets.

    A price falls with time, and is a little old before that is shown.
    """
    has_price = listed.is_open and not listed.model.terms.in_points
    ends = [shown_until(market, snapshot.now) for market in markets]
    until = [snapshot.now + _OLD_S] * has_price + [end for end in ends if end is not None]
    snapshot.shows([_model(listed.row["subject"])], min(until, default=None))


def shows_account(snapshot: Snapshot, address: str) -> None:
    """Say that an answer shows what an account has to do with models."""
    snapshot.shows([account_topic(address)])


def account_topic(address: str) -> str:
    """What an account has to do with models."""
    return f"models/accounts/{address}"


def _model(subject: str) -> str:
    return f"models/{subject}"
