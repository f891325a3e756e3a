"""A scene of models for all tests that only look at it, and a site over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from fastapi.testclient import TestClient

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.models.market_scene import play_market
from tests.web.models.model_scene import ModelScene, new_model_scene, play_models


@contextmanager
def asking(scene: ModelScene, settings: SiteSettings | None = None) -> Iterator[TestClient]:
    """A client of a site over a scene of models, with its node."""
    with open_index(scene.database, families()) as database:
        site = Site(database, settings or SiteSettings(rate=0), node=lambda: nullcontext(scene.chain))
        with TestClient(create_app(site, site_families())) as client:
            yield client


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModelScene:
    """Models in every stage, indexed; nobody changes it."""
    made = new_model_scene(tmp_path_factory.mktemp("models"))
    play_models(made)
    play_market(made)
    made.index()
    return made


@pytest.fixture(scope="session")
def client(models: ModelScene) -> Iterator[TestClient]:
    """Who asks a site over it."""
    with asking(models) as made:
        yield made
