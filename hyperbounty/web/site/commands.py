"""`hyperbounty serve`: the site over an index."""

from __future__ import annotations

from typing import Any, Final

import click

from hyperbounty.cli.command import command
from hyperbounty.cli.help import grouped
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.session import Session

_DATABASE: Final = grouped(
    "Index",
    "--database",
    envvar="HYPERBOUNTY_DATABASE",
    metavar="URL",
    help="The index: postgresql://USER@HOST/DATABASE; left out, a file of SQLite under --home.",
)
_SITE: Final = (
    grouped("Site", "--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    grouped("Site", "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port."),
    grouped("Site", "--root-path", metavar="PATH", help="What a proxy takes off each path, as /contests."),
    grouped(
        "Site",
        "--public-url",
        metavar="URL",
        show_default="that of host and port",
        help="Where others find the site; feeds and messages link there.",
    ),
)


def _serve(
    session: Session, database: str | None, host: str, port: int, root_path: str | None, public_url: str | None
) -> Result | None:
    """Serve the pages and the API of all contests of a chain, until interrupted."""
    import uvicorn

    from hyperbounty.web.index.family import families
    from hyperbounty.web.index.process import open_index
    from hyperbounty.web.site.app import create_app
    from hyperbounty.web.site.behind import node_of, store_of
    from hyperbounty.web.site.family import site_families
    from hyperbounty.web.site.settings import site_settings
    from hyperbounty.web.site.site import Site

    settings = site_settings(session.settings.web, f"http://{host}:{port}", public_url, root_path)
    where = session.home / "index.sqlite" if database is None else database
    with open_index(where, families()) as opened:
        site = Site(
            opened,
            settings,
            store=lambda: store_of(session),
            node=lambda: node_of(session),
            kept=session.home / "site",
        )
        app = create_app(site, site_families())
        url = settings.public_url
        shown = Result({"url": url, "database": str(opened)}, [f"The site is at {url}"])
        shown.show(as_json=session.as_json)
        note("Ctrl-C stops it.")
        uvicorn.run(app, host=host, port=port, log_config=None, server_header=False)
    note("Stopped.")
    return None


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
    examples=["", "--port 9000"],
    interrupted="nothing is lost: the same command serves again",
)(_with((_DATABASE, *_SITE), _serve))
