"""`hyperbounty evaluator status` and `throughput`: how far the queue is, and how much this machine trains at once."""

from __future__ import annotations

import click

from evaluator.queue.options import open_queue, queue_option, training_options
from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.training.machine import BACKEND, BACKENDS


@click.argument("contest", type=click.IntRange(1), required=False)
@queue_option
def status(session: Session, contest: int | None, queue_url: str | None) -> Result:
    """How far the contests in the queue are; for CONTEST, each training with its place, worker and reason."""
    from evaluator.queue.status import overview, trainings

    with open_queue(queue_url, session.home) as queue:
        return overview(queue.database) if contest is None else trainings(queue.database, contest)


@click.option("--backend", type=click.Choice(BACKENDS), default=BACKEND, show_default=True, help="What trains.")
@click.option("--again", is_flag=True, help="Measure again, whatever was found before.")
@training_options
def throughput(session: Session, backend: str, again: bool, training: ExecutorChoice) -> Result:
    """Measure how many reference cores these options are worth; do it while nothing else runs.

    An evaluator declares this number when it accepts a contest. What was measured is kept under --home.
    """
    from hyperbounty.compute.throughput import kept_throughput

    with progress("measuring how fast this machine trains", is_long=True):
        found = kept_throughput(session.home / "results", training, backend, again=again)
    return Result({"throughput": found}, [f"Worth {found / 1000:.2f} reference cores."])


def add_commands(evaluator: click.Group) -> None:
    """Add them to the evaluator's group."""
    command(evaluator, "status", extra="train", examples=["", "3"], interrupted=interruption.UNCHANGED)(status)
    command(evaluator, "throughput", extra="train", examples=["--workers 4"])(throughput)
