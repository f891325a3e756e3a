"""What is due in shared models, and what is lost after it: for calendars.

A stake is due from when its wait is over until somebody else may take it. Which samples the model still agrees with is
known only then, so the calendar of an account has every open stake of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from hyperbounty.web.models.facts import models_at
from hyperbounty.web.models.index.tables import MODELS, SAMPLES
from hyperbounty.web.models.news.happenings import path_of, title_of
from hyperbounty.web.site.happening import About, Deadline

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

_Row = Mapping[str, Any]


def deadlines(snapshot: Snapshot, about: About, most: int) -> list[Deadline]:
    """What is due: of a model the stakes that are open, of an account its own; of all models nothing.

    Args:
        snapshot: of the index.
        about: all models, one of them, or an account.
        most: stakes.

    Raises:
        NotHere: there is no such model.
    """
    if about.subject:
        title_of(snapshot, about.subject)
        wanted = select(SAMPLES).where(SAMPLES.c.subject == about.subject)
    elif about.account:
        wanted = select(SAMPLES).where(SAMPLES.c.author == about.account)
    else:
        return []
    return _of(snapshot, wanted.where(SAMPLES.c.left > 0).order_by(SAMPLES.c.at.desc()).limit(most))


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
