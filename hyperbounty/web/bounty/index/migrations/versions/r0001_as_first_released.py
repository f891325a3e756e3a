"""The bounty's tables as they were first released; a change of them is a revision of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_AMOUNT = sa.String(78)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "bounty_contests",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("organizer", sa.String(42), nullable=False),
        sa.Column("evaluator", sa.String(42), nullable=False),
        sa.Column("asset", sa.String(42), nullable=False),
        sa.Column("reward", _AMOUNT, nullable=False),
        sa.Column("sponsored", _AMOUNT, nullable=False),
        sa.Column("bond", _AMOUNT, nullable=False),
        sa.Column("evaluator_bond", _AMOUNT, nullable=False),
        sa.Column("evaluator_fee", _AMOUNT, nullable=False),
        sa.Column("entry_fee", _AMOUNT, nullable=False),
        sa.Column("minimum_score", sa.Integer, nullable=False),
        sa.Column("shares", sa.JSON, nullable=False),
        sa.Column("accept_ends", sa.BigInteger),
        sa.Column("submit_ends", sa.BigInteger),
        sa.Column("submit_seconds", sa.BigInteger, nullable=False),
        sa.Column("reveal_seconds", sa.BigInteger, nullable=False),
        sa.Column("score_seconds", sa.BigInteger, nullable=False),
        sa.Column("challenge_seconds", sa.BigInteger, nullable=False),
        sa.Column("limits", sa.LargeBinary(32), nullable=False),
        sa.Column("max_submissions", sa.Integer, nullable=False),
        sa.Column("max_per_address", sa.Integer, nullable=False),
        sa.Column("entry_seconds", sa.BigInteger, nullable=False),
        sa.Column("throughput", sa.BigInteger, nullable=False),
        sa.Column("manifest", sa.LargeBinary(32), nullable=False),
        sa.Column("holdout_commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("standing", sa.Integer, nullable=False),
        sa.Column("revealed", sa.Integer, nullable=False),
        sa.Column("holdout_key", sa.LargeBinary(32)),
        sa.Column("report", sa.LargeBinary(32)),
        sa.Column("unscorable", sa.Boolean, nullable=False),
        sa.Column("winners", sa.JSON, nullable=False),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("prize_paid", _AMOUNT, nullable=False),
        sa.Column("pot", _AMOUNT, nullable=False),
        sa.Column("panel", sa.JSON, nullable=False),
        sa.Column("member_bond", _AMOUNT, nullable=False),
        sa.Column("challenge_bond", _AMOUNT, nullable=False),
        sa.Column("member_fee", _AMOUNT, nullable=False),
        sa.Column("tolerance", sa.Integer, nullable=False),
        sa.Column("seal_seconds", sa.BigInteger, nullable=False),
        sa.Column("open_seconds", sa.BigInteger, nullable=False),
        sa.Column("challenger", sa.String(42)),
        sa.Column("verdict", sa.Integer, nullable=False),
        sa.Column("opened_block", sa.BigInteger, nullable=False),
        sa.Column("opened_transaction", sa.LargeBinary(32), nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("first_submit_ends", sa.BigInteger),
        sa.Column("recorded_at", sa.BigInteger),
        sa.Column("challenged_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("changed_block", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("bounty_contests_by_end", "bounty_contests", ["outcome", "submit_ends"])
    op.create_index("bounty_contests_by_number", "bounty_contests", ["contract", "number"])
    op.create_table(
        "bounty_entries",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("participant", sa.String(42), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("price", _AMOUNT, nullable=False),
        sa.Column("submitted_at", sa.BigInteger, nullable=False),
        sa.Column("submitted_block", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.LargeBinary(32), nullable=False),
        sa.Column("index", sa.Integer),
        sa.Column("spec", sa.LargeBinary(32)),
        sa.Column("salt", sa.LargeBinary(32)),
        sa.Column("revealed_at", sa.BigInteger),
        sa.Column("score", sa.Integer),
        sa.Column("place", sa.Integer),
        sa.Column("claimed", _AMOUNT),
    )
    op.create_index("bounty_entries_by_score", "bounty_entries", ["contract", "subject", "score"])
    op.create_index("bounty_entries_of_participant", "bounty_entries", ["participant", "submitted_at"])
    op.create_table(
        "bounty_scores",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("author", sa.String(42), primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("score", sa.Integer, nullable=False),
    )
    op.create_table(
        "bounty_payments",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("account", sa.String(42), nullable=False),
        sa.Column("asset", sa.String(42), nullable=False),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.Column("cause", sa.String(24), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("bounty_payments_of_account", "bounty_payments", ["account", "at"])
    op.create_table(
        "bounty_accounts",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("account", sa.String(42), primary_key=True),
        sa.Column("asset", sa.String(42), primary_key=True),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("revealed", sa.Integer, nullable=False),
        sa.Column("won", sa.Integer, nullable=False),
        sa.Column("paid_in", _AMOUNT, nullable=False),
        sa.Column("paid_out", _AMOUNT, nullable=False),
        sa.Column("credited", _AMOUNT, nullable=False),
        sa.Column("withdrawn", _AMOUNT, nullable=False),
        sa.Column("sponsored", _AMOUNT, nullable=False),
    )
    op.create_index("bounty_accounts_of_account", "bounty_accounts", ["account"])
