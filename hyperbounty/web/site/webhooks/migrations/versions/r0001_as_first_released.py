"""The tables as they were first released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outbox_outlets",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("chain", sa.String(160), nullable=False),
        sa.Column("begun", sa.String(16), nullable=False),
        sa.Column("floor", sa.BigInteger, nullable=False),
        sa.Column("era", sa.String(8), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "outbox_told",
        sa.Column("outlet", sa.String(100), primary_key=True),
        sa.Column("happening", sa.String(64), primary_key=True),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("is_back", sa.Boolean, nullable=False),
        sa.Column("message", sa.Integer, nullable=False),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("outlet", sa.String(100), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.Float(53), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("first_try", sa.Float(53)),
        sa.Column("next_try", sa.Float(53), nullable=False),
    )
    op.create_index("outbox_messages_due", "outbox_messages", ["outlet", "state", "next_try"])
