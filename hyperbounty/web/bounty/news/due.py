"""What is due in contests, and what is lost after it: the end of each window, for calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, func, select

from hyperbounty.bounty.types import Outcome
from hyperbounty.money import COIN
from hyperbounty.web.bounty.contests import contest_of, dispute_of
from hyperbounty.web.bounty.index.family import BountyFamily
from hyperbounty.web.bounty.index.tables import ACCOUNTS, CONTESTS
from hyperbounty.web.bounty.news.happenings import path_of, questions, title_of
from hyperbounty.web.index.events import WORD
from hyperbounty.web.index.tables import LOGS
from hyperbounty.web.site.happening import About, Deadline

if TYPE_CHECKING:
    from hyperbounty.web.site.site import Snapshot

_Row = Mapping[str, Any]

_FAMILY: Final = BountyFamily()

# By what ends: how it is called, what is lost after it, and whom it concerns.
_ENDS: Final[Mapping[str, tuple[str, str, frozenset[str]]]] = {
    "accept": (
        "the offer lapses",
        "Where somebody named has not accepted by then, everybody gets back what they put in.",
        frozenset({"organizer", "evaluator", "member"}),
    ),
    "submit": (
        "entries close",
        "An entry that is not on the chain by then does not take part.",
        frozenset({"organizer", "participant"}),
    ),
    "reveal": (
        "last moment to reveal",
        "An entry that is not opened by then gets no score, and its fee is burned.",
        frozenset({"participant"}),
    ),
    "key": (
        "the key to the holdout is due",
        "Without it by then the contest ends void: the reward is burned, and the organizer loses its bond.",
        frozenset({"organizer"}),
    ),
    "score": (
        "scores are due",
        "Where nothing is recorded by then, the contest ends void, and the evaluator loses its bond.",
        frozenset({"evaluator", "organizer", "participant"}),
    ),
    "challenge": (
        "last moment to challenge the scores",
        "After it, what stands is paid.",
        frozenset({"evaluator", "organizer", "participant"}),
    ),
    "seal": (
        "members of the panel seal their scores",
        "A member who has not sealed by then has no say, and loses its bond.",
        frozenset({"member", "challenger", "evaluator"}),
    ),
    "open": (
        "members of the panel open their scores",
        "A member who has not opened by then loses its bond.",
        frozenset({"member", "challenger", "evaluator"}),
    ),
}


def deadlines(snapshot: Snapshot, about: About, most: int) -> list[Deadline]:
    """What is due or was: of contests that go on first, then the newest first.

    Args:
        snapshot: of the index.
        about: all contests, one of them, or an account: then only what concerns it.
        most: contests.

    Raises:
        NotHere: there is no such contest.
    """
    rows = snapshot.connection
    goes_on = CONTESTS.c.outcome == int(Outcome.PENDING)
    wanted = select(CONTESTS).order_by(goes_on.desc(), CONTESTS.c.number.desc()).limit(most)
    roles: dict[str, frozenset[str]] = {}
    if about.subject:
        title_of(snapshot, about.subject)
        wanted = wanted.where(CONTESTS.c.subject == about.subject)
    elif about.account:
        roles = _roles(rows, about.account)
        own = select(ACCOUNTS.c.subject).where(ACCOUNTS.c.account == about.account)
        wanted = wanted.where(CONTESTS.c.subject.in_(own))
    found = [dict(row) for row in rows.execute(wanted).mappings()]
    extended = _extended(rows, [row for row in found if row["submit_ends"] != row["first_submit_ends"]])
    titles = questions(rows, {row["manifest"] for row in found})
    made: list[Deadline] = []
    for row in found:
        concerned = roles.get(row["subject"]) if about.account else None
        made += _of(row, snapshot.now, titles.get(row["manifest"], ""), extended.get(row["subject"], 0), concerned)
    return made


def _of(row: _Row, now: int, question: str, moved: int, concerned: frozenset[str] | None) -> list[Deadline]:
    contest = contest_of(row, now, COIN)
    dispute = dispute_of(row, contest)
    ends = {
        "accept": contest.accept_ends,
        "submit": contest.submit_ends,
        "reveal": contest.reveal_ends,
        "key": contest.key_ends,
        "score": contest.score_ends,
        "challenge": contest.challenge_ends if dispute.panel.members else None,
        "seal": dispute.seal_ends if dispute.challenged else None,
        "open": dispute.open_ends if dispute.challenged else None,
    }
    made = []
    for name, at in ends.items():
        title, text, roles = _ENDS[name]
        if at is None or (concerned is not None and not concerned & roles):
            continue
        is_off = row["ended_at"] is not None and at > row["ended_at"]
        made.append(
            Deadline(
                id=f"{row['opened_transaction'].hex()}-{row['subject']}-{name}",
                subject=row["subject"],
                path=path_of(row["subject"]),
                title=f"Contest {row['number']}: {title}",
                text=f"{text} The question: “{question}”." if question else text,
                at=at,
                moved=moved + is_off,
                is_off=is_off,
                changed_at=row["changed_at"],
            )
        )
    return made


def _roles(rows: Connection, account: str) -> dict[str, frozenset[str]]:
    """What an account is in each of its contests."""
    found: dict[str, frozenset[str]] = {}
    wanted = select(ACCOUNTS.c.subject, ACCOUNTS.c.roles).where(ACCOUNTS.c.account == account)
    for subject, roles in rows.execute(wanted):
        found[subject] = found.get(subject, frozenset()) | frozenset(roles)
    return found


def _extended(rows: Connection, contests: Sequence[_Row]) -> dict[str, int]:
    """How often each of these contests was extended: the events say it, the rows only that it was."""
    [topic] = [topic for topic, decoder in _FAMILY.decoders.items() if decoder.name == "Extended"]
    wanted = (
        select(LOGS.c.subject, func.count())
        .where(
            LOGS.c.contract.in_({row["contract"] for row in contests}),
            LOGS.c.subject.in_([row["subject"] for row in contests]),
            func.substr(LOGS.c.topics, 1, WORD) == topic,
        )
        .group_by(LOGS.c.subject)
    )
    return {subject: count for subject, count in rows.execute(wanted)}  # noqa: C416
