"""The queue's tables, the same in SQLite and PostgreSQL.

A training is one row of `JobRow` whatever contests want it (`WantedRow`), and has at most one `ResultRow`: the primary
keys are what makes a result exist once.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    inspect,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from hyperbounty.database import Schema


class Base(DeclarativeBase):
    """The tables of the queue."""


class FormatRow(Base):
    """One row for versions of this program from before there were migrations: they use the tables where it says 1.

    The first migration that they cannot live with sets it to 2, and they refuse the database.
    """

    __tablename__ = "evaluator_format"

    version: Mapped[int] = mapped_column(Integer, primary_key=True)


class JobRow(Base):
    """One training. Times are seconds of the Unix epoch, by the database's clock.

    Attributes:
        key: `Job.key`.
        dataset: names the windows it is trained on.
        program: trainings of one program are best done in a row.
        estimate_s: seconds it may take, by formula; the longest are handed out first.
        memory_bytes: what it may need, by formula.
        state: `waiting`, `training`, `done` or `failed`.
        faults: workers that failed on it, since it was last put into the queue.
        losses: leases on it that ran out, likewise.
        not_before: when it may be tried again after a fault.
        owner: the evaluator that trains it, or did.
        lease_ends: when `owner` counts as lost unless it says otherwise before.
        worker, epoch: of the training in progress, as of the last heartbeat.
        fault: `infrastructure` or `spec`: what the last fault was, empty where there was none.
        reason: of that fault.
    """

    __tablename__ = "evaluator_jobs"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    dataset: Mapped[str] = mapped_column(String(64))
    spec: Mapped[bytes] = mapped_column(LargeBinary(32))
    seed: Mapped[int] = mapped_column(BigInteger)
    program: Mapped[str] = mapped_column(String(64))
    estimate_s: Mapped[float] = mapped_column(Float(53))
    memory_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    faults: Mapped[int] = mapped_column(Integer, default=0)
    losses: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[float] = mapped_column(Float(53), default=0.0)
    owner: Mapped[str] = mapped_column(String(200), default="")
    lease_ends: Mapped[float] = mapped_column(Float(53), default=0.0)
    worker: Mapped[str] = mapped_column(String(200), default="")
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    fault: Mapped[str] = mapped_column(String(14), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        # In the order in which jobs are handed out, so that taking one costs the same however many wait.
        Index("evaluator_jobs_next", "dataset", "state", estimate_s.desc(), "program", "key"),
        Index("evaluator_jobs_of_program", "dataset", "state", "program", estimate_s.desc(), "key"),
    )


class WantedRow(Base):
    """A contest wants the result of a training: run `run` of its revealed spec `spec_index`."""

    __tablename__ = "evaluator_wanted"

    contest: Mapped[str] = mapped_column(String(200), primary_key=True)
    spec_index: Mapped[int] = mapped_column(Integer, primary_key=True)
    run: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey(JobRow.key), index=True)


class ResultRow(Base):
    """What a training gave: `StoredResult.to_json`, and its SHA-256 in hexadecimal."""

    __tablename__ = "evaluator_results"

    key: Mapped[str] = mapped_column(ForeignKey(JobRow.key), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[float] = mapped_column(Float(53))


class database_time(FunctionElement[float]):  # noqa: N801 - stands where SQL functions stand
    """Now by the database's clock, in seconds: evaluators on several machines need not agree about the time."""

    type = Float(53)
    inherit_cache = True


@compiles(database_time, "sqlite")
def _sqlite_time(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_time, "postgresql")
def _postgresql_time(*_: Any, **__: Any) -> str:
    return "CAST(extract(epoch from clock_timestamp()) AS double precision)"


def _revision_before(connection: Connection) -> str | None:
    """The first released version made its tables without Alembic."""
    if not inspect(connection).has_table(FormatRow.__tablename__):
        return None
    found = connection.execute(select(FormatRow.version)).scalar_one_or_none()
    return "0001" if found == 1 else f"format {found}"


SCHEMA: Final = Schema(
    name="the queue",
    package="evaluator.queue",
    head="0001",
    version_table="evaluator_version",
    lock=7_305_198_264,
    kept="finished trainings are kept",
    lost="what it held is trained again",
    revision_before=_revision_before,
)
"""The queue's tables as a database is opened with them. Every change of them is a revision in `migrations/versions`."""
