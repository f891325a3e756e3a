"""What changed since which version, whose documents they are, and what amounts are counted in."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables; every subject is folded again, which says whose documents there are."""
    op.create_table(
        "index_wanted",
        sa.Column("digest", sa.LargeBinary(32), sa.ForeignKey("index_documents.digest"), primary_key=True),
        sa.Column("contract", sa.Integer, sa.ForeignKey("index_contracts.id"), primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
    )
    op.create_index("index_wanted_of_subject", "index_wanted", ["contract", "subject"])
    op.create_table(
        "index_changes",
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("contract", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String(66), primary_key=True),
    )
    op.create_table(
        "index_assets",
        sa.Column("address", sa.String(42), primary_key=True),
        sa.Column("is_known", sa.Boolean, nullable=False),
        sa.Column("symbol", sa.String(32), nullable=False),
        sa.Column("decimals", sa.Integer),
    )
    op.create_index("index_assets_unknown", "index_assets", ["is_known"])
    # A table of one row.
    op.add_column("index_state", sa.Column("era", sa.String(8), nullable=False, server_default=secrets.token_hex(4)))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("index_state", "era", server_default=None)
    op.execute("UPDATE index_contracts SET fold = 0")
