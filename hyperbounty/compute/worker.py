"""The process of a worker: prepared once, then one group after the other, as the pool sends them.

It says `Loaded`, is sent what prepares it, says `Ready`, and is sent groups. To each it answers with any number of
`ProgressOf` and one `ResultOf` for every payload, or with `Broken` and its end. It ends when its parent does, and when
it holds more memory than a group may.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

from hyperbounty.compute.memory import OUT_OF_MEMORY, MemoryWatch, raise_oom_score
from hyperbounty.compute.messages import Broken, Loaded, ProgressOf, Ready, ResultOf
from hyperbounty.errors import HyperbountyError
from hyperbounty.training.fusing import device_kind
from hyperbounty.training.machine import describe_machine


def machine_of(device: str) -> dict[str, str]:
    """`describe_machine` of this process, with what it calls its `accelerator` where it works on one."""
    return describe_machine() | ({} if device == "cpu" else {"accelerator": device_kind()})


def work(connection: Connection, device: str, load: Callable[[], object] | None = None) -> None:
    """Serve one pool over `connection`, working on `device`; the target of the worker's process.

    Args:
        connection: to the pool.
        device: what to work on.
        load: what to do before anything else, where something is known already.
    """
    # Ctrl-C reaches the whole group of processes. The one that started the workers decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise_oom_score()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        if load is not None:
            load()
        _serve(connection, device)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # The pool needs this worker no longer.
    except HyperbountyError as error:
        connection.send(Broken(str(error), lasting=True))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - whatever it was, the pool tells it and the process ends.
        connection.send(Broken(f"{type(error).__name__}: {error}"[:2000], lasting=False))


def _serve(connection: Connection, device: str) -> None:
    memory = MemoryWatch(device)

    def tell(index: int, progress: Any) -> None:
        connection.send(ProgressOf(index, progress))

    connection.send(Loaded())
    prepare = connection.recv()
    do_work = prepare()
    connection.send(Ready(machine_of(device)))
    while True:
        payloads, limits = connection.recv()
        memory.allow(limits)
        for index, result in do_work(payloads, tell):
            connection.send(ResultOf(index, result))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
