"""What happened in contests, out of the events that the index keeps: told in words, the newest first."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from hyperbounty.money import COIN, Asset
from hyperbounty.web.bounty.documents import manifests
from hyperbounty.web.bounty.index.family import BountyFamily
from hyperbounty.web.bounty.index.tables import ACCOUNTS, CONTESTS
from hyperbounty.web.bounty.news.telling import NEWS, Setting, told
from hyperbounty.web.index.assets import assets_at
from hyperbounty.web.index.events import WORD
from hyperbounty.web.index.family import IndexedEvent
from hyperbounty.web.index.tables import CONTRACTS, LOGS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.happening import About, Happening

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

_Row = Mapping[str, Any]

_FAMILY: Final = BountyFamily()
_IDS: Final = uuid.UUID("7d0c3a52-0f0c-5a86-9a44-54f7a6a3f0d1")
_ADDRESS_BYTES: Final = 20


def happenings(snapshot: Snapshot, about: About, most: int) -> list[Happening]:
    """What happened, the newest first.

    Args:
        snapshot: of the index.
        about: all contests, of which only what is news is told; one of them; or an account.
        most: so many at most.

    Raises:
        NotHere: there is no such contest.
    """
    wanted = _LOGS.order_by(LOGS.c.block.desc(), LOGS.c.position.desc()).limit(most)
    contracts = _contracts(snapshot.connection)
    if about.subject:
        title_of(snapshot, about.subject)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), LOGS.c.subject == about.subject)
    elif about.account:
        own = select(ACCOUNTS.c.subject).where(ACCOUNTS.c.account == about.account)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), LOGS.c.subject.in_(own))
        wanted = wanted.where(or_(_is_one_of(NEWS), *_names(about.account)))
    else:
        # By their topics alone, so that the newest are found without a look at all.
        wanted = wanted.where(_is_one_of(NEWS))
    return _told(snapshot, contracts, wanted)


def happenings_after(snapshot: Snapshot, block: int, *, news_only: bool) -> list[Happening]:
    """All that happened in later blocks, or only what is news, the oldest first."""
    wanted = _LOGS.where(LOGS.c.block > block).order_by(LOGS.c.block, LOGS.c.position)
    if news_only:
        wanted = wanted.where(_is_one_of(NEWS))
    return _told(snapshot, _contracts(snapshot.connection), wanted)


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


_LOGS: Final[Select[Any]] = select(
    LOGS.c.contract, LOGS.c.subject, LOGS.c.topics, LOGS.c.data, LOGS.c.block, LOGS.c.position, LOGS.c.time,
    LOGS.c.transaction,
)  # fmt: skip


def _is_one_of(names: Iterable[str]) -> ColumnElement[bool]:
    topics = [topic for topic, decoder in _FAMILY.decoders.items() if decoder.name in names]
    return func.substr(LOGS.c.topics, 1, WORD).in_(topics)


def _names(account: str) -> list[ColumnElement[bool]]:
    """Events whose second or third indexed argument is the account."""
    word = bytes(WORD - _ADDRESS_BYTES) + bytes.fromhex(account[2:])
    return [func.substr(LOGS.c.topics, place * WORD + 1, WORD) == word for place in (2, 3)]


def _contracts(rows: Connection) -> dict[int, str]:
    wanted = select(CONTRACTS.c.id, CONTRACTS.c.address).where(CONTRACTS.c.family == _FAMILY.NAME)
    return {number: address for number, address in rows.execute(wanted)}  # noqa: C416


def _told(snapshot: Snapshot, contracts: Mapping[int, str], wanted: Select[Any]) -> list[Happening]:
    rows = [dict(row) for row in snapshot.connection.execute(wanted).mappings() if row["contract"] in contracts]
    settings = _Settings(snapshot.connection, rows)
    found: dict[str, Happening] = {}
    for row in rows:
        joined = row["topics"]
        topics = [joined[start : start + WORD] for start in range(0, len(joined), WORD)]
        decoder = _FAMILY.decoders[topics[0]]
        args = decoder.decode(topics, row["data"])
        if args is None:
            continue
        event = IndexedEvent(decoder.name, args, row["block"], row["position"], row["time"], row["transaction"])
        said = told(event, settings.of(row, args))
        if said is None:
            continue
        subject = row["subject"]
        made = Happening(
            id=_id(snapshot.state.chain_id, contracts[row["contract"]], row),
            kind=said.kind,
            subject=subject,
            path=path_of(subject),
            title=said.title,
            text=said.text,
            at=row["time"],
            block=row["block"],
            transaction=row["transaction"],
            accounts=said.accounts,
            is_news=said.is_news,
        )
        found.setdefault(made.id, made)
    return list(found.values())


def path_of(subject: str) -> str:
    """The page of a contest, or of an account."""
    return f"/contests/{subject}" if subject.isdecimal() else f"/accounts/{subject}"


def _id(chain_id: int, contract: str, row: _Row) -> str:
    """Of what an event says, in which transaction: so it stays where the transaction comes into another block."""
    said = f"{chain_id} {contract} {row['transaction'].hex()} {row['topics'].hex()} {row['data'].hex()}"
    return str(uuid.uuid5(_IDS, said))


class _Settings:
    """What the words about rows of logs need, read at once for all."""

    def __init__(self, rows: Connection, logs: Sequence[_Row]) -> None:
        subjects = {log["subject"] for log in logs if log["subject"].isdecimal()}
        wanted = select(CONTESTS).where(CONTESTS.c.subject.in_(subjects))
        self._contests = {(row["contract"], row["subject"]): dict(row) for row in rows.execute(wanted).mappings()}
        self._assets: dict[str, Asset] = assets_at(rows, {row["asset"] for row in self._contests.values()})
        self._rows = rows
        self._questions = questions(rows, {row["manifest"] for row in self._contests.values()})

    def of(self, log: _Row, args: _Row) -> Setting:
        contest = self._contests.get((log["contract"], log["subject"]), {})
        address = args.get("asset", contest.get("asset", COIN.address))
        if address not in self._assets:
            self._assets |= assets_at(self._rows, [address])
        return Setting(contest, self._assets[address], self._questions.get(contest.get("manifest", b""), ""))
