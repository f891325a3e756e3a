"""`hyperbounty serve`: the site over an index, and the process that keeps the index."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.command import command
from hyperbounty.cli.help import grouped
from hyperbounty.cli.notifying import notify_option, senders_of
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.redaction import keep_secret
from hyperbounty.cli.session import Session
from hyperbounty.web.index.place import DATABASE, index_place

if TYPE_CHECKING:
    from hyperbounty.config.webhooks import Webhook
    from hyperbounty.web.site.metrics import Metrics
    from hyperbounty.web.site.webhooks.outlets import Outlet

_TURN_S: Final = 0.0005
_INDEX: Final = (
    DATABASE,
    grouped("Index", "--no-index", is_flag=True, help="Another process keeps the index: `hyperbounty index run`."),
)
_SITE: Final = (
    grouped("Site", "--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    grouped(
        "Site",
        "--port",
        type=click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        help="The port; 0 picks a free one.",
    ),
    grouped(
        "Site",
        "--root-path",
        metavar="PATH",
        show_default="that of the configuration file, or nothing",
        help="What a proxy takes off each path, as /contests.",
    ),
    grouped(
        "Site",
        "--public-url",
        metavar="URL",
        show_default="that of the configuration file, or of host and port",
        help="Where others find the site; feeds and messages link there.",
    ),
)
_WATCHING: Final = (
    grouped(
        "Operation",
        "--metrics-port",
        type=click.IntRange(0, 65535),
        show_default="no metrics",
        help="Answer Prometheus on this port.",
    ),
    grouped("Operation", "--metrics-host", default="127.0.0.1", show_default=True, help="The address for the metrics."),
    grouped(
        "Operation",
        "--log-format",
        type=click.Choice(("text", "json")),
        default="text",
        show_default=True,
        help="Lines for people, or JSON for programs, with a line a request.",
    ),
)


def _serve(
    session: Session,
    database: str | None,
    no_index: bool,
    host: str,
    port: int,
    root_path: str | None,
    public_url: str | None,
    metrics_port: int | None,
    metrics_host: str,
    log_format: str,
    notify: tuple[str, ...],
) -> None:
    """Serve the pages and the API of all contests of a chain, until interrupted.

    A process of its own reads the chain into the index meanwhile. The site holds no key; what it shows is in the index,
    and the chain stays the only authority.
    """
    from hyperbounty.termination import signalled
    from hyperbounty.web.index.family import families
    from hyperbounty.web.index.process import open_index, spare_the_collector
    from hyperbounty.web.site.app import create_app
    from hyperbounty.web.site.behind import node_of, store_of
    from hyperbounty.web.site.family import site_families
    from hyperbounty.web.site.health import OTHERS, OWN
    from hyperbounty.web.site.index_process import index_process
    from hyperbounty.web.site.logs import LogFormat, write_log
    from hyperbounty.web.site.metrics import Metrics
    from hyperbounty.web.site.serving import listen, serve
    from hyperbounty.web.site.settings import site_settings
    from hyperbounty.web.site.site import Site
    from hyperbounty.web.site.webhooks.notifier import notifying

    where = index_place(session, database)
    web = session.settings.web
    told = _outlets(web.webhooks, notify)
    with ExitStack() as opened:
        stopped = threading.Event()
        opened.enter_context(signalled(stopped))
        # Before anything begins that others would have to wait for.
        listener = opened.enter_context(listen(host, port))
        at = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        settings = site_settings(web, at, public_url, root_path)
        kept = opened.enter_context(open_index(where, families()))
        metrics = Metrics(kept)
        metrics_url = opened.enter_context(_serving(metrics, metrics_host, metrics_port))
        write_log(LogFormat(log_format))
        index = None if no_index else opened.enter_context(index_process(session, where))

        def is_kept() -> bool:
            return kept.is_anybody_alone() if index is None else index.is_running

        app = create_app(
            Site(
                kept,
                settings,
                store=lambda: store_of(session),
                node=lambda: node_of(session),
                kept=session.home / "site",
            ),
            site_families(),
            metrics=metrics,
            is_kept=is_kept,
            start=OTHERS if index is None else OWN,
        )
        shown = Result(
            {"url": settings.public_url, "database": str(kept), "metrics_url": metrics_url},
            [
                f"The site is at {settings.public_url}",
                *([f"It listens at {at}"] if settings.public_url != f"{at}{settings.root_path}" else []),
                *([f"Metrics are at {metrics_url}"] if metrics_url else []),
            ],
            after=[] if no_index else [f"The index is kept in {kept} meanwhile."],
        )

        def ready() -> None:
            spare_the_collector()
            shown.show(as_json=session.as_json)
            note("Ctrl-C stops it.")

        notifier = opened.enter_context(notifying(where, settings, site_families(), told))
        if notifier is not None:
            notifier.measure(metrics.watch)
        # A thread that makes a page would keep the one that sends what is made already waiting for 5 ms each time.
        sys.setswitchinterval(_TURN_S)
        serve(app, listener, stopped, proxies=settings.trusted_proxies, on_ready=ready)
        if index is not None:
            index.tell_to_end()
    note("Stopped.")


def _outlets(webhooks: Sequence[Webhook], notify: Sequence[str]) -> list[Outlet]:
    """Who is told what happens; what is secret of them is on no screen and in no log."""
    from hyperbounty.web.site.webhooks.outlets import outlets

    for webhook in webhooks:
        keep_secret(webhook.url)
    return outlets(webhooks, senders_of(notify))


@contextmanager
def _serving(metrics: Metrics, host: str, port: int | None) -> Iterator[str | None]:
    """Inside, Prometheus is answered; gives where."""
    if port is None:
        yield None
        return
    server = metrics.serve(host, port)
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()


def _with(options: tuple[Any, ...], function: Any) -> Any:
    for option in reversed(options):
        function = option(function)
    return function


serve = command(
    click.Group("hyperbounty"),
    "serve",
    chain=True,
    store=True,
    extra="web",
    examples=["", "--port 9000", "--public-url https://contests.example.org --log-format json --metrics-port 9464"],
    interrupted="nothing is lost: the same command serves again",
)(_with((*_INDEX, *_SITE, *_WATCHING, notify_option), _serve))
