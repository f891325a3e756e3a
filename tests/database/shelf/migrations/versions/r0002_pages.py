"""Books have pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("shelf_books", sa.Column("pages", sa.Integer, nullable=False, server_default="0"))
