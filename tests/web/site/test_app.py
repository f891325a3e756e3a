"""The frame of the site: what every answer has, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.headers import POLICY
from hyperbounty.web.site.moves import Move
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene


@pytest.fixture
def client(scene: Scene) -> Iterator[TestClient]:
    with (
        open_index(scene.database, families()) as database,
        TestClient(create_app(Site(database, SiteSettings()), site_families())) as made,
    ):
        yield made


def test_every_answer_forbids_what_is_not_the_sites_own(client: TestClient) -> None:
    for path in ("/", "/static/site.css", "/nothing", "/api/v1/contests/1", "/api/v1/contests/999"):
        answer = client.get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/site.css", "/static/bounty/here.js", "/static/models/here.js"])
def test_files_are_read_once_whatever_the_index_does(
    client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    get = StaticFiles.get_response

    async def counting(files: StaticFiles, name: str, scope: Scope) -> Response:
        read.append(name)
        return await get(files, name, scope)

    monkeypatch.setattr(StaticFiles, "get_response", counting)
    query = f"{path}?{uuid4()}"
    first = client.get(query)
    client.app.state.pulse.moves.add(Move(monotonic(), None, None))  # type: ignore[attr-defined]
    assert client.get(query).content == first.content != b""
    assert (first.status_code, len(read)) == (200, 1)


def test_what_did_not_change_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/")
    again = client.get("/", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_head_is_get_without_the_body(client: TestClient) -> None:
    whole, head = client.get("/"), client.head("/")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_programs_are_told_of_errors_as_problems_and_people_on_a_page(client: TestClient) -> None:
    for path, status in (("/api/v1/contests/999", 404), ("/api/v1/nothing", 404), ("/api/v1/contests/x", 422)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["next_step"]
    page = client.get("/nothing")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


def test_who_takes_it_compressed_gets_the_same_in_fewer_bytes(client: TestClient) -> None:
    plain = client.get("/", headers={"accept-encoding": "identity"})
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert packed.headers["etag"] != plain.headers["etag"]
    again = client.get("/", headers={"accept-encoding": "gzip", "if-none-match": packed.headers["etag"]})
    assert again.status_code == 304
