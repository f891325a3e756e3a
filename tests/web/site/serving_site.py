"""A site that answers while a test runs, and a client of its streams."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from hyperbounty.chain.connection import Chain
from hyperbounty.store import ContentStore
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.serving import listen, serve
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site


@dataclass(frozen=True)
class Served:
    """A site that answers at `url`; `stopped` ends it, and `thread` is then over."""

    url: str
    app: Any
    stopped: threading.Event
    thread: threading.Thread


@contextmanager
def served(
    where: Path | str,
    settings: SiteSettings | None = None,
    store: Callable[[], ContentStore] | None = None,
    chain: Chain | None = None,
) -> Iterator[Served]:
    """The site over an index, at a port of its own; without a `chain` it asks no node."""
    node = None if chain is None else lambda: nullcontext(chain)
    stopped, ready = threading.Event(), threading.Event()
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with open_index(where, families()) as database:
        app = create_app(Site(database, settings or SiteSettings(url), store, node), site_families())
        thread = threading.Thread(target=serve, args=(app, listener, stopped), kwargs={"on_ready": ready.set})
        thread.start()
        try:
            ready.wait()
            yield Served(url, app, stopped, thread)
        finally:
            stopped.set()
            thread.join()


@dataclass(frozen=True)
class Told:
    """One message of a stream."""

    event: str
    id: str
    data: dict[str, Any]

    @property
    def paths(self) -> list[str]:
        """What it says has changed."""
        return [change["path"] for change in self.data.get("changes", [])]


class Listener:
    """A client of `/events`.

    Args:
        url: of the site.
        last_seen: the id of the message that it saw last, as browsers say it by themselves.
        about: parameters.
    """

    def __init__(self, url: str, last_seen: str = "", **about: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        headers = {"last-event-id": last_seen} if last_seen else {}
        self.answer = self._session.get(f"{url}/events", params=about, headers=headers, stream=True, timeout=120)
        self._lines = self.answer.iter_lines(chunk_size=1)

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Go away."""
        self.answer.close()
        self._session.close()

    def line(self) -> str | None:
        """The next line; None where the stream has ended."""
        found = next(self._lines, None)
        return None if found is None else found.decode()

    def next(self) -> Told:
        """The next message."""
        fields: dict[str, str] = {}
        while True:
            line = self.line()
            assert line is not None, "the stream has ended"
            if not line and "data" in fields:
                return Told(fields["event"], fields["id"], json.loads(fields["data"]))
            name, _, value = line.partition(": ")
            fields[name] = value

    def until(self, event: str) -> Told:
        """The next message of this kind."""
        while (told := self.next()).event != event:
            pass
        return told
