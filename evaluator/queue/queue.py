"""The queue: jobs are put in, leased, and given back with a result or a reason.

    waiting ──claim──▶ training ──finish──▶ done
       ▲                  │
       └── fail, release, lease ran out ──▶ failed, after too many of them

Any number of evaluators share one queue. Each renews its leases while it lives; what a dead one held goes back to
`waiting`. The first result of a job stands and a later one is dropped, so every job has at most one, whoever was killed
when.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Insert, and_, case, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from evaluator.queue.stored_result import StoredResult
from evaluator.queue.tables import JobRow, ResultRow, WantedRow, database_time
from hyperbounty.compute.jobs import Job
from hyperbounty.database import Database

LEASE_S: Final = 20.0
"""Seconds after its last heartbeat at which an evaluator counts as lost."""

MOST_FAULTS: Final = 3
"""Workers that a job may cost before it is given up."""

MOST_LOSSES: Final = 10
"""Leases on a job that may run out before it is given up: an evaluator that dies is rarely the fault of a job, but a
job that takes the whole machine down must not do so for ever."""

LOSSES_IN_COMPANY: Final = 3
"""After so many leases that ran out a job is trained alone: should it be what takes the machine down, it does not take
others with it again. After a fault of its worker, which is likelier to be its own, that begins at once."""

BACKOFF_S: Final = 2.0
"""Seconds before a job is tried again after its first fault; twice as many after each further one."""

RECLAIMS_PER_LEASE: Final = 4
"""Looks for leases that ran out, in the time of one lease, while there is other work. For each, PostgreSQL passes all
jobs that were leased since it last cleaned up."""

_LOST: Final = "its evaluator was lost: no heartbeat for the length of a lease"
_COLUMNS: Final = (JobRow.key, JobRow.spec, JobRow.seed, JobRow.program, JobRow.estimate_s, JobRow.memory_bytes)
_ORDER: Final = (JobRow.estimate_s.desc(), JobRow.program, JobRow.key)
_IN_COMPANY: Final = (JobRow.faults == 0, JobRow.losses < LOSSES_IN_COMPANY)
# Bound parameters of one statement stay below what every SQLite allows (999).
_AT_ONCE: Final = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """Run `run` of the spec with this index in a contest is `job`."""

    spec_index: int
    run: int
    job: Job


class Queue:
    """One evaluator's view of the queue in `database`.

    Args:
        database: where it is kept.
        owner: names this evaluator among others; None makes a name of machine, process and chance.
        lease_s: see `LEASE_S`.
        backoff_s: see `BACKOFF_S`.
    """

    def __init__(
        self, database: Database, *, owner: str | None = None, lease_s: float = LEASE_S, backoff_s: float = BACKOFF_S
    ) -> None:
        self.database = database
        self.owner = owner or f"{platform.node()[:60]}:{os.getpid()}-{secrets.token_hex(3)}"
        self.lease_s = lease_s
        self._backoff_s = backoff_s
        self._reclaim_at = 0.0

    def put(self, contest: str, dataset: str, wanted: Sequence[Wanted]) -> None:
        """Want these trainings for `contest`; those that are in the queue already, for whatever contest, stay as is.

        What had failed is tried afresh: whoever asks again has mended the cause, or wants to know.

        Args:
            contest: any name without which contests would be confused.
            dataset: of all the jobs, as in their keys.
            wanted: every one of the contest's.
        """
        jobs = list({w.job.key: w.job for w in wanted}.values())
        rows = [{**vars(job), "dataset": dataset} for job in jobs]
        wants = [{"contest": contest, "spec_index": w.spec_index, "run": w.run, "key": w.job.key} for w in wanted]

        def work(connection: Connection) -> None:
            self.database.lock(connection)
            for some in _batches(rows):
                connection.execute(self._insert(JobRow).on_conflict_do_nothing(), some)
            connection.execute(delete(WantedRow).where(WantedRow.contest == contest))
            for some in _batches(wants):
                connection.execute(self._insert(WantedRow), some)
            for keys in _batches([job.key for job in jobs]):
                connection.execute(
                    update(JobRow).where(JobRow.key.in_(keys), JobRow.state == "failed").values(**_AFRESH)
                )

        self.database.write(work)

    def claim(
        self, dataset: str, *, program: str = "", room_bytes: int | None = None, most: int = 1, slots: int = 1
    ) -> list[Job]:
        """Lease the next job on `dataset`, the longest first, and others of its program; none where none can be had.

        A job that its worker failed on before, or `LOSSES_IN_COMPANY` evaluators were lost with, comes alone.

        Args:
            dataset: which windows the caller has.
            program: what the worker has compiled; a job of it is preferred. Where it is empty and jobs come alone, one
                that no worker of this evaluator has compiled is: so the runs of a spec are compiled once.
            room_bytes: memory at hand; no job is leased that may need more.
            most: jobs to lease at most.
            slots: how many groups the caller trains at a time. No group is more than a fair share of what waits and of
                what the caller trains already, so four slots share 64 jobs.
        """

        reclaims = time.monotonic() >= self._reclaim_at

        def work(connection: Connection) -> list[Job]:
            free = [
                JobRow.dataset == dataset,
                JobRow.state == "waiting",
                JobRow.not_before <= database_time(),
                # A contest that was drawn anew, on a chain that began anew or for another sample, may want it no more.
                exists().where(WantedRow.key == JobRow.key),
            ]
            if room_bytes is not None:
                free.append(JobRow.memory_bytes <= room_bytes)
            preferred = self._preferred(dataset, program, most)
            found = None if reclaims else self._first(connection, free, preferred)
            if found is None:
                self._reclaim(connection, dataset)
                found = self._first(connection, free, preferred)
            if found is None:
                return []
            jobs = [_job(found)]
            if most > 1 and found.in_company:
                share = self._share(connection, dataset, free, slots, most)
                others = (JobRow.program == found.program, JobRow.key != found.key, *_IN_COMPANY)
                more = connection.execute(
                    select(*_COLUMNS)
                    .where(*free, *others)
                    .order_by(*_ORDER)
                    .limit(share - 1)
                    .with_for_update(skip_locked=True)
                )
                jobs += [_job(row) for row in more]
            connection.execute(
                update(JobRow)
                .where(JobRow.key.in_([job.key for job in jobs]))
                .values(
                    state="training",
                    owner=self.owner,
                    worker="",
                    epoch=0,
                    lease_ends=database_time() + self.lease_s,
                )
            )
            return jobs

        claimed = self.database.write(work)
        if reclaims:
            self._reclaim_at = time.monotonic() + self.lease_s / RECLAIMS_PER_LEASE
        return claimed

    def renew(self, working: Mapping[str, tuple[str, int]]) -> None:
        """The heartbeat: this evaluator lives, and keeps its leases on what it is at.

        Args:
            working: worker and finished epochs of the jobs in progress, by key. A lease on anything else runs out:
                where the answer to a claim was lost, the queue has given out a job that nobody trains.
        """

        def work(connection: Connection) -> None:
            for key, (worker, epoch) in working.items():
                connection.execute(
                    update(JobRow)
                    .where(JobRow.key == key, JobRow.owner == self.owner, JobRow.state == "training")
                    .values(lease_ends=database_time() + self.lease_s, worker=worker[:200], epoch=epoch)
                )

        self.database.write(work)

    def finish(self, key: str, stored: StoredResult) -> bool:
        """Give a job back with its result; False, and the result dropped, where another was first.

        A lease that ran out meanwhile doesn't matter: the key says all that decides the result.
        """
        line = stored.to_json()
        values = {"document": line, "checksum": _checksum(line), "seconds": stored.result.seconds}
        diverged = stored.result.diverged_at
        fault = (
            {"fault": "spec", "reason": f"diverged in epoch {diverged}"} if diverged else {"fault": "", "reason": ""}
        )

        def work(connection: Connection) -> bool:
            done = update(JobRow).where(JobRow.key == key, JobRow.state != "done")
            epochs = len(stored.result.losses)
            if not _count(connection, done.values(state="done", owner=self.owner, epoch=epochs, **fault)):
                return False
            connection.execute(delete(ResultRow).where(ResultRow.key == key))
            connection.execute(self._insert(ResultRow), [{"key": key, **values}])
            return True

        return self.database.write(work)

    def fail(self, key: str, reason: str, *, lasting: bool = False) -> bool:
        """Give a job back because its worker failed, which is never the fault of its spec.

        Returns:
            Whether it is given up: `lasting`, it would fail the same way again, or it failed too often.
        """

        def work(connection: Connection) -> bool:
            mine = (JobRow.key == key, JobRow.owner == self.owner, JobRow.state == "training")
            faults = connection.execute(select(JobRow.faults).where(*mine).with_for_update()).scalar_one_or_none()
            if faults is None:
                return False
            over = lasting or faults + 1 >= MOST_FAULTS
            connection.execute(
                update(JobRow)
                .where(JobRow.key == key)
                .values(
                    state="failed" if over else "waiting",
                    faults=faults + 1,
                    not_before=database_time() + self._backoff_s * 2**faults,
                    fault="infrastructure",
                    reason=reason,
                )
            )
            return over

        return self.database.write(work)

    def release(self, keys: Iterable[str] | None = None) -> None:
        """Give jobs back untried, all of this evaluator's where `keys` is None; it counts as no fault."""
        mine = [JobRow.owner == self.owner, JobRow.state == "training"]
        if keys is not None:
            mine.append(JobRow.key.in_(list(keys)))

        def work(connection: Connection) -> None:
            connection.execute(update(JobRow).where(*mine).values(state="waiting", owner=""))

        self.database.write(work)

    def reopen(self, key: str, reason: str) -> None:
        """Let a finished job be trained again, because its result cannot be used for `reason`."""

        def work(connection: Connection) -> None:
            connection.execute(delete(ResultRow).where(ResultRow.key == key))
            done = (JobRow.key == key, JobRow.state == "done")
            values = {**_AFRESH, "fault": "infrastructure", "reason": reason}
            connection.execute(update(JobRow).where(*done).values(**values))

        self.database.write(work)

    def result(self, key: str) -> StoredResult | None:
        """The result of a job; None where there is none, or where it was damaged and must be made again."""
        found = self.database.read(
            lambda c: c.execute(
                select(ResultRow.document, ResultRow.checksum).where(ResultRow.key == key)
            ).one_or_none()
        )
        if found is None:
            return None
        if _checksum(found.document) != found.checksum:
            _log.warning("the result %s in %s is damaged, so its training counts as not done", key, self.database)
            return None
        return StoredResult.from_json(found.document)

    def _first(
        self,
        connection: Connection,
        free: Sequence[ColumnElement[bool]],
        preferred: Sequence[list[ColumnElement[bool]]],
    ) -> Any:
        """The `free` job that comes next, of the `preferred` where one is; None where none is there."""
        for narrowed in (*preferred, []):
            found = connection.execute(
                # Two evaluators never wait for each other's row; SQLite lets one write at a time anyway.
                select(*_COLUMNS, and_(*_IN_COMPANY).label("in_company"))
                .where(*free, *narrowed)
                .order_by(*_ORDER)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if found is not None:
                return found
        return None

    def _preferred(self, dataset: str, program: str, most: int) -> list[list[ColumnElement[bool]]]:
        """What a claim asks for first: see `claim`."""
        if program:
            return [[JobRow.program == program]]
        if most > 1:
            return []
        mine = aliased(JobRow)
        training = select(mine.program).where(
            mine.dataset == dataset, mine.state == "training", mine.owner == self.owner
        )
        return [[JobRow.program.not_in(training)]]

    def _share(
        self, connection: Connection, dataset: str, free: Sequence[ColumnElement[bool]], slots: int, most: int
    ) -> int:
        """How many of the `free` jobs on `dataset` are a fair share of one of `slots`, up to `most`: see `claim`."""
        mine = (JobRow.dataset == dataset, JobRow.state == "training", JobRow.owner == self.owner)
        jobs = 0
        for each in (mine, free):
            # No more are counted than make every share the largest: thousands may wait, and this is asked each time.
            some = select(JobRow.key).where(*each).limit(most * slots).subquery()
            jobs += connection.execute(select(func.count()).select_from(some)).scalar_one()
        return min(most, -(-jobs // slots))

    def _reclaim(self, connection: Connection, dataset: str) -> None:
        lost = (JobRow.dataset == dataset, JobRow.state == "training", JobRow.lease_ends < database_time())
        connection.execute(
            update(JobRow)
            .where(*lost)
            .values(
                state=case((JobRow.losses + 1 >= MOST_LOSSES, "failed"), else_="waiting"),
                losses=JobRow.losses + 1,
                fault="infrastructure",
                reason=_LOST,
            )
        )

    def _insert(self, row: type[Any]) -> Any:
        insert: Callable[[Any], Insert] = sqlite.insert if self.database.dialect == "sqlite" else postgresql.insert
        return insert(row)


_AFRESH: Final[Mapping[str, Any]] = {
    "state": "waiting",
    "faults": 0,
    "losses": 0,
    "not_before": 0.0,
    "fault": "",
    "reason": "",
}


def _job(row: Sequence[Any]) -> Job:
    return Job(*row[: len(_COLUMNS)])


def _checksum(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def _count(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).rowcount)


def _batches(rows: Sequence[Any]) -> Iterable[list[Any]]:
    return (list(rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE))
