"""Pages of other sites may read answers of the API, and do nothing else."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from hyperbounty.web.site.folder import InFolder
from hyperbounty.web.site.origins import OpenReading

ORIGIN = "access-control-allow-origin"


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("there")(scope, receive, send)


@pytest.fixture(params=["", "/folder"])
def root(request: pytest.FixtureRequest) -> str:
    """The folder of the site, which a proxy may take off the paths."""
    return str(request.param)


@pytest.fixture
def client(root: str) -> TestClient:
    return TestClient(InFolder(OpenReading(answer), root))


def test_reading_is_open(client: TestClient) -> None:
    found = client.get("/api/v1/status", headers={"origin": "https://example.org"})
    assert (found.text, found.headers[ORIGIN]) == ("there", "*")
    assert "etag" in found.headers["access-control-expose-headers"]
    # So no cookie and no password goes along.
    assert "access-control-allow-credentials" not in found.headers


def test_asking_whether_what_is_new_may_be_read_is_answered(client: TestClient) -> None:
    asked = client.options("/api/v1/status", headers={"access-control-request-headers": "if-none-match"})
    assert asked.status_code == 204
    assert "if-none-match" in asked.headers["access-control-allow-headers"]
    assert "POST" not in asked.headers["access-control-allow-methods"]


def test_calls_are_checked_for_the_sites_own_pages_alone(client: TestClient) -> None:
    assert ORIGIN not in client.post("/api/v1/actions/open").headers


def test_pages_are_not_read_by_others(client: TestClient) -> None:
    assert ORIGIN not in client.get("/contests/7").headers
