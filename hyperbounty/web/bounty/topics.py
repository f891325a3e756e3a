"""What pages and answers of contests show, so that each is kept until something else is true of it.

A contest is a topic, so is what an account has to do with contests, and so is the record of an organizer: how its
contests ended, which each of their pages tells.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from hyperbounty.bounty.types import Outcome
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.bounty.index.tables import CONTESTS
from hyperbounty.web.bounty.news.concerned import accounts_of
from hyperbounty.web.site.site import Snapshot


def topics_of(connection: Connection, subjects: Sequence[str]) -> set[str]:
    """What shows something else where these contests do."""
    topics = {_contest(subject) for subject in subjects}
    for accounts in accounts_of(connection, subjects).values():
        topics.update(account_topic(account) for account in accounts)
    counts = or_(CONTESTS.c.outcome != int(Outcome.PENDING), CONTESTS.c.challenger.is_not(None))
    organizers = select(CONTESTS.c.organizer).where(CONTESTS.c.subject.in_(subjects), counts)
    topics.update(_record(organizer) for organizer in connection.execute(organizers).scalars())
    return topics


def shows_contest(snapshot: Snapshot, contest: IndexedContest) -> None:
    """Say that an answer shows one contest, which is as it is at least until its next deadline."""
    now = snapshot.now
    # Whoever counts a deadline as over a second later than others changes too.
    ends = [end + late for end in (*contest.deadlines.values(), contest.contest.key_ends or 0) for late in (0, 1)]
    topics = (_contest(contest.row["subject"]), _record(contest.contest.organizer))
    snapshot.shows(topics, min((end for end in ends if end > now), default=None))


def shows_account(snapshot: Snapshot, address: str) -> None:
    """Say that an answer shows what an account has to do with contests, and nothing that time changes."""
    snapshot.shows([account_topic(address)])


def _contest(subject: str) -> str:
    return f"contests/{subject}"


def account_topic(address: str) -> str:
    """What an account has to do with contests."""
    return f"accounts/{address}"


def _record(organizer: str) -> str:
    return f"records/{organizer}"
