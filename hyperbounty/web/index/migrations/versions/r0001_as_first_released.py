"""The frame's tables as they were first released; a change of them is a revision of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "index_state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chain_id", sa.BigInteger, nullable=False),
        sa.Column("genesis", sa.LargeBinary(32)),
        sa.Column("first_block", sa.BigInteger),
        sa.Column("first_hash", sa.LargeBinary(32)),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("block", sa.BigInteger),
        sa.Column("block_hash", sa.LargeBinary(32)),
        sa.Column("block_time", sa.BigInteger),
        sa.Column("head", sa.BigInteger),
        sa.Column("target", sa.BigInteger),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("next_step", sa.Text, nullable=False),
        sa.Column("since", sa.Float(53), nullable=False),
    )
    op.create_table(
        "index_contracts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("family", sa.String(40), nullable=False),
        sa.Column("address", sa.String(42), nullable=False, unique=True),
        sa.Column("from_block", sa.BigInteger, nullable=False),
        sa.Column("through", sa.BigInteger, nullable=False),
        sa.Column("fold", sa.Integer, nullable=False),
    )
    op.create_table(
        "index_blocks",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("parent", sa.LargeBinary(32), nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "index_logs",
        sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("contract", sa.Integer, sa.ForeignKey("index_contracts.id"), nullable=False),
        sa.Column("subject", sa.String(66), nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.LargeBinary(32), nullable=False),
        sa.Column("topics", sa.LargeBinary, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("index_logs_of_subject", "index_logs", ["contract", "subject", "block", "position"])
    op.create_table(
        "index_touched",
        sa.Column("contract", sa.Integer, sa.ForeignKey("index_contracts.id"), primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
    )
    op.create_table(
        "index_reorganizations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ancestor", sa.BigInteger, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("time", sa.Float(53), nullable=False),
    )
    op.create_table(
        "index_documents",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("family", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.Float(53), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try", sa.Float(53), nullable=False),
        sa.Column("content", sa.LargeBinary),
    )
    op.create_index("index_documents_due", "index_documents", ["state", "next_try"])
