"""The bounty's tables. All of them are folded from events (`folding`); amounts are in the smallest unit of the asset.

A subject is the number of a contest, or the address of an account whose credits were withdrawn, which no contest knows.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table

from hyperbounty.database import Schema
from hyperbounty.web.index.columns import Uint

METADATA: Final = MetaData()


def _of_subject() -> tuple[Column[Any], Column[Any]]:
    return Column("contract", Integer, primary_key=True), Column("subject", String(66), primary_key=True)


CONTESTS: Final = Table(
    "bounty_contests",
    METADATA,
    *_of_subject(),
    Column("number", Integer, nullable=False),
    # As the contract shows it: `Contest` of hyperbounty/bounty/types.py.
    Column("organizer", String(42), nullable=False),
    Column("evaluator", String(42), nullable=False),
    Column("asset", String(42), nullable=False),
    Column("reward", Uint, nullable=False),
    Column("sponsored", Uint, nullable=False),
    Column("bond", Uint, nullable=False),
    Column("evaluator_bond", Uint, nullable=False),
    Column("evaluator_fee", Uint, nullable=False),
    Column("entry_fee", Uint, nullable=False),
    Column("minimum_score", Integer, nullable=False),
    Column("shares", JSON, nullable=False),
    Column("accept_ends", BigInteger),
    Column("submit_ends", BigInteger),
    Column("submit_seconds", BigInteger, nullable=False),
    Column("reveal_seconds", BigInteger, nullable=False),
    Column("score_seconds", BigInteger, nullable=False),
    Column("challenge_seconds", BigInteger, nullable=False),
    Column("limits", LargeBinary(32), nullable=False),
    Column("max_submissions", Integer, nullable=False),
    Column("max_per_address", Integer, nullable=False),
    Column("entry_seconds", BigInteger, nullable=False),
    Column("throughput", BigInteger, nullable=False),
    Column("manifest", LargeBinary(32), nullable=False),
    Column("holdout_commitment", LargeBinary(32), nullable=False),
    Column("standing", Integer, nullable=False),
    Column("revealed", Integer, nullable=False),
    # None while there is none.
    Column("holdout_key", LargeBinary(32)),
    Column("report", LargeBinary(32)),
    Column("unscorable", Boolean, nullable=False),
    # Indexes of revealed specs, best first.
    Column("winners", JSON, nullable=False),
    Column("outcome", Integer, nullable=False),
    # What was paid to winners, and what those who revealed can claim; both 0 before the end.
    Column("prize_paid", Uint, nullable=False),
    Column("pot", Uint, nullable=False),
    # A list of members: address, whether it accepted, its state, whether it agreed, its report.
    Column("panel", JSON, nullable=False),
    Column("member_bond", Uint, nullable=False),
    Column("challenge_bond", Uint, nullable=False),
    Column("member_fee", Uint, nullable=False),
    Column("tolerance", Integer, nullable=False),
    Column("seal_seconds", BigInteger, nullable=False),
    Column("open_seconds", BigInteger, nullable=False),
    Column("challenger", String(42)),
    Column("verdict", Integer, nullable=False),
    # When it happened: unix seconds, blocks as the node counts them.
    Column("opened_block", BigInteger, nullable=False),
    Column("opened_transaction", LargeBinary(32), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("first_submit_ends", BigInteger),
    Column("recorded_at", BigInteger),
    Column("challenged_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("changed_block", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("bounty_contests_by_number", "contract", "number"),
    Index("bounty_contests_by_end", "outcome", "submit_ends"),
)

ENTRIES: Final = Table(
    "bounty_entries",
    METADATA,
    *_of_subject(),
    Column("participant", String(42), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    # `sealed`, `revealed` or `withdrawn`.
    Column("state", String(9), nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    Column("commitment", LargeBinary(32), nullable=False),
    Column("price", Uint, nullable=False),
    Column("submitted_at", BigInteger, nullable=False),
    Column("submitted_block", BigInteger, nullable=False),
    Column("transaction", LargeBinary(32), nullable=False),
    # None until it is revealed.
    Column("index", Integer),
    Column("spec", LargeBinary(32)),
    Column("salt", LargeBinary(32)),
    Column("revealed_at", BigInteger),
    # Of what stands: the score in ppm, and the place among the winners, from 1.
    Column("score", Integer),
    Column("place", Integer),
    Column("claimed", Uint),
    Index("bounty_entries_of_participant", "participant", "submitted_at"),
    Index("bounty_entries_by_score", "contract", "subject", "score"),
)

SCORES: Final = Table(
    "bounty_scores",
    METADATA,
    *_of_subject(),
    # `evaluator`, `panel` for the medians, or the address of a member.
    Column("author", String(42), primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("score", Integer, nullable=False),
)

PAYMENTS: Final = Table(
    "bounty_payments",
    METADATA,
    *_of_subject(),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    # `in` to the contract, `out` of it, `credit` where the payee could not take it, `withdrawal` of credits.
    Column("kind", String(10), nullable=False),
    Column("account", String(42), nullable=False),
    Column("asset", String(42), nullable=False),
    Column("amount", Uint, nullable=False),
    # The name of the event that it was paid with or for.
    Column("cause", String(24), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("transaction", LargeBinary(32), nullable=False),
    Index("bounty_payments_of_account", "account", "at"),
)

ACCOUNTS: Final = Table(
    "bounty_accounts",
    METADATA,
    *_of_subject(),
    Column("account", String(42), primary_key=True),
    Column("asset", String(42), primary_key=True),
    # Of `organizer`, `evaluator`, `member`, `participant`, `sponsor`, `challenger`: those that it has in this contest.
    Column("roles", JSON, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("revealed", Integer, nullable=False),
    Column("won", Integer, nullable=False),
    Column("paid_in", Uint, nullable=False),
    Column("paid_out", Uint, nullable=False),
    Column("credited", Uint, nullable=False),
    Column("withdrawn", Uint, nullable=False),
    # What it added as a sponsor and has not got back.
    Column("sponsored", Uint, nullable=False),
    Index("bounty_accounts_of_account", "account"),
)

TABLES: Final = (CONTESTS, ENTRIES, SCORES, PAYMENTS, ACCOUNTS)

SCHEMA: Final = Schema(
    name="the index of bounties",
    package="hyperbounty.web.bounty.index",
    head="0001",
    version_table="bounty_version",
    lock=7_305_198_266,
    kept="the index goes on where it stopped",
    lost="what it held is read from the chain again",
)
"""The bounty's tables as a database is opened with them."""
