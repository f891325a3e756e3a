"""Opens a database in a process of its own, at the same moment as others. In a module because processes import it."""

from __future__ import annotations

from multiprocessing.synchronize import Barrier
from pathlib import Path

from hyperbounty.database import Database, Schema


def open_with_others(barrier: Barrier, where: Path | str, schema: Schema) -> None:
    """Open the database once everybody is here."""
    barrier.wait()
    Database(where, schema).close()
