"""The outbox: whom there is to tell, what was told, and what waits to be sent.

It stands in the database of the index, so that what happened and what is to be told of it are seen together.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

from hyperbounty.database import Schema

METADATA: Final = MetaData()


class MessageState(StrEnum):
    """What became of a message.

    WAITING: it is to be sent, or sent again. DELIVERED: it was taken. GIVEN_UP: it was not, for a whole day.
    WITHDRAWN: what it says was taken back before anybody was told.
    """

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"
    WITHDRAWN = "withdrawn"


OUTLETS: Final = Table(
    "outbox_outlets",
    METADATA,
    Column("name", String(100), primary_key=True),
    # Of which chain it was told; of another one it is told from where that is.
    Column("chain", String(160), nullable=False),
    # Drawn when that began: a development chain that begins anew may have the same transactions once more.
    Column("begun", String(16), nullable=False),
    # What happened up to this block is told, and cannot be taken back.
    Column("floor", BigInteger, nullable=False),
    # Of the index, when something was looked for last.
    Column("era", String(8), nullable=False),
    Column("version", BigInteger, nullable=False),
)

TOLD: Final = Table(
    "outbox_told",
    METADATA,
    Column("outlet", String(100), primary_key=True),
    # Of `Happening.id`.
    Column("happening", String(64), primary_key=True),
    Column("block", BigInteger, nullable=False),
    # How often it was told, or told to be no more.
    Column("times", Integer, nullable=False),
    Column("is_back", Boolean, nullable=False),
    # The number of the message that said it last.
    Column("message", Integer, nullable=False),
)

MESSAGES: Final = Table(
    "outbox_messages",
    METADATA,
    Column("number", Integer, primary_key=True),
    # By which whoever gets it twice knows it again.
    Column("id", String(64), nullable=False, unique=True),
    Column("outlet", String(100), nullable=False),
    # For programs: JSON, as it is sent; for people: one line.
    Column("body", Text, nullable=False),
    Column("line", Text, nullable=False),
    # `MessageState`, why it is so, and since when; times in unix seconds.
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Float(53), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first_try", Float(53)),
    Column("next_try", Float(53), nullable=False),
    Index("outbox_messages_due", "outlet", "state", "next_try"),
)

SCHEMA: Final = Schema(
    name="the outbox",
    package="hyperbounty.web.site.webhooks",
    head="0001",
    version_table="outbox_version",
    lock=7_305_198_267,
    kept="what waits is sent then",
    lost="messages that waited are lost, and nothing older is told again",
)
"""The outbox as a database is opened with it."""
