"""A journal that many processes open at the same moment: a command each, started by a script."""

from __future__ import annotations

import multiprocessing
import sqlite3
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from hyperbounty.chain.sending.journal import Journal

PROCESSES = 8
ROUNDS = 25


def _open_and_write(barrier: Barrier, folder: Path, rounds: int) -> None:
    for number in range(rounds):
        barrier.wait()
        journal = Journal(folder / str(number))
        with journal.write() as database:
            database.execute(
                "INSERT INTO operations (chain, account, nonce, call, gas, since_block, state)"
                " VALUES ('chain', ?, 0, '{}', 21000, 0, 'open')",
                (multiprocessing.current_process().name,),
            )
        journal.close()


@pytest.mark.heavy
def test_processes_that_open_it_at_once_all_come_in(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    processes = [
        context.Process(target=_open_and_write, args=(barrier, tmp_path, ROUNDS), daemon=True) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    for number in range(ROUNDS):
        with sqlite3.connect(tmp_path / str(number) / "transactions.sqlite") as database:
            assert database.execute("SELECT count(*) FROM operations").fetchone() == (PROCESSES,)


def test_a_file_that_another_uses_is_waited_for(tmp_path: Path) -> None:
    """Not yet in WAL, where SQLite itself does not wait for who holds the file."""
    other = sqlite3.connect(tmp_path / "transactions.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waited = []

    def let_go(seconds: float) -> None:
        waited.append(seconds)
        other.execute("COMMIT")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", let_go)
        journal = Journal(tmp_path)
        with journal.read() as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert len(waited) == 1
    journal.close()
    other.close()
