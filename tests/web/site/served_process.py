"""A site in a process of its own, and who tells a webhook beside it, to be killed.

`python -m tests.web.site.served_process DATABASE PORT [WEBHOOK]`
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from hyperbounty.config.webhooks import Webhook
from hyperbounty.termination import signalled
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.serving import listen, serve
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.webhooks.notifier import notifying
from hyperbounty.web.site.webhooks.outlets import Outlet, WebhookOutlet
from tests.web.site.hooked import SECRET


def main(database: str, port: str, hook: str = "") -> None:
    """Serve until SIGTERM, or until the process is killed."""
    stopped = threading.Event()
    settings = SiteSettings(f"http://127.0.0.1:{port}")
    outlets: list[Outlet] = [WebhookOutlet(Webhook("chat", hook), SECRET)] if hook else []
    with open_index(Path(database), families()) as opened:
        app = create_app(Site(opened, settings), site_families())
        listener = listen("127.0.0.1", int(port))
        with signalled(stopped), notifying(Path(database), settings, site_families(), outlets):
            serve(app, listener, stopped, on_ready=_ready)


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
