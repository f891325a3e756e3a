"""The process that trains: one thread, one set of windows, one group of jobs after the other, as the pool sends them.

It asks for the windows (`Loaded`), says `Ready` once its backend has them, and is then sent groups. To each it answers
with any number of `EpochProgress` and one `TrainingResult` for every member, with the member's index before each, or
with `Broken` and its end. It ends when its parent does, and when it holds more memory than a group may.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from hyperbounty.compute.limits import Limits
from hyperbounty.errors import HyperbountyError
from hyperbounty.training.fusing import Member, device_kind
from hyperbounty.training.machine import BACKEND, describe_machine
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Windows

OUT_OF_MEMORY: Final = 99
"""Exit code of a worker that ended because it held more than a group may."""

_LOOK_EVERY_S: Final = 0.25


Train = Callable[[Sequence[Member], Callable[[int, EpochProgress], None]], Iterator[tuple[int, TrainingResult]]]
"""Trains members of a group, tells of their epochs and gives their results as they are there, each with the index of
its member: `Trainer.train_many`."""

MakeTrain = Callable[[Windows, Windows], Train]
"""Prepares to train on windows for training and for scoring; runs in the worker, so it is a function of a module."""


@dataclass(frozen=True)
class Loaded:
    """The process is there; send the windows."""


@dataclass(frozen=True)
class Ready:
    """The windows can be trained on, on this machine (`machine_of`); send a group."""

    machine: Mapping[str, str]


@dataclass(frozen=True)
class Broken:
    """The worker could not do what it was asked, and ends. `lasting`: it would fail the same way again."""

    reason: str
    lasting: bool


def keras_train(train: Windows, holdout: Windows, *, backend: str = BACKEND, device: str = "cpu") -> Train:
    """Training with the engine by `backend` on `device`, as every score must be made."""
    from hyperbounty.training.engine import Trainer

    return Trainer(train, holdout, backend=backend, device=device).train_many


def machine_of(device: str) -> dict[str, str]:
    """`describe_machine` of this process, with what it calls its `accelerator` where it trains on one."""
    return describe_machine() | ({} if device == "cpu" else {"accelerator": device_kind()})


def work(connection: Connection, make_train: MakeTrain, device: str) -> None:
    """Serve one pool over `connection`, training on `device`; the target of the worker's process."""
    # Ctrl-C reaches the whole group. The coordinator decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    be_the_first_to_go()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _serve(connection, make_train, device)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # The coordinator needs this worker no longer.
    except HyperbountyError as error:
        connection.send(Broken(str(error), lasting=True))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - whatever it was, the coordinator names it and the process ends.
        connection.send(Broken(f"{type(error).__name__}: {error}"[:2000], lasting=False))


def _serve(connection: Connection, make_train: MakeTrain, device: str) -> None:
    memory = MemoryWatch(device)
    connection.send(Loaded())
    train = make_train(*connection.recv())
    connection.send(Ready(machine_of(device)))
    while True:
        members, limits = connection.recv()
        memory.allow(limits)
        for answer in train(members, lambda index, epoch: connection.send((index, epoch))):
            connection.send(answer)


class MemoryWatch:
    """Ends this process, which trains on `device`, when it holds more than the group in progress may."""

    def __init__(self, device: str) -> None:
        self._reserves_much = device != "cpu"
        self._most = sys.maxsize
        if _STATM.exists():
            threading.Thread(target=self._look, daemon=True).start()

    def allow(self, limits: Limits) -> None:
        """From now on this process may hold what `limits` says."""
        self._most = limits.memory_bytes
        if sys.platform == "linux" and not self._reserves_much:
            import resource

            # What the kernel itself refuses, for a leap between two looks. It counts memory that is only reserved too,
            # of which the driver of an accelerator takes any amount.
            most, (_, hard) = 2 * limits.memory_bytes, resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(
                resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
            )

    def _look(self) -> None:
        pause = threading.Event()
        while not pause.wait(_LOOK_EVERY_S):
            if resident_bytes() > self._most:
                os._exit(OUT_OF_MEMORY)


_STATM: Final = Path("/proc/self/statm")


def resident_bytes() -> int:
    """Memory that this process holds (Linux)."""
    return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def be_the_first_to_go() -> None:
    """Where the machine runs out of memory, the kernel shall end a worker and not the coordinator (Linux)."""
    try:
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    except OSError:
        return  # Not there, or not allowed: then the kernel judges by size, and workers are the largest.


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
