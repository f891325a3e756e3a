"""Whom a model concerns: who opened it, added a sample, or took something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from hyperbounty.web.models.index.tables import ACCOUNTS, CREDITS


def accounts_of(connection: Connection, subjects: Sequence[str]) -> Mapping[str, set[str]]:
    """The accounts of each of these models, by its subject."""
    found: dict[str, set[str]] = {}
    wanted = select(ACCOUNTS.c.subject, ACCOUNTS.c.account).where(ACCOUNTS.c.subject.in_(subjects))
    for subject, account in connection.execute(wanted):
        found.setdefault(subject, set()).add(account)
    for subject in subjects:
        if subject.startswith("0x"):
            found[subject] = {subject}
    return found


def subjects_of(connection: Connection, account: str) -> set[str]:
    """The subjects of all models that an account has to do with, and of its credits."""
    own = connection.execute(select(ACCOUNTS.c.subject).where(ACCOUNTS.c.account == account)).scalars()
    credits_of = connection.execute(select(CREDITS.c.subject).where(CREDITS.c.subject == account)).scalars()
    return {*own, *credits_of}
