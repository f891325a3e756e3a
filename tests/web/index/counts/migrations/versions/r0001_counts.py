from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "counts",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("who", sa.String(42), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
    )
