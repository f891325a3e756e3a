"""Whom a contest concerns: who opened it, scores it, entered it, sponsors it, or was paid by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from hyperbounty.web.bounty.index.tables import ACCOUNTS


def accounts_of(connection: Connection, subjects: Sequence[str]) -> Mapping[str, set[str]]:
    """The accounts of each of these contests, by its subject."""
    found: dict[str, set[str]] = {}
    wanted = select(ACCOUNTS.c.subject, ACCOUNTS.c.account).where(ACCOUNTS.c.subject.in_(subjects))
    for subject, account in connection.execute(wanted):
        found.setdefault(subject, set()).add(account)
    return found


def subjects_of(connection: Connection, account: str) -> set[str]:
    """The subjects of all contests that an account has to do with, and of its credits."""
    return set(connection.execute(select(ACCOUNTS.c.subject).where(ACCOUNTS.c.account == account)).scalars())
