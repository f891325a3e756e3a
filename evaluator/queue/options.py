"""The options that choose the queue and where trainings happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.help import grouped
from hyperbounty.compute.choice import EXECUTORS, ExecutorChoice
from hyperbounty.training.machine import DEVICES

if TYPE_CHECKING:  # SQLAlchemy is loaded by the commands that use the queue
    from evaluator.queue.queue import Queue

_GROUP: Final = "Training"

queue_option = grouped(
    _GROUP,
    "--queue",
    "queue_url",
    envvar="HYPERBOUNTY_QUEUE",
    help="URL of the queue, postgresql://USER@HOST/DATABASE to share it between machines; "
    "left out, a file of SQLite under --home.",
)


@contextmanager
def open_queue(url: str | None, home: Path) -> Iterator[Queue]:
    """The queue at `url`, or the one under `home` where that is None; the errors are those of `Database`."""
    from evaluator.queue.queue import Queue
    from evaluator.queue.tables import SCHEMA
    from hyperbounty.database import Database

    where = url if url is not None else home / "results" / "queue.sqlite"
    with closing(Database(where, SCHEMA)) as database:
        yield Queue(database)


def training_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets a `training: ExecutorChoice`."""

    @wraps(function)
    def run(
        *args: Any,
        executor: Any,
        workers: int | None,
        address: str | None,
        cpus_per_worker: float,
        gpus_per_worker: float,
        device: str,
        **kwargs: Any,
    ) -> Any:
        chosen = ExecutorChoice(executor, workers, address, cpus_per_worker, gpus_per_worker, device)
        return function(*args, training=chosen, **kwargs)

    share = click.FloatRange(0)
    options = (
        grouped(
            _GROUP,
            "--workers",
            type=click.IntRange(1),
            show_default="the cores of this machine, or 1 for its accelerator",
            help="Trainings at the same time, or groups of them on an accelerator.",
        ),
        grouped(
            _GROUP,
            "--executor",
            type=click.Choice(EXECUTORS),
            default=EXECUTORS[0],
            show_default=True,
            help="Processes of this machine, this process alone, or a Ray cluster.",
        ),
        grouped(
            _GROUP,
            "--device",
            type=click.Choice(DEVICES),
            default=DEVICES[0],
            show_default=True,
            help="What trains; an accelerator takes specs of one shape side by side, in contests of the backend jax.",
        ),
        grouped(_GROUP, "--address", help="Ray: the cluster, such as ray://HOST:10001; left out, one on this machine."),
        grouped(
            _GROUP,
            "--cpus-per-worker",
            type=share,
            default=1.0,
            show_default=True,
            help="Ray: cores, or a share of one.",
        ),
        grouped(
            _GROUP,
            "--gpus-per-worker",
            type=share,
            default=0.0,
            show_default=True,
            help="Ray: GPUs, or a share of one.",
        ),
    )
    made: Callable[..., Any] = run
    for option in reversed(options):
        made = option(made)
    return made
