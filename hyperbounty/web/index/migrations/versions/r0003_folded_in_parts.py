"""How far subjects are folded that are folded part by part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "index_folded",
        sa.Column("contract", sa.Integer, sa.ForeignKey("index_contracts.id"), primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("index_folded_by_block", "index_folded", ["block"])
