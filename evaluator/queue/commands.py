"""`hyperbounty evaluator status`: how far the queue is, whatever family its trainings are for."""

from __future__ import annotations

import click

from evaluator.queue.options import open_queue, queue_option
from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session


@click.argument("contest", type=click.IntRange(1), required=False)
@queue_option
def status(session: Session, contest: int | None, queue_url: str | None) -> Result:
    """How far the contests in the queue are; for CONTEST, each training with its place, worker and reason."""
    from evaluator.queue.status import overview, trainings

    with open_queue(queue_url, session.home) as queue:
        return overview(queue.database) if contest is None else trainings(queue.database, contest)


def add_commands(evaluator: click.Group) -> None:
    """Add it to the evaluator's group."""
    command(evaluator, "status")(status)
