"""The site over the scene, asked as programs ask it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hyperbounty.database import Database
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.serving import listen, serve
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene


@pytest.fixture(scope="session")
def database(scene: Scene) -> Iterator[Database]:
    """The index of the scene."""
    with open_index(scene.database, families()) as opened:
        yield opened


@pytest.fixture(scope="session")
def site(scene: Scene, database: Database) -> Site:
    """A site that has everything."""
    return Site(database, SiteSettings(rate=0), store=lambda: scene.store, node=lambda: nullcontext(scene.chain))


@pytest.fixture(scope="session")
def app(site: Site) -> FastAPI:
    """Of the site."""
    return create_app(site, site_families())


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """Who asks it."""
    with TestClient(app) as made:
        yield made


@pytest.fixture(scope="session")
def url(site: Site) -> Iterator[str]:
    """Where a real server answers for the site."""
    stopped, ready = threading.Event(), threading.Event()
    listener = listen("127.0.0.1", 0)
    made = create_app(site, site_families())
    thread = threading.Thread(target=serve, args=(made, listener, stopped), kwargs={"on_ready": ready.set})
    thread.start()
    try:
        ready.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        thread.join()
