"""When a site says that it is ready, and why it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from hyperbounty.database import Database
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.index.state import State, Status
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.health import readiness
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene

FOLLOWING = State(
    chain_id=31337,
    genesis=None,
    first_block=0,
    first_hash=None,
    owner="",
    version=1,
    era="",
    block=100,
    block_hash=None,
    block_time=1,
    head=103,
    target=None,
    status=Status.FOLLOWING,
    reason="",
    next_step="",
    since=0.0,
)


@pytest.fixture
def database(scene: Scene) -> Iterator[Database]:
    with open_index(scene.database, families()) as opened:
        yield opened


def test_it_is_ready_up_to_so_many_blocks_behind() -> None:
    assert readiness(FOLLOWING, "", 3) is None
    unready = readiness(FOLLOWING, "", 2)
    assert unready is not None
    assert unready.reason == "the index is 3 blocks behind its node, more than 2"


@pytest.mark.parametrize(
    ("state", "error", "is_kept", "reason"),
    [
        (None, "", True, "has not read the chain yet"),
        (replace(FOLLOWING, block=None), "", True, "has not read the chain yet"),
        (FOLLOWING, "the disk is full", True, "cannot be read: the disk is full"),
        (replace(FOLLOWING, status=Status.READING), "", True, "the index is reading"),
        (replace(FOLLOWING, status=Status.WAITING, reason="no node answers"), "", True, "waiting: no node answers"),
        (replace(FOLLOWING, status=Status.STOPPED, reason="too deep", next_step="rebuild"), "", True, "too deep"),
        (FOLLOWING, "", False, "does not run"),
    ],
)
def test_what_it_shows_may_not_be_of_now(state: State | None, error: str, is_kept: bool, reason: str) -> None:
    unready = readiness(state, error, 10, is_kept=is_kept)
    assert unready is not None
    assert reason in unready.reason
    assert unready.next_step


def test_neither_answer_is_kept(database: Database) -> None:
    kept = [True]
    app = create_app(Site(database, SiteSettings()), site_families(), is_kept=lambda: kept[0])
    with TestClient(app) as client:
        for path in ("/healthz", "/readyz"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
            assert "etag" not in answer.headers
        assert client.get("/readyz").json()["behind"] == 0
        kept[0] = False
        answer = client.get("/readyz")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["ready"] is False
        assert answer.json()["next_step"]
        assert client.get("/healthz").status_code == 200


def test_an_index_that_was_not_begun_is_no_fault_of_the_site(tmp_path: Path) -> None:
    with (
        open_index(tmp_path / "index.sqlite", families()) as database,
        TestClient(create_app(Site(database, SiteSettings()), site_families())) as client,
    ):
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
