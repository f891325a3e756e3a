"""What can be read off the queue: how far contests are, what is in which state and why, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from evaluator.queue.tables import JobRow, ResultRow, WantedRow, database_time
from hyperbounty.database import Database


@dataclass(frozen=True)
class Tally:
    """How many of a contest's trainings are in which state; a training that two specs share counts once."""

    waiting: int = 0
    training: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.training + self.done + self.failed


@dataclass(frozen=True)
class JobStatus:
    """One run of a contest's spec as it stands in the queue; see `JobRow` for the rest.

    Attributes:
        place: its place among the jobs that wait for the same windows, from 1; 0 where it does not wait.
        retry_in_s: seconds until it may be tried again after a fault, 0 where it may be now.
    """

    spec_index: int
    run: int
    key: str
    spec: bytes
    state: str
    place: int
    retry_in_s: float
    owner: str
    worker: str
    epoch: int
    faults: int
    losses: int
    fault: str
    reason: str


def contests(database: Database) -> list[str]:
    """The contests that ever wanted something."""
    query = select(WantedRow.contest).distinct().order_by(WantedRow.contest)
    return list(database.read(lambda c: c.execute(query).scalars().all()))


def tally(database: Database, contest: str) -> Tally:
    """How far the contest's trainings are; those whose evaluator was lost count as waiting."""
    state = _state()
    query = select(state, func.count()).where(JobRow.key.in_(_wanted(contest))).group_by(state)
    return Tally(**{str(name): count for name, count in database.read(lambda c: c.execute(query).all())})


def states(database: Database, contest: str) -> dict[str, str]:
    """The state of each of the contest's trainings, by its key; what it takes grows with their number."""
    # Two specs may share a training. To ask for each key once would take the database twice as long.
    query = select(JobRow.key, JobRow.state).join(WantedRow, WantedRow.key == JobRow.key)
    query = query.where(WantedRow.contest == contest)
    return {row.key: row.state for row in database.read(lambda c: c.execute(query).all())}


def failures(database: Database, contest: str) -> dict[str, str]:
    """Keys of the contest's trainings that were given up, each with the reason."""
    query = select(JobRow.key, JobRow.reason).where(JobRow.key.in_(_wanted(contest)), JobRow.state == "failed")
    return {row.key: row.reason for row in database.read(lambda c: c.execute(query).all())}


def smallest_waiting_bytes(database: Database, dataset: str) -> int | None:
    """The memory that the least of the wanted jobs that wait on `dataset` may need; None where none waits."""
    query = select(func.min(JobRow.memory_bytes)).where(
        JobRow.dataset == dataset, JobRow.state == "waiting", exists().where(WantedRow.key == JobRow.key)
    )
    return database.read(lambda c: c.execute(query).scalar_one_or_none())


def slowness(database: Database, contest: str) -> float | None:
    """Measured seconds over estimated ones of the contest's finished trainings; None before the first."""
    query = select(func.sum(ResultRow.seconds), func.sum(JobRow.estimate_s)).join(JobRow, JobRow.key == ResultRow.key)
    query = query.where(JobRow.key.in_(_wanted(contest)))
    seconds, estimated = database.read(lambda c: c.execute(query).one())
    return seconds / estimated if estimated else None


def seconds_left(database: Database, contest: str) -> float | None:
    """Seconds until the contest's trainings are done if they go on as they do, side by side as many as now.

    None where nothing can be told: nothing finished yet, or nobody is at work.
    """
    state = _state()
    begun = func.sum(case((JobRow.epoch > 0, 1), else_=0))
    query = (
        select(state, func.count(), begun, func.sum(JobRow.estimate_s))
        .where(JobRow.key.in_(_wanted(contest)), state.in_(("waiting", "training")))
        .group_by(state, JobRow.owner, JobRow.worker)
    )
    waiting = in_progress = side_by_side = 0.0
    for name, jobs_of_worker, begun_of_worker, seconds in database.read(lambda c: c.execute(query).all()):
        if name == "waiting":
            waiting += seconds
        else:
            in_progress += seconds
            # Of a large group some train and some wait for their places. Before an epoch is told nobody knows which.
            side_by_side += begun_of_worker or jobs_of_worker
    if not in_progress and not waiting:
        return 0.0
    slow = slowness(database, contest)
    # What is in progress is half done on average.
    return slow * (waiting + in_progress / 2) / side_by_side if slow is not None and side_by_side else None


def jobs(database: Database, contest: str) -> list[JobStatus]:
    """Every run that the contest wants, in the order of specs and runs."""
    order = (JobRow.estimate_s.desc(), JobRow.program, JobRow.key)
    waiting = _state() == "waiting"
    place = func.row_number().over(partition_by=(JobRow.dataset, waiting), order_by=order).label("place")
    placed = select(JobRow.key, place).where(JobRow.state.in_(("waiting", "training"))).subquery()
    query = (
        select(
            WantedRow.spec_index,
            WantedRow.run,
            JobRow.key,
            JobRow.spec,
            _state().label("state"),
            case((waiting, placed.c.place), else_=0).label("place"),
            case(
                (and_(waiting, JobRow.not_before > database_time()), JobRow.not_before - database_time()), else_=0.0
            ).label("retry_in_s"),
            JobRow.owner,
            JobRow.worker,
            JobRow.epoch,
            JobRow.faults,
            JobRow.losses,
            JobRow.fault,
            JobRow.reason,
        )
        .join(JobRow, JobRow.key == WantedRow.key)
        .outerjoin(placed, placed.c.key == JobRow.key)
        .where(WantedRow.contest == contest)
        .order_by(WantedRow.spec_index, WantedRow.run)
    )
    return [JobStatus(**row._mapping) for row in database.read(lambda c: c.execute(query).all())]


def _wanted(contest: str) -> Select[Any]:
    return select(WantedRow.key).where(WantedRow.contest == contest)


def _state() -> ColumnElement[str]:
    lost = and_(JobRow.state == "training", JobRow.lease_ends < database_time())
    return case((lost, "waiting"), else_=JobRow.state)
