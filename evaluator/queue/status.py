"""What is shown of a queue: its contests, their trainings, and who works on them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evaluator.queue import reading
from hyperbounty.cli.output import Result
from hyperbounty.database import Database
from hyperbounty.durations import format_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.spec.spec import Spec


def overview(database: Database) -> Result:
    """Every contest in the queue, and how far it is."""
    rows = []
    for name in reading.contests(database):
        rows.append(
            {
                **_named(name),
                **asdict(reading.tally(database, name)),
                "seconds_left": reading.seconds_left(database, name),
            }
        )
    return Result(
        {"queue": str(database), "contests": rows},
        [f"Queue {database}" + ("" if rows else ": nothing in it yet")],
        ("contest", "chain", "waiting", "training", "done", "failed", "time left") if rows else (),
        [
            (
                *(str(row[name]) for name in ("contest", "chain_id", "waiting", "training", "done", "failed")),
                _duration(row["seconds_left"]),
            )
            for row in rows
        ],
    )


def trainings(database: Database, contest: int) -> Result:
    """Every training that contest `contest` wants, on whatever chains the queue knows one of this number.

    Raises:
        InvalidInput: the queue knows none.
    """
    names = [name for name in reading.contests(database) if name.endswith(f"/{contest}")]
    if not names:
        raise InvalidInput(
            f"the queue {database} knows no contest {contest}", NextStep("{} puts it in", Action("evaluator.run"))
        )
    rows = [(name, job) for name in names for job in reading.jobs(database, name)]
    return Result(
        {
            "queue": str(database),
            "trainings": [{**_job(job), **_named(name), "spec": "0x" + job.spec.hex()} for name, job in rows],
        },
        [
            f"Queue {database}",
            *(f"{name}: time left {_duration(reading.seconds_left(database, name))}" for name in names),
        ],
        ("index", "run", "spec", "state", "place", "worker", "epoch", "faults", "reason"),
        [
            (
                str(job.spec_index),
                str(job.run),
                Spec.from_word(job.spec).describe(),
                job.state + (f", again in {format_duration(round(job.retry_in_s))}" if job.retry_in_s else ""),
                str(job.place or ""),
                f"{job.owner} {job.worker}".strip() if job.state == "training" else "",
                str(job.epoch) if job.state == "training" else "",
                str(job.faults + job.losses or ""),
                f"{job.fault}: {job.reason}" if job.reason else "",
            )
            for _, job in rows
        ],
    )


def _job(job: reading.JobStatus) -> dict[str, Any]:
    """The facts of a training; its state is no entry's."""
    facts = asdict(job)
    return {**facts, "training_state": facts.pop("state")}


def _named(name: str) -> dict[str, Any]:
    """The contest that a queue calls `name`."""
    chain_id, contract, contest = name.split("/")
    return {"contest": int(contest), "chain_id": int(chain_id), "contract": contract}


def _duration(seconds: object) -> str:
    if not isinstance(seconds, (int, float)):
        return "not known yet"
    return format_duration(round(seconds))
