"""What is due in shared models, and what is lost after it: for calendars.

A stake is due from when its wait is over until somebody else may take it. Which samples the model still agrees with is
known only then, so the calendar of an account has every open stake of its own. A market's phases end by time. The
calendar of all models has until when batches are taken, since anybody can hand one in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from hyperbounty.web.models.facts import models_at
from hyperbounty.web.models.index.tables import ACCOUNTS, MARKETS, MODELS, SAMPLES
from hyperbounty.web.models.markets import listed_market
from hyperbounty.web.models.news.happenings import path_of, title_of
from hyperbounty.web.site.happening import About, Deadline

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

_Row = Mapping[str, Any]


def deadlines(snapshot: Snapshot, about: About, most: int) -> list[Deadline]:
    """What is due: of a model its markets and the stakes that are open, of an account its own.

    Of all models it is only until when their markets take batches.

    Args:
        snapshot: of the index.
        about: all models, one of them, or an account.
        most: stakes, and markets.

    Raises:
        NotHere: there is no such model.
    """
    if about.subject:
        title_of(snapshot, about.subject)
        wanted = select(SAMPLES).where(SAMPLES.c.subject == about.subject)
        markets = select(MARKETS).where(MARKETS.c.subject == about.subject)
    elif about.account:
        wanted = select(SAMPLES).where(SAMPLES.c.author == about.account)
        own = select(ACCOUNTS.c.subject).where(
            ACCOUNTS.c.contract == MARKETS.c.contract, ACCOUNTS.c.account == about.account
        )
        markets = select(MARKETS).where(MARKETS.c.subject.in_(own))
    else:
        return [due for due in _of_markets(snapshot, select(MARKETS), most) if due.id.endswith("-batches")]
    found = _of_markets(snapshot, markets, most)
    return found + _of(snapshot, wanted.where(SAMPLES.c.left > 0).order_by(SAMPLES.c.at.desc()).limit(most))


def _of_markets(snapshot: Snapshot, wanted: Select[Any], most: int) -> list[Deadline]:
    latest = wanted.where(MARKETS.c.ended_at.is_(None)).order_by(MARKETS.c.opened_block.desc()).limit(most)
    found = []
    for row in snapshot.connection.execute(latest).mappings():
        market = listed_market(snapshot, dict(row))
        where = f"Model {row['subject']}, market {market.number}"
        for what, until, title, text in (
            (
                "first-reveal",
                market.first_reveal_until,
                f"{where}: the drawn piece must be revealed",
                "Else the provider's bond is burned, and the market never takes batches.",
            ),
            (
                "batches",
                market.batches_until,
                f"{where}: batches are taken no longer",
                "Then the other hidden pieces are revealed, and the batches scored.",
            ),
            (
                "reveals",
                None if market.all_revealed else market.reveal_until,
                f"{where}: the other pieces must be revealed",
                "Else the provider gets nothing, and each batch its stake and up to as much again.",
            ),
            (
                "scores",
                market.score_until,
                f"{where}: batches can be scored no longer",
                "Those that are not get their stakes, and nothing more.",
            ),
        ):
            if until is not None:
                found.append(
                    Deadline(
                        id=f"{row['opened_transaction'].hex()}-{row['subject']}-{market.number}-{what}",
                        subject=row["subject"],
                        path=path_of(row["subject"]),
                        title=title,
                        text=text,
                        at=until,
                        moved=0,
                        is_off=False,
                        changed_at=row["changed_at"],
                    )
                )
    return found


def _of(snapshot: Snapshot, wanted: Select[Any]) -> list[Deadline]:
    found: list[_Row] = [dict(row) for row in snapshot.connection.execute(wanted).mappings()]
    listed = models_at(snapshot, select(MODELS).where(MODELS.c.subject.in_({row["subject"] for row in found})))
    models = {(each.row["contract"], each.row["subject"]): each for each in listed}
    made = []
    for row in found:
        model = models[row["contract"], row["subject"]].model
        left = model.asset.shown(row["left"])
        name = f"{row['identifier'].hex()}-{row['transaction'].hex()}"
        terms, where = model.terms, f"Model {model.number}, sample {row['number']}"
        for what, wait, title, text in (
            (
                "refund",
                terms.refund_wait,
                f"{where}: its stake of {left} can be claimed",
                "Its author has it back where the model agrees; members share it where it does not.",
            ),
            (
                "lost",
                terms.owner_wait,
                f"{where}: the creator may take its stake of {left}",
                "Whoever has not claimed by then may lose it.",
            ),
        ):
            made.append(
                Deadline(
                    id=f"{name}-{what}",
                    subject=row["subject"],
                    path=path_of(row["subject"]),
                    title=title,
                    text=text,
                    at=row["at"] + wait,
                    moved=0,
                    is_off=False,
                    changed_at=row["at"],
                )
            )
    return made
