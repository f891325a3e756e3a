"""The tables of the frame: blocks, logs as the chain has them, and how far the index is. They know no family.

Tables of a family have `contract` and `subject` as their first columns, so that the frame can replace the rows of one
subject, and are made by migrations of the family's own.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from hyperbounty.database import Schema

METADATA: Final = MetaData()

STATE: Final = Table(
    "index_state",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("chain_id", BigInteger, nullable=False),
    # Of the chain's first block, and of the first that was read here: who begins anew has others.
    Column("genesis", LargeBinary(32)),
    Column("first_block", BigInteger),
    Column("first_hash", LargeBinary(32)),
    # Of the process that may write.
    Column("owner", String(64), nullable=False),
    # Goes up whenever a table may show something else.
    Column("version", BigInteger, nullable=False),
    # Tells this index from another one of the same chain, whose versions are others.
    Column("era", String(8), nullable=False),
    # The block that the tables speak of; none before the history was read.
    Column("block", BigInteger),
    Column("block_hash", LargeBinary(32)),
    Column("block_time", BigInteger),
    # The latest block of the node, and the one that the history is read to.
    Column("head", BigInteger),
    Column("target", BigInteger),
    # `Status`, why, what to do, and since when; seconds of the Unix epoch.
    Column("status", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("since", Float(53), nullable=False),
)

CONTRACTS: Final = Table(
    "index_contracts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("family", String(40), nullable=False),
    Column("address", String(42), nullable=False, unique=True),
    Column("from_block", BigInteger, nullable=False),
    # All its logs up to this block are here.
    Column("through", BigInteger, nullable=False),
    # The version of the family's fold that its rows are of.
    Column("fold", Integer, nullable=False),
)

BLOCKS: Final = Table(
    "index_blocks",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("parent", LargeBinary(32), nullable=False),
    Column("time", BigInteger, nullable=False),
)

LOGS: Final = Table(
    "index_logs",
    METADATA,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("contract", Integer, ForeignKey("index_contracts.id"), nullable=False),
    Column("subject", String(66), nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("transaction", LargeBinary(32), nullable=False),
    Column("topics", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("index_logs_of_subject", "contract", "subject", "block", "position"),
)

TOUCHED: Final = Table(
    "index_touched",
    METADATA,
    Column("contract", Integer, ForeignKey("index_contracts.id"), primary_key=True),
    Column("subject", String(66), primary_key=True),
)

# Of subjects that are folded part by part: the last event that their rows have.
FOLDED: Final = Table(
    "index_folded",
    METADATA,
    Column("contract", Integer, ForeignKey("index_contracts.id"), primary_key=True),
    Column("subject", String(66), primary_key=True),
    Column("block", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Index("index_folded_by_block", "block"),
)

REORGANIZATIONS: Final = Table(
    "index_reorganizations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("ancestor", BigInteger, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("time", Float(53), nullable=False),
)

DOCUMENTS: Final = Table(
    "index_documents",
    METADATA,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("family", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    # `waiting`, `there`, `missing`, `wrong` or `too large`, why, and since when.
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Float(53), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", Float(53), nullable=False),
    Column("content", LargeBinary),
    Index("index_documents_due", "state", "next_try"),
)

# Whose documents they are: one may be of several subjects.
WANTED: Final = Table(
    "index_wanted",
    METADATA,
    Column("digest", LargeBinary(32), ForeignKey("index_documents.digest"), primary_key=True),
    Column("contract", Integer, ForeignKey("index_contracts.id"), primary_key=True),
    Column("subject", String(66), primary_key=True),
    Index("index_wanted_of_subject", "contract", "subject"),
)

# What amounts are counted in, as each token says itself; no event does.
ASSETS: Final = Table(
    "index_assets",
    METADATA,
    Column("address", String(42), primary_key=True),
    Column("is_known", Boolean, nullable=False),
    Column("symbol", String(32), nullable=False),
    Column("decimals", Integer),
    Index("index_assets_unknown", "is_known"),
)

# What shows something else since which version, for who looks on (`changes`).
CHANGES: Final = Table(
    "index_changes",
    METADATA,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    # 0 and no subject: everything may.
    Column("contract", Integer, primary_key=True, autoincrement=False),
    Column("subject", String(66), primary_key=True),
)

SCHEMA: Final = Schema(
    name="the index",
    package="hyperbounty.web.index",
    head="0003",
    version_table="index_version",
    lock=7_305_198_265,
    kept="the index goes on where it stopped",
    lost="what it held is read from the chain again",
)
"""The frame's tables as a database is opened with them."""
