"""Samples of models, members and claims out of the index, in the order in which pages and answers list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, select

from hyperbounty.models.types import Entry
from hyperbounty.web.models.index.tables import ACCOUNTS, CLAIMS, SAMPLES
from hyperbounty.web.models.predicting import said_of
from hyperbounty.web.site.errors import NotHere

Row = Mapping[str, Any]

_POINTS: Final = 60
"""Of the curve of accuracy, at most."""


@dataclass(frozen=True)
class ListedSample:
    """A sample that was added, as it stands.

    Attributes:
        row: of `SAMPLES`.
        says: what the model says of it now.
        reporters: who has had a share of its stake.
    """

    row: Row
    says: int
    reporters: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether that is the label that it was given."""
        return self.says == int(self.row["label"])


@dataclass(frozen=True)
class Point:
    """A stretch of samples.

    Attributes:
        last: number of its last sample, counted from 1.
        samples: in it.
        right: of these, what the model said right just before it learned them.
    """

    last: int
    samples: int
    right: int

    @property
    def ppm(self) -> int:
        """The share that it said right."""
        return self.right * 1_000_000 // self.samples


def samples_of(
    rows: Connection,
    model: Row,
    *,
    author: str | None = None,
    is_open: bool | None = None,
    before: int | None = None,
    after: int | None = None,
    most: int,
    offset: int = 0,
) -> list[ListedSample]:
    """Samples of a model, the latest first; after a number, the earliest first.

    Args:
        rows: of the index.
        model: row of `MODELS`.
        author: whose; None for anybody's.
        is_open: those that somebody can still claim, or the others; None for both.
        before, after: only those with a lower number, or with a higher one.
        most: how many.
        offset: so many are passed over.
    """
    wanted = select(SAMPLES).where(*_of(SAMPLES, model))
    if author is not None:
        wanted = wanted.where(SAMPLES.c.author == author)
    if is_open is not None:
        still = _open(model)
        wanted = wanted.where(still if is_open else ~still)
    if before is not None:
        wanted = wanted.where(SAMPLES.c.number < before)
    if after is not None:
        wanted = wanted.where(SAMPLES.c.number > after)
    order = SAMPLES.c.number.desc() if after is None else SAMPLES.c.number
    return _listed(rows, model, wanted.order_by(order).limit(most).offset(offset))


def samples_numbered(rows: Connection, model: Row, numbers: Sequence[int]) -> list[ListedSample]:
    """These samples of a model.

    Raises:
        NotHere: one of them was not added.
    """
    wanted = select(SAMPLES).where(*_of(SAMPLES, model), SAMPLES.c.number.in_(numbers)).order_by(SAMPLES.c.number)
    found = _listed(rows, model, wanted)
    missing = set(numbers) - {each.row["number"] for each in found}
    if missing:
        raise NotHere(f"there is no sample {min(missing)} of this model", "choose one of the list of its samples")
    return found


def entry_of(row: Row) -> Entry:
    """A row of `SAMPLES` as a claim hands it in."""
    return Entry(row["author"], row["at"], row["position"], row["label"], row["features"], row["deposit"])


def members_of(rows: Connection, model: Row, *, after: int = 0, most: int) -> list[Row]:
    """The members of a model in the order in which they became it, after member number `after`."""
    wanted = select(ACCOUNTS).where(*_of(ACCOUNTS, model), ACCOUNTS.c.member > after)
    return [dict(row) for row in rows.execute(wanted.order_by(ACCOUNTS.c.member).limit(most)).mappings()]


def account_in(rows: Connection, model: Row, account: str) -> Row | None:
    """What an account has to do with a model; None where it has nothing."""
    found = (
        rows.execute(select(ACCOUNTS).where(*_of(ACCOUNTS, model), ACCOUNTS.c.account == account)).mappings().first()
    )
    return None if found is None else dict(found)


def claims_of(rows: Connection, model: Row, *, after: tuple[int, int] | None = None, most: int) -> list[Row]:
    """What was taken of stakes in a model, the latest first.

    Args:
        rows: of the index.
        model: row of `MODELS`.
        after: block and position of the last one before; None for the beginning.
        most: how many.
    """
    wanted = select(CLAIMS).where(*_of(CLAIMS, model))
    if after is not None:
        block, position = after
        wanted = wanted.where((CLAIMS.c.block < block) | ((CLAIMS.c.block == block) & (CLAIMS.c.position < position)))
    latest = wanted.order_by(CLAIMS.c.block.desc(), CLAIMS.c.position.desc()).limit(most)
    return [dict(row) for row in rows.execute(latest).mappings()]


def accuracy_of(rows: Connection, model: Row) -> list[Point]:
    """How often the model was right about samples that it had not learned yet, stretch by stretch."""
    count = model["samples"]
    if not count:
        return []
    stretch = -(-count // _POINTS)
    ends = sorted({*range(stretch, count + 1, stretch), count})
    wanted = select(SAMPLES.c.number, SAMPLES.c.right).where(
        *_of(SAMPLES, model), SAMPLES.c.number.in_([end - 1 for end in ends])
    )
    found = []
    last = right = 0
    for number, until in rows.execute(wanted.order_by(SAMPLES.c.number)):
        found.append(Point(number + 1, number + 1 - last, until - right))
        last, right = number + 1, until
    return found


def _listed(rows: Connection, model: Row, wanted: Select[Any]) -> list[ListedSample]:
    found: list[Row] = [dict(row) for row in rows.execute(wanted).mappings()]
    if not found:
        return []
    numbers = [row["number"] for row in found]
    reporters: dict[int, list[str]] = {}
    claims = select(CLAIMS.c.sample, CLAIMS.c.account).where(
        *_of(CLAIMS, model), CLAIMS.c.kind == "report", CLAIMS.c.sample.in_(numbers)
    )
    for sample, account in rows.execute(claims.order_by(CLAIMS.c.block, CLAIMS.c.position)):
        reporters.setdefault(sample, []).append(account)
    said = said_of(rows, model, found)
    return [
        ListedSample(row, says, tuple(reporters.get(row["number"], ()))) for row, says in zip(found, said, strict=True)
    ]


def _open(model: Row) -> ColumnElement[bool]:
    return SAMPLES.c.left > 0 if model["weight"] else SAMPLES.c.refunded_at.is_(None)


def _of(table: Any, model: Row) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.contract == model["contract"], table.c.subject == model["subject"]
