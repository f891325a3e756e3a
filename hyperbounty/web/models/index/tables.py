"""The tables of shared models. All of them are folded from events (`folding`); amounts are in the smallest unit.

A subject is the number of a model, or the address of an account to which a payment failed: its credits are of no model.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table

from hyperbounty.database import Schema
from hyperbounty.web.index.columns import Uint

METADATA: Final = MetaData()


def _of_subject() -> tuple[Column[Any], Column[Any]]:
    return Column("contract", Integer, primary_key=True), Column("subject", String(66), primary_key=True)


MODELS: Final = Table(
    "models_models",
    METADATA,
    *_of_subject(),
    Column("number", Integer, nullable=False),
    # `Stage`.
    Column("stage", Integer, nullable=False),
    Column("creator", String(42), nullable=False),
    # What it is: `Shape`, with the classes that were added.
    Column("kind", Integer, nullable=False),
    Column("features", Integer, nullable=False),
    Column("classes", Integer, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("alpha", Integer, nullable=False),
    # The names of classes that were added, as their creator gave them.
    Column("added_classes", JSON, nullable=False),
    # What it costs and who may claim when: `Terms`.
    Column("asset", String(42), nullable=False),
    Column("weight", Uint, nullable=False),
    Column("floor_shift", Integer, nullable=False),
    Column("refund_wait", BigInteger, nullable=False),
    Column("owner_wait", BigInteger, nullable=False),
    Column("any_wait", BigInteger, nullable=False),
    Column("min_interval", BigInteger, nullable=False),
    # None in a draft.
    Column("manifest", LargeBinary(32)),
    # Of the last sample, of the publication before the first; 0 in a draft.
    Column("last_time", BigInteger, nullable=False),
    # Of a perceptron.
    Column("bias", BigInteger, nullable=False),
    Column("valid_total", BigInteger, nullable=False),
    Column("members", BigInteger, nullable=False),
    # Samples that were added, those that the model said right just before it learned them, and those with a stake left.
    Column("samples", BigInteger, nullable=False),
    Column("right", BigInteger, nullable=False),
    Column("open", BigInteger, nullable=False),
    # All that was ever staked, and what is left of it.
    Column("staked", Uint, nullable=False),
    Column("left", Uint, nullable=False),
    # How many were held on it, and whether the last of them has not ended.
    Column("markets", Integer, nullable=False),
    Column("rests", Boolean, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_transaction", LargeBinary(32), nullable=False),
    Column("published_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("changed_block", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("models_models_by_number", "contract", "number"),
    Index("models_models_of_creator", "creator"),
)

# What a model has learned, as its contract stores it. A row of its own, since it may have a megabyte.
STATES: Final = Table(
    "models_states",
    METADATA,
    *_of_subject(),
    # Words of 32 bytes: all of them, or of a draft those that were uploaded or passed over.
    Column("words", LargeBinary, nullable=False),
    # A word for each class that there is room for; none of a perceptron. Of a draft, the samples of each class.
    Column("totals", LargeBinary, nullable=False),
)

SAMPLES: Final = Table(
    "models_samples",
    METADATA,
    *_of_subject(),
    # In the order in which they were added, from 0.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # By which events of the contract name it: `Entry.identifier`.
    Column("identifier", LargeBinary(32), nullable=False),
    Column("author", String(42), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("label", Integer, nullable=False),
    Column("features", LargeBinary, nullable=False),
    Column("deposit", Uint, nullable=False),
    Column("left", Uint, nullable=False),
    # What the model said of it just before it learned it, and how often that was right, this one included.
    Column("predicted", Integer, nullable=False),
    Column("right", BigInteger, nullable=False),
    # When it was found valid.
    Column("refunded_at", BigInteger),
    Column("block", BigInteger, nullable=False),
    Column("transaction", LargeBinary(32), nullable=False),
    Index("models_samples_by_identifier", "contract", "subject", "identifier"),
    Index("models_samples_of_author", "author", "at"),
)

CLAIMS: Final = Table(
    "models_claims",
    METADATA,
    *_of_subject(),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    # `refund`, `report` or `claim`.
    Column("kind", String(6), nullable=False),
    Column("sample", BigInteger, nullable=False),
    Column("account", String(42), nullable=False),
    Column("amount", Uint, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("transaction", LargeBinary(32), nullable=False),
    Index("models_claims_of_sample", "contract", "subject", "sample"),
    Index("models_claims_of_account", "account", "at"),
)

ACCOUNTS: Final = Table(
    "models_accounts",
    METADATA,
    *_of_subject(),
    Column("account", String(42), primary_key=True),
    Column("samples", BigInteger, nullable=False),
    # As the contract shows a member: `Member`.
    Column("valid", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("last_time", BigInteger, nullable=False),
    # What it staked, and what is left of that.
    Column("staked", Uint, nullable=False),
    Column("left", Uint, nullable=False),
    # What it got: of its own stakes, of what the model contradicted, and of what nobody had claimed in time.
    Column("refunded", Uint, nullable=False),
    Column("reported", Uint, nullable=False),
    Column("claimed", Uint, nullable=False),
    # Of batches in markets: how many it handed in, what it staked on them, and what it got, with the stakes.
    Column("batches", BigInteger, nullable=False),
    Column("batches_staked", Uint, nullable=False),
    Column("batches_got", Uint, nullable=False),
    Index("models_accounts_of_account", "account"),
)

# A hidden piece is in no row: the event that revealed it is kept anyway.
MARKETS: Final = Table(
    "models_markets",
    METADATA,
    *_of_subject(),
    # Among the model's, from 1.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("provider", String(42), nullable=False),
    # What it was opened on: `MarketOffer`.
    Column("bounty", Uint, nullable=False),
    Column("bond", Uint, nullable=False),
    Column("stake", Uint, nullable=False),
    Column("batch_size", Integer, nullable=False),
    Column("pieces", Integer, nullable=False),
    # Of each piece, one after another.
    Column("hashes", LargeBinary, nullable=False),
    Column("start_wait", BigInteger, nullable=False),
    Column("contribute_wait", BigInteger, nullable=False),
    Column("reveal_wait", BigInteger, nullable=False),
    Column("score_wait", BigInteger, nullable=False),
    # `Phase`, as the last call left it; `phases` says what time makes of it.
    Column("phase", Integer, nullable=False),
    Column("drawn", Integer),
    # When the drawn piece must be revealed; then, when the taking of batches ends. 0 before the draw.
    Column("until", BigInteger, nullable=False),
    # Bit i: piece i is.
    Column("revealed", Integer, nullable=False),
    Column("batches", BigInteger, nullable=False),
    Column("scored", BigInteger, nullable=False),
    Column("repaid", BigInteger, nullable=False),
    # Hidden samples of revealed pieces that were right: the most so far, and before the first batch.
    Column("record", Integer, nullable=False),
    Column("right_before", Integer, nullable=False),
    # What is held of bounty, bond and lost stakes; beside it are the stakes of batches that were not paid.
    Column("escrow", Uint, nullable=False),
    Column("to_provider", Uint, nullable=False),
    Column("burned", Uint, nullable=False),
    Column("opened_block", BigInteger, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_transaction", LargeBinary(32), nullable=False),
    # When batches began to be taken.
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
)

BATCHES: Final = Table(
    "models_batches",
    METADATA,
    *_of_subject(),
    Column("market", BigInteger, primary_key=True, autoincrement=False),
    # In the order in which they were handed in, from 0.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("author", String(42), nullable=False),
    # The model learns them only when they are scored, which names them by their number.
    Column("samples", LargeBinary, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    # With it, how many hidden samples were right; whether the model forgot it again; and what its author got.
    Column("right", Integer),
    Column("undone", Boolean),
    Column("paid", Uint),
    # What its author got where it was not scored.
    Column("repaid", Uint),
    Column("at", BigInteger, nullable=False),
    Column("paid_at", BigInteger),
    Column("transaction", LargeBinary(32), nullable=False),
    Index("models_batches_of_author", "author", "at"),
)

CREDITS: Final = Table(
    "models_credits",
    METADATA,
    *_of_subject(),
    Column("asset", String(42), primary_key=True),
    Column("credited", Uint, nullable=False),
    Column("withdrawn", Uint, nullable=False),
)

TABLES: Final = (MODELS, STATES, SAMPLES, CLAIMS, ACCOUNTS, MARKETS, BATCHES, CREDITS)

SCHEMA: Final = Schema(
    name="the index of shared models",
    package="hyperbounty.web.models.index",
    head="0001",
    version_table="models_version",
    lock=7_305_198_268,
    kept="the index goes on where it stopped",
    lost="what it held is read from the chain again",
)
"""The tables of shared models as a database is opened with them."""
