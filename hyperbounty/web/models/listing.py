"""Which models a list has, in which order, and where it goes on: for pages and programs alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, select

from hyperbounty.models.kinds import Kind
from hyperbounty.models.types import Stage
from hyperbounty.web.models.facts import ListedModel, hidden_models, models_at, require_shown
from hyperbounty.web.models.index.tables import ACCOUNTS, MODELS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import LARGEST_NUMBER

Order = Literal["number", "samples", "changed"]
"""`number`: the latest first. `samples`: those with most samples first. `changed`: where something happened last."""

_BY: Final = {"number": MODELS.c.number, "samples": MODELS.c.samples, "changed": MODELS.c.changed_at}


@dataclass(frozen=True)
class Wanted:
    """Which models a list has: those to which all of this applies.

    Attributes:
        stages: in which they are; empty for any.
        kinds: empty for any.
        creator, contributor: addresses with their checksums; None for anybody.
        asset: address of the token, twenty zeros for the coin; None for any.
        without: numbers of those that are left out.
    """

    stages: Collection[Stage] = ()
    kinds: Collection[Kind] = ()
    creator: str | None = None
    contributor: str | None = None
    asset: str | None = None
    without: Collection[int] = ()


def list_models(
    snapshot: Snapshot,
    wanted: Wanted,
    order: Order = "number",
    *,
    most: int,
    after: tuple[int, int] | None = None,
    offset: int = 0,
) -> Sequence[ListedModel]:
    """The next models of a list.

    Args:
        snapshot: of the index.
        wanted: which.
        order: in which order.
        most: how many.
        after: the place of the last one before (`place_of`); None for the beginning.
        offset: so many are passed over, for pages that count.
    """
    by = _BY[order]
    query = select(MODELS).where(*_conditions(wanted)).order_by(by.desc(), MODELS.c.number.desc())
    if after is not None:
        value, number = after
        query = query.where((by < value) | ((by == value) & (MODELS.c.number < number)))
    return models_at(snapshot, query.limit(most).offset(offset))


def count_models(snapshot: Snapshot, wanted: Wanted) -> int:
    """How many there are."""
    query = select(func.count()).select_from(MODELS).where(*_conditions(wanted))
    return int(snapshot.connection.execute(query).scalar_one())


def place_of_model(listed: ListedModel, order: Order) -> tuple[int, int]:
    """Where a model stands in an order."""
    return int(listed.row[_BY[order].name]), listed.model.number


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [MODELS.c.number.not_in(wanted.without)]
    if wanted.stages:
        found.append(MODELS.c.stage.in_([int(stage) for stage in wanted.stages]))
    if wanted.kinds:
        found.append(MODELS.c.kind.in_([int(kind) for kind in wanted.kinds]))
    if wanted.creator is not None:
        found.append(MODELS.c.creator == wanted.creator)
    if wanted.asset is not None:
        found.append(MODELS.c.asset == wanted.asset)
    if wanted.contributor is not None:
        own = select(ACCOUNTS.c.subject).where(
            ACCOUNTS.c.contract == MODELS.c.contract,
            ACCOUNTS.c.account == wanted.contributor,
            (ACCOUNTS.c.samples > 0) | (ACCOUNTS.c.batches > 0),
        )
        found.append(MODELS.c.subject.in_(own))
    return found


def listed_model(site: Site, snapshot: Snapshot, number: int) -> ListedModel:
    """One model, without what only its page needs.

    Raises:
        NotHere: there is none.
        Hidden: the operator hides it.
    """
    require_shown(site, number)
    found = models_at(snapshot, select(MODELS).where(MODELS.c.number == number))
    if not found:
        raise NotHere(f"there is no model {number}", "choose one of the list of models")
    return found[0]


def own_models(
    snapshot: Snapshot, site: Site, account: str, *, before: int = LARGEST_NUMBER + 1, most: int
) -> list[ListedModel]:
    """The models that an account has to do with, the latest first, from below number `before`."""
    own = select(ACCOUNTS.c.subject).where(ACCOUNTS.c.contract == MODELS.c.contract, ACCOUNTS.c.account == account)
    wanted = (
        select(MODELS)
        .where(MODELS.c.subject.in_(own), MODELS.c.number < before, MODELS.c.number.not_in(hidden_models(site)))
        .order_by(MODELS.c.number.desc())
        .limit(most)
    )
    return models_at(snapshot, wanted)
