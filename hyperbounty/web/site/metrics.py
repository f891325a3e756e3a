"""What a site tells Prometheus, on a port of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Gauge, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from hyperbounty.database import Database
from hyperbounty.errors import DatabaseError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.web.index.documents import count_documents
from hyperbounty.web.index.state import State, Status, read_state
from hyperbounty.web.index.tables import LOGS, REORGANIZATIONS
from hyperbounty.web.site.errors import AddressTaken

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one site. Its parts register theirs in `registry`, with names that begin with `hyperbounty_`.

    Attributes:
        registry: of this site alone.
        request_seconds: how long requests took, by method, template of the route and kind of status.
    """

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self.request_seconds = Histogram(
            "hyperbounty_request_seconds",
            "How long requests took; of a stream, until it began.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.registry.register(_OfIndex(database))

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Tell what `value` gives whenever somebody asks.

        Args:
            name: such as `hyperbounty_streams`.
            what: in a sentence.
            value: is called by any thread.
        """
        Gauge(name, what, registry=self.registry).set_function(value)

    def serve(self, host: str, port: int) -> WSGIServer:
        """Answer Prometheus until the server that this returns is shut down.

        Raises:
            AddressTaken: nobody can listen there.
        """
        try:
            server, _ = start_http_server(port, host, self.registry)
        except OSError as error:
            raise AddressTaken(
                f"the metrics cannot be served on {host}, port {port}: {error.strerror or error}",
                NextStep("stop what listens there, or choose another {}", Parameter("metrics_port")),
            ) from error
        return server


class _OfIndex(Collector):
    """What the index says of itself, read when somebody asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterator[Metric]:
        """Nothing is read for that."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """What there is now."""
        is_read = True
        found: list[Metric] = []
        try:
            found = list(self._database.read(_read))
        except DatabaseError:
            is_read = False
        yield GaugeMetricFamily("hyperbounty_index_readable", "Whether the database answers.", value=is_read)
        yield from found


def _read(connection: Connection) -> list[Metric]:
    state = read_state(connection)
    if state is None:
        return []
    events = connection.execute(select(func.count()).select_from(LOGS)).scalar_one()
    reorganizations = CounterMetricFamily(
        "hyperbounty_index_reorganizations", "Reorganizations that were followed, by their depth.", labels=("depth",)
    )
    counted = select(REORGANIZATIONS.c.depth, func.count()).group_by(REORGANIZATIONS.c.depth)
    for depth, count in connection.execute(counted):
        reorganizations.add_metric((str(depth),), count)
    documents = GaugeMetricFamily("hyperbounty_index_documents", "Documents, by their state.", labels=("state",))
    for name, count in count_documents(connection).items():
        documents.add_metric((name,), count)
    return [
        *_of_state(state),
        GaugeMetricFamily("hyperbounty_index_events", "Events that the index holds.", value=events),
        reorganizations,
        documents,
    ]


def _of_state(state: State) -> Iterator[Metric]:
    status = GaugeMetricFamily("hyperbounty_index_status", "1 for what the index does.", labels=("status",))
    for each in Status:
        status.add_metric((str(each),), float(each is state.status))
    yield status
    for name, what, value in (
        ("block", "The block that the site speaks of.", state.block),
        ("head", "The latest block of the node.", state.head),
        ("lag_blocks", "Blocks of the node that the site does not show yet.", state.behind),
        ("version", "Goes up with each change of what the site shows.", state.version),
        (
            "block_age_seconds",
            "By this machine's clock, the age of the block that the site speaks of.",
            None if state.block_time is None else time.time() - state.block_time,
        ),
    ):
        if value is not None:
            yield GaugeMetricFamily(f"hyperbounty_index_{name}", what, value=value)
