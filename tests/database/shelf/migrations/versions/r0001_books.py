"""Books, by title."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("shelf_books", sa.Column("title", sa.String(80), primary_key=True))
