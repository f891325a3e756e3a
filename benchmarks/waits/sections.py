"""Which commands measure the waits, and the rows that each of them records."""

from __future__ import annotations

from typing import Final, NamedTuple


class Section(NamedTuple):
    """A command that calls `records.record` with an outcome for each of `rows`; what it needs may be missing."""

    command: str
    rows: tuple[str, ...]


SECTIONS: Final = {
    "reads": Section("python -m benchmarks.reads --record", ("contests", "history")),
    "prices": Section("python -m benchmarks.prices --record", ("csv", "csv-memory", "opening", "downloading")),
    "gateway": Section("python -m benchmarks.gateway --record", ("gateway",)),
    "trainings": Section("python -m benchmarks.trainings --record", ("mix-2048", "mix-4800")),
    "demo": Section("python -m benchmarks.demo --record", ("demo",)),
    "queue": Section("python -m benchmarks.waits.queueing --record", ("queue-sqlite", "queue-postgresql")),
    "seeds": Section("python -m benchmarks.waits.seeds --record", ("seeds",)),
    "chain": Section("python -m benchmarks.waits.chain --record", ("signature", "transaction")),
    "gas": Section("python -m benchmarks.waits.tied --record", ("tied",)),
}
"""In the order of the table."""
