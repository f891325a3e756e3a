"""What happened in shared models, out of the events that the index keeps: told in words, the newest first."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from hyperbounty.texts import escaped
from hyperbounty.web.index.events import WORD
from hyperbounty.web.index.tables import CONTRACTS, LOGS
from hyperbounty.web.models.facts import ListedModel, models_at
from hyperbounty.web.models.index.family import ModelsFamily
from hyperbounty.web.models.index.tables import ACCOUNTS, MODELS
from hyperbounty.web.models.news import in_markets
from hyperbounty.web.models.news.telling import Said, Told
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.happening import About, Happening

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

NEWS: Final = ("Published", "ClassAdded", "Closed", *in_markets.NEWS)
"""The events that those are told of who follow all models."""

_Row = Mapping[str, Any]
_FAMILY: Final = ModelsFamily()
_IDS: Final = uuid.UUID("0f6d4a0e-6a5f-5d0a-8f53-3c4b6f0a91c7")
_ADDRESS_BYTES: Final = 20
_NAME_LETTERS: Final = 200


def happenings(snapshot: Snapshot, about: About, most: int) -> list[Happening]:
    """What happened, the newest first.

    Args:
        snapshot: of the index.
        about: all models, of which only what is news is told; one of them; or an account.
        most: so many at most.

    Raises:
        NotHere: there is no such model.
    """
    wanted = _LOGS.order_by(LOGS.c.block.desc(), LOGS.c.position.desc()).limit(most)
    contracts = _contracts(snapshot.connection)
    if about.subject:
        title_of(snapshot, about.subject)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), LOGS.c.subject == about.subject)
        wanted = wanted.where(_is_one_of(_WORDS))
    elif about.account:
        own = select(ACCOUNTS.c.subject).where(ACCOUNTS.c.account == about.account)
        is_own = or_(LOGS.c.subject.in_(own), LOGS.c.subject == about.account)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), is_own, _is_one_of(_WORDS))
        wanted = wanted.where(or_(_is_one_of(NEWS), *_names(about.account)))
    else:
        wanted = wanted.where(_is_one_of(NEWS))
    return _told(snapshot, contracts, wanted)


def happenings_after(snapshot: Snapshot, block: int, *, news_only: bool) -> list[Happening]:
    """All that happened in later blocks, or only what is news, the oldest first."""
    wanted = _LOGS.where(LOGS.c.block > block, _is_one_of(NEWS if news_only else _WORDS))
    return _told(snapshot, _contracts(snapshot.connection), wanted.order_by(LOGS.c.block, LOGS.c.position))


def title_of(snapshot: Snapshot, subject: str) -> str:
    """What a model is called: its number, and its name where the manifest is there.

    Raises:
        NotHere: there is no such model.
    """
    found = models_at(snapshot, select(MODELS).where(MODELS.c.subject == subject))
    if not found:
        raise NotHere("there is no such model", "go back to the models")
    return _title(found[0])


def path_of(subject: str) -> str:
    """The page of a model, or of an account."""
    if subject.isdecimal():
        return f"/models/{subject}"
    return f"/accounts/{subject}" if subject.startswith("0x") else "/models"


def _title(listed: ListedModel) -> str:
    name = escaped(listed.name, _NAME_LETTERS)
    return f"Model {listed.model.number}: {name}" if name else f"Model {listed.model.number}"


_LOGS: Final[Select[Any]] = select(
    LOGS.c.contract, LOGS.c.subject, LOGS.c.topics, LOGS.c.data, LOGS.c.block, LOGS.c.position, LOGS.c.time,
    LOGS.c.transaction,
)  # fmt: skip


def _is_one_of(names: Iterable[str]) -> ColumnElement[bool]:
    wanted = set(names)
    topics = [topic for topic, decoder in _FAMILY.decoders.items() if decoder.name in wanted]
    return func.substr(LOGS.c.topics, 1, WORD).in_(topics)


def _names(account: str) -> list[ColumnElement[bool]]:
    """Events whose second or third indexed argument is the account."""
    word = bytes(WORD - _ADDRESS_BYTES) + bytes.fromhex(account[2:])
    return [func.substr(LOGS.c.topics, place * WORD + 1, WORD) == word for place in (2, 3)]


def _contracts(rows: Connection) -> dict[int, str]:
    wanted = select(CONTRACTS.c.id, CONTRACTS.c.address).where(CONTRACTS.c.family == _FAMILY.NAME)
    return {number: address for number, address in rows.execute(wanted)}  # noqa: C416


def _told(snapshot: Snapshot, contracts: Mapping[int, str], wanted: Select[Any]) -> list[Happening]:
    logs = [dict(row) for row in snapshot.connection.execute(wanted).mappings() if row["contract"] in contracts]
    subjects = {log["subject"] for log in logs}
    listed = models_at(snapshot, select(MODELS).where(MODELS.c.subject.in_(subjects)))
    models = {(each.row["contract"], each.row["subject"]): each for each in listed}
    found: dict[str, Happening] = {}
    for log in logs:
        joined = log["topics"]
        topics = [joined[start : start + WORD] for start in range(0, len(joined), WORD)]
        decoder = _FAMILY.decoders[topics[0]]
        args = decoder.decode(topics, log["data"])
        model = models.get((log["contract"], log["subject"]))
        if args is None or (model is None and log["subject"].isdecimal()):
            continue
        kind, title, text, accounts = _WORDS[decoder.name](Told(snapshot, model), args)
        said = f"{snapshot.state.chain_id} {contracts[log['contract']]} {log['transaction'].hex()} {joined.hex()}"
        made = Happening(
            id=str(uuid.uuid5(_IDS, f"{said} {log['data'].hex()}")),
            kind=kind,
            subject=log["subject"],
            path=path_of(log["subject"]),
            title=title,
            text=text,
            at=log["time"],
            block=log["block"],
            transaction=log["transaction"],
            accounts=accounts,
            is_news=decoder.name in NEWS,
        )
        found.setdefault(made.id, made)
    return list(found.values())


def _opened(of: Told, args: _Row) -> Said:
    return "model.opened", f"Model {of.number} was opened as a draft", f"By {args['creator']}.", (args["creator"],)


def _published(of: Told, _: _Row) -> Said:
    name = escaped(of.model.name, _NAME_LETTERS)
    title = f"Model {of.number} takes samples" + (f": “{name}”" if name else "")
    facts = of.model.model.shape.facts.name
    return "model.published", title, f"A {facts} by {of.model.model.creator}.", (of.model.model.creator,)


def _class_added(of: Told, args: _Row) -> Said:
    name = escaped(args["name"], _NAME_LETTERS)
    return "model.class-added", f"Model {of.number} has another class, {args['class']}", f"It is called “{name}”.", ()


def _closed(of: Told, _: _Row) -> Said:
    return "model.closed", f"Model {of.number} takes no more samples", "Stakes can be claimed as before.", ()


def _added(of: Told, args: _Row) -> Said:
    author = args["author"]
    title = f"{author} added a sample to model {of.number}: {of.named(args['label'])}"
    return (
        "model.added",
        title,
        f"Its stake{of.shown(args['deposit']) or ': none'}.".replace("stake,", "stake:"),
        (author,),
    )


def _refunded(of: Told, args: _Row) -> Said:
    author = args["author"]
    title = f"{author} has a valid sample in model {of.number}{of.shown(args['amount'])}"
    return "model.refunded", title, "The model agreed with it after the wait, so the stake came back.", (author,)


def _reported(of: Told, args: _Row) -> Said:
    member = args["member"]
    title = f"{member} took a share in model {of.number}{of.shown(args['amount'])}"
    return "model.reported", title, "The model contradicted a sample of somebody else.", (member,)


def _claimed(of: Told, args: _Row) -> Said:
    claimant = args["claimant"]
    title = f"{claimant} took what was left of a stake in model {of.number}{of.shown(args['amount'])}"
    return "model.claimed", title, "Nobody had claimed it in time.", (claimant,)


def _credited(of: Told, args: _Row) -> Said:
    owner, amount = args["owner"], of.asset(args["asset"]).shown(args["amount"])
    title = f"{amount} of shared models wait for {owner}"
    return "model.credited", title, "The account could not take them; it can withdraw them.", (owner,)


def _withdrawn(of: Told, args: _Row) -> Said:
    owner, amount = args["owner"], of.asset(args["asset"]).shown(args["amount"])
    return (
        "model.credit-withdrawn",
        f"{owner} withdrew {amount} that waited for it",
        f"It went to {args['to']}.",
        (owner,),
    )


_WORDS: Final[Mapping[str, Callable[[Told, _Row], Said]]] = {
    "Opened": _opened,
    "Published": _published,
    "ClassAdded": _class_added,
    "Closed": _closed,
    "Added": _added,
    "Refunded": _refunded,
    "Reported": _reported,
    "Claimed": _claimed,
    "Credited": _credited,
    "CreditWithdrawn": _withdrawn,
    **in_markets.WORDS,
}
