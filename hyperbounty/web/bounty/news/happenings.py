"""What happened in contests, out of the events that the index keeps: told in words, the newest first."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, or_, select

from hyperbounty.money import COIN, Asset
from hyperbounty.web.bounty.documents import manifests
from hyperbounty.web.bounty.index.family import BountyFamily
from hyperbounty.web.bounty.index.tables import ACCOUNTS, CONTESTS
from hyperbounty.web.bounty.news.telling import NEWS, Setting, told
from hyperbounty.web.index.assets import assets_at
from hyperbounty.web.index.tables import LOGS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.happening import About, Happening
from hyperbounty.web.site.logged import ROWS, Logged, LoggedEvent, names

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

_LOGGED: Final = Logged(BountyFamily(), uuid.UUID("7d0c3a52-0f0c-5a86-9a44-54f7a6a3f0d1"))


def happenings(snapshot: Snapshot, about: About, most: int) -> list[Happening]:
    """What happened, the newest first.

    Args:
        snapshot: of the index.
        about: all contests, of which only what is news is told; one of them; or an account.
        most: so many at most.

    Raises:
        NotHere: there is no such contest.
    """
    wanted = ROWS.order_by(LOGS.c.block.desc(), LOGS.c.position.desc()).limit(most)
    contracts = _LOGGED.contracts(snapshot.connection)
    if about.subject:
        title_of(snapshot, about.subject)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), LOGS.c.subject == about.subject)
    elif about.account:
        own = select(ACCOUNTS.c.subject).where(ACCOUNTS.c.account == about.account)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), LOGS.c.subject.in_(own))
        wanted = wanted.where(or_(_LOGGED.is_one_of(NEWS), *names(about.account)))
    else:
        # By their topics alone, so that the newest are found without a look at all.
        wanted = wanted.where(_LOGGED.is_one_of(NEWS))
    return _told(snapshot, wanted)


def happenings_after(snapshot: Snapshot, block: int, *, news_only: bool) -> list[Happening]:
    """All that happened in later blocks, or only what is news, the oldest first."""
    wanted = ROWS.where(LOGS.c.block > block).order_by(LOGS.c.block, LOGS.c.position)
    if news_only:
        wanted = wanted.where(_LOGGED.is_one_of(NEWS))
    return _told(snapshot, wanted)


def title_of(snapshot: Snapshot, subject: str) -> str:
    """What a contest is called: its number, and its question where the manifest is there.

    Raises:
        NotHere: there is no such contest.
    """
    manifest = snapshot.connection.execute(select(CONTESTS.c.manifest).where(CONTESTS.c.subject == subject)).scalar()
    if manifest is None:
        raise NotHere("there is no such contest", "go back to the contests")
    question = questions(snapshot.connection, [manifest]).get(manifest)
    return f"Contest {subject}: {question}" if question else f"Contest {subject}"


def questions(rows: Connection, digests: Collection[bytes]) -> dict[bytes, str]:
    """The titles of manifests by their digests, as far as the index has them."""
    return {digest: manifest.title for digest, manifest in manifests(rows, digests).items()}


def _told(snapshot: Snapshot, wanted: Select[Any]) -> list[Happening]:
    logged = _LOGGED.read(snapshot, wanted)
    settings = _Settings(snapshot.connection, logged)
    found = []
    for each in logged:
        event = each.event
        said = told(event, settings.of(each))
        if said is None:
            continue
        made = Happening(
            id=each.id,
            kind=said.kind,
            subject=each.subject,
            path=path_of(each.subject),
            title=said.title,
            text=said.text,
            at=event.time,
            block=event.block,
            transaction=event.transaction,
            accounts=said.accounts,
            is_news=said.is_news,
        )
        found.append(made)
    return found


def path_of(subject: str) -> str:
    """The page of a contest, or of an account."""
    return f"/contests/{subject}" if subject.isdecimal() else f"/accounts/{subject}"


class _Settings:
    """What the words about rows of logs need, read at once for all."""

    def __init__(self, rows: Connection, logged: Sequence[LoggedEvent]) -> None:
        subjects = {each.subject for each in logged if each.subject.isdecimal()}
        wanted = select(CONTESTS).where(CONTESTS.c.subject.in_(subjects))
        self._contests = {(row["contract"], row["subject"]): dict(row) for row in rows.execute(wanted).mappings()}
        self._assets: dict[str, Asset] = assets_at(rows, {row["asset"] for row in self._contests.values()})
        self._rows = rows
        self._questions = questions(rows, {row["manifest"] for row in self._contests.values()})

    def of(self, each: LoggedEvent) -> Setting:
        contest = self._contests.get((each.contract, each.subject), {})
        address = each.event.args.get("asset", contest.get("asset", COIN.address))
        if address not in self._assets:
            self._assets |= assets_at(self._rows, [address])
        return Setting(contest, self._assets[address], self._questions.get(contest.get("manifest", b""), ""))
