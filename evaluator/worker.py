"""The process that trains: one thread, one set of windows, one job after the other, as the coordinator sends them.

It asks for the windows (`Loaded`) once its backend is there, says `Ready` once it has them, and is then sent jobs. To
each it answers with any number of `EpochProgress` and then a `TrainingResult`, or with `Failed` and its end. It ends
when the coordinator does.
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection

from hyperbounty.bounty.spec import Spec
from hyperbounty.errors import HyperbountyError


@dataclass(frozen=True)
class Loaded:
    """The backend is loaded; send the windows."""


@dataclass(frozen=True)
class Ready:
    """The windows can be trained on; send a job."""


@dataclass(frozen=True)
class Failed:
    """The worker could not do what it was asked, and ends. `lasting`: it would fail the same way again."""

    reason: str
    lasting: bool


def work(connection: Connection) -> None:
    """Serve one coordinator over `connection`; the target of the worker's process."""
    # Ctrl-C reaches the whole group. The coordinator decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _serve(connection)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # The coordinator needs this worker no longer.
    except HyperbountyError as error:
        connection.send(Failed(str(error), lasting=True))
    except Exception as error:  # noqa: BLE001 - whatever it was, the coordinator names it and the process ends.
        connection.send(Failed(f"{type(error).__name__}: {error}"[:2000], lasting=False))


def _serve(connection: Connection) -> None:
    from hyperbounty.training.engine import Trainer

    connection.send(Loaded())
    train, holdout = connection.recv()
    trainer = Trainer(train, holdout)
    connection.send(Ready())
    while True:
        word, seed = connection.recv()
        connection.send(trainer.train(Spec.from_word(word), seed, connection.send))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
