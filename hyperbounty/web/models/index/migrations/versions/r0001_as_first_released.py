"""The tables of shared models as they were first released; a change of them is a revision of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_AMOUNT = sa.String(78)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "models_models",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("creator", sa.String(42), nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("features", sa.Integer, nullable=False),
        sa.Column("classes", sa.Integer, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("alpha", sa.Integer, nullable=False),
        sa.Column("added_classes", sa.JSON, nullable=False),
        sa.Column("asset", sa.String(42), nullable=False),
        sa.Column("weight", _AMOUNT, nullable=False),
        sa.Column("floor_shift", sa.Integer, nullable=False),
        sa.Column("refund_wait", sa.BigInteger, nullable=False),
        sa.Column("owner_wait", sa.BigInteger, nullable=False),
        sa.Column("any_wait", sa.BigInteger, nullable=False),
        sa.Column("min_interval", sa.BigInteger, nullable=False),
        sa.Column("manifest", sa.LargeBinary(32)),
        sa.Column("last_time", sa.BigInteger, nullable=False),
        sa.Column("bias", sa.BigInteger, nullable=False),
        sa.Column("valid_total", sa.BigInteger, nullable=False),
        sa.Column("members", sa.BigInteger, nullable=False),
        sa.Column("samples", sa.BigInteger, nullable=False),
        sa.Column("right", sa.BigInteger, nullable=False),
        sa.Column("open", sa.BigInteger, nullable=False),
        sa.Column("staked", _AMOUNT, nullable=False),
        sa.Column("left", _AMOUNT, nullable=False),
        sa.Column("markets", sa.Integer, nullable=False),
        sa.Column("rests", sa.Boolean, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("opened_transaction", sa.LargeBinary(32), nullable=False),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("changed_block", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("models_models_by_number", "models_models", ["contract", "number"])
    op.create_index("models_models_of_creator", "models_models", ["creator"])
    op.create_table(
        "models_states",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("totals", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "models_samples",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("identifier", sa.LargeBinary(32), nullable=False),
        sa.Column("author", sa.String(42), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("label", sa.Integer, nullable=False),
        sa.Column("features", sa.LargeBinary, nullable=False),
        sa.Column("deposit", _AMOUNT, nullable=False),
        sa.Column("left", _AMOUNT, nullable=False),
        sa.Column("predicted", sa.Integer, nullable=False),
        sa.Column("right", sa.BigInteger, nullable=False),
        sa.Column("refunded_at", sa.BigInteger),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("models_samples_by_identifier", "models_samples", ["contract", "subject", "identifier"])
    op.create_index("models_samples_of_author", "models_samples", ["author", "at"])
    op.create_table(
        "models_claims",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("sample", sa.BigInteger, nullable=False),
        sa.Column("account", sa.String(42), nullable=False),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("models_claims_of_sample", "models_claims", ["contract", "subject", "sample"])
    op.create_index("models_claims_of_account", "models_claims", ["account", "at"])
    op.create_table(
        "models_accounts",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("account", sa.String(42), primary_key=True),
        sa.Column("samples", sa.BigInteger, nullable=False),
        sa.Column("valid", sa.BigInteger, nullable=False),
        sa.Column("member", sa.BigInteger, nullable=False),
        sa.Column("last_time", sa.BigInteger, nullable=False),
        sa.Column("staked", _AMOUNT, nullable=False),
        sa.Column("left", _AMOUNT, nullable=False),
        sa.Column("refunded", _AMOUNT, nullable=False),
        sa.Column("reported", _AMOUNT, nullable=False),
        sa.Column("claimed", _AMOUNT, nullable=False),
        sa.Column("batches", sa.BigInteger, nullable=False),
        sa.Column("batches_staked", _AMOUNT, nullable=False),
        sa.Column("batches_got", _AMOUNT, nullable=False),
    )
    op.create_index("models_accounts_of_account", "models_accounts", ["account"])
    op.create_table(
        "models_markets",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("provider", sa.String(42), nullable=False),
        sa.Column("bounty", _AMOUNT, nullable=False),
        sa.Column("bond", _AMOUNT, nullable=False),
        sa.Column("stake", _AMOUNT, nullable=False),
        sa.Column("batch_size", sa.Integer, nullable=False),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.Column("start_wait", sa.BigInteger, nullable=False),
        sa.Column("contribute_wait", sa.BigInteger, nullable=False),
        sa.Column("reveal_wait", sa.BigInteger, nullable=False),
        sa.Column("score_wait", sa.BigInteger, nullable=False),
        sa.Column("phase", sa.Integer, nullable=False),
        sa.Column("drawn", sa.Integer),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("revealed", sa.Integer, nullable=False),
        sa.Column("batches", sa.BigInteger, nullable=False),
        sa.Column("scored", sa.BigInteger, nullable=False),
        sa.Column("repaid", sa.BigInteger, nullable=False),
        sa.Column("record", sa.Integer, nullable=False),
        sa.Column("right_before", sa.Integer, nullable=False),
        sa.Column("escrow", _AMOUNT, nullable=False),
        sa.Column("to_provider", _AMOUNT, nullable=False),
        sa.Column("burned", _AMOUNT, nullable=False),
        sa.Column("opened_block", sa.BigInteger, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("opened_transaction", sa.LargeBinary(32), nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "models_batches",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("market", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("author", sa.String(42), nullable=False),
        sa.Column("samples", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("right", sa.Integer),
        sa.Column("undone", sa.Boolean),
        sa.Column("paid", _AMOUNT),
        sa.Column("repaid", _AMOUNT),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("paid_at", sa.BigInteger),
        sa.Column("transaction", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("models_batches_of_author", "models_batches", ["author", "at"])
    op.create_table(
        "models_credits",
        sa.Column("contract", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(66), primary_key=True),
        sa.Column("asset", sa.String(42), primary_key=True),
        sa.Column("credited", _AMOUNT, nullable=False),
        sa.Column("withdrawn", _AMOUNT, nullable=False),
    )
