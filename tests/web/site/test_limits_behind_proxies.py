"""Whom a rate is counted for where a proxy stands in front: the client that it names, if the operator trusts it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import requests

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.serving import listen, serve
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene


@contextmanager
def site_behind(scene: Scene, proxies: Sequence[str]) -> Iterator[str]:
    """Where a site answers that trusts these proxies, and answers a client once in ten seconds."""
    stopped, ready = threading.Event(), threading.Event()
    listener = listen("127.0.0.1", 0)
    with open_index(scene.database, families()) as database:
        app = create_app(Site(database, SiteSettings(rate=6, trusted_proxies=tuple(proxies))), site_families())
        more = {"proxies": proxies, "on_ready": ready.set}
        thread = threading.Thread(target=serve, args=(app, listener, stopped), kwargs=more)
        thread.start()
        try:
            ready.wait()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1/status"
        finally:
            stopped.set()
            thread.join()


def statuses(url: str, clients: Sequence[str]) -> list[int]:
    """What a proxy on this machine is answered for each of these clients."""
    with requests.Session() as session:
        session.trust_env = False
        return [session.get(url, headers={"x-forwarded-for": client}, timeout=60).status_code for client in clients]


def test_a_trusted_proxy_says_who_asks(scene: Scene) -> None:
    with site_behind(scene, ["127.0.0.1/32"]) as url:
        # Each of them asks for the first time.
        assert statuses(url, ["192.0.2.1", "192.0.2.2", "2001:db8::1"]) == [200, 200, 200]
        again = statuses(url, ["192.0.2.7"] * 20)
        assert again[0] == 200
        assert 429 in again
        # What the client itself writes in front of its address counts for nothing.
        forged = statuses(url, [f"198.51.100.{number}, 192.0.2.9" for number in range(20)])
        assert 429 in forged


def test_who_is_not_trusted_names_nobody(scene: Scene) -> None:
    with site_behind(scene, []) as url:
        # They all come from this machine, which has no limit.
        assert set(statuses(url, ["192.0.2.7"] * 20)) == {200}
