"""What happened in shared models, out of the events that the index keeps: told in words, the newest first."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, or_, select

from hyperbounty.texts import escaped
from hyperbounty.web.index.tables import LOGS
from hyperbounty.web.models.facts import ListedModel, models_at
from hyperbounty.web.models.index.family import ModelsFamily
from hyperbounty.web.models.index.tables import ACCOUNTS, MODELS
from hyperbounty.web.models.news import in_markets
from hyperbounty.web.models.news.telling import Said, Told
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.happening import About, Happening
from hyperbounty.web.site.logged import ROWS, Logged, names

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

NEWS: Final = ("Published", "ClassAdded", "Closed", *in_markets.NEWS)
"""The events that those are told of who follow all models."""

_Row = Mapping[str, Any]
_LOGGED: Final = Logged(ModelsFamily(), uuid.UUID("0f6d4a0e-6a5f-5d0a-8f53-3c4b6f0a91c7"))
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
    wanted = ROWS.order_by(LOGS.c.block.desc(), LOGS.c.position.desc()).limit(most)
    contracts = _LOGGED.contracts(snapshot.connection)
    if about.subject:
        title_of(snapshot, about.subject)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), LOGS.c.subject == about.subject)
        wanted = wanted.where(_LOGGED.is_one_of(_WORDS))
    elif about.account:
        own = select(ACCOUNTS.c.subject).where(ACCOUNTS.c.account == about.account)
        is_own = or_(LOGS.c.subject.in_(own), LOGS.c.subject == about.account)
        wanted = wanted.where(LOGS.c.contract.in_(contracts), is_own, _LOGGED.is_one_of(_WORDS))
        wanted = wanted.where(or_(_LOGGED.is_one_of(NEWS), *names(about.account)))
    else:
        wanted = wanted.where(_LOGGED.is_one_of(NEWS))
    return _told(snapshot, wanted)


def happenings_after(snapshot: Snapshot, block: int, *, news_only: bool) -> list[Happening]:
    """All that happened in later blocks, or only what is news, the oldest first."""
    wanted = ROWS.where(LOGS.c.block > block, _LOGGED.is_one_of(NEWS if news_only else _WORDS))
    return _told(snapshot, wanted.order_by(LOGS.c.block, LOGS.c.position))


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


def _told(snapshot: Snapshot, wanted: Select[Any]) -> list[Happening]:
    logged = _LOGGED.read(snapshot, wanted)
    listed = models_at(snapshot, select(MODELS).where(MODELS.c.subject.in_({each.subject for each in logged})))
    models = {(each.row["contract"], each.row["subject"]): each for each in listed}
    found = []
    for each in logged:
        event, model = each.event, models.get((each.contract, each.subject))
        if model is None and each.subject.isdecimal():
            continue
        kind, title, text, accounts = _WORDS[event.name](Told(snapshot, model), event.args)
        made = Happening(
            id=each.id,
            kind=kind,
            subject=each.subject,
            path=path_of(each.subject),
            title=title,
            text=text,
            at=event.time,
            block=event.block,
            transaction=event.transaction,
            accounts=accounts,
            is_news=event.name in NEWS,
        )
        found.append(made)
    return found


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
