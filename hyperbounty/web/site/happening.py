"""What happened and what is due, as a family tells it: feeds, calendars and messages are made of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """What is asked about: everything, one subject of one family, or one account.

    Attributes:
        family, subject: of a subject; both empty where it is not about one.
        account: an address with its checksum; empty where it is not about one.
    """

    family: str = ""
    subject: str = ""
    account: str = ""


@dataclass(frozen=True)
class Happening:
    """Something that an event of a contract says.

    Attributes:
        id: says which, for ever: it stays the same where a reorganization moves its transaction to another block.
        kind: for programs, such as `contest.opened`.
        subject: that it belongs to.
        path: of the page that shows it.
        title: one line, in plain words.
        text: what more there is to say; may be empty.
        at: unix seconds.
        block: its number.
        transaction: hash, 32 bytes.
        accounts: that it is about, with their checksums.
        is_news: whether it is worth telling who follows everything.
    """

    id: str
    kind: str
    subject: str
    path: str
    title: str
    text: str
    at: int
    block: int
    transaction: bytes
    accounts: tuple[str, ...] = ()
    is_news: bool = True


@dataclass(frozen=True)
class Deadline:
    """The end of a window of time.

    Attributes:
        id: says which, for ever, also where it is moved.
        subject, path: as of `Happening`.
        title: what ends, in plain words.
        text: what is lost after it.
        at: unix seconds.
        moved: how often it was moved.
        is_off: it does not matter any more, as where a contest was cancelled.
        changed_at: when something of it changed last, in unix seconds.
    """

    id: str
    subject: str
    path: str
    title: str
    text: str
    at: int
    moved: int
    is_off: bool
    changed_at: int
