"""The tables as they were first released; a change of them is a revision of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    version = op.create_table("evaluator_format", sa.Column("version", sa.Integer, primary_key=True))
    op.bulk_insert(version, [{"version": 1}])
    op.create_table(
        "evaluator_jobs",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("spec", sa.LargeBinary(32), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("estimate_s", sa.Float(53), nullable=False),
        sa.Column("memory_bytes", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
        sa.Column("losses", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Float(53), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("lease_ends", sa.Float(53), nullable=False),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("fault", sa.String(14), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    longest_first = sa.text("estimate_s DESC")
    op.create_index("evaluator_jobs_next", "evaluator_jobs", ["dataset", "state", longest_first, "program", "key"])
    op.create_index(
        "evaluator_jobs_of_program", "evaluator_jobs", ["dataset", "state", "program", longest_first, "key"]
    )
    op.create_table(
        "evaluator_wanted",
        sa.Column("contest", sa.String(200), primary_key=True),
        sa.Column("spec_index", sa.Integer, primary_key=True),
        sa.Column("run", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), sa.ForeignKey("evaluator_jobs.key"), nullable=False),
    )
    op.create_index("ix_evaluator_wanted_key", "evaluator_wanted", ["key"])
    op.create_table(
        "evaluator_results",
        sa.Column("key", sa.String(64), sa.ForeignKey("evaluator_jobs.key"), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("seconds", sa.Float(53), nullable=False),
    )
