"""What a site says of itself: ids of requests, the log, metrics and health."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from prometheus_client import generate_latest
from starlette.responses import PlainTextResponse

from hyperbounty.cli import redaction
from hyperbounty.database import Database
from hyperbounty.web.bounty.site import BountySite
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.logs import LogFormat, write_log
from hyperbounty.web.site.metrics import Metrics
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene

SECRET = "a-provider-key-of-some-length"


class Faulty(BountySite):
    """The bounty, with some pages that fail."""

    def answers(self, site: Site) -> APIRouter:
        router = super().answers(site)

        @router.get("/faulty/{number}")
        def faulty(number: int) -> None:
            raise ZeroDivisionError(f"at https://node.example/{SECRET}")

        return router

    def pages(self, site: Site, renderer: Renderer) -> APIRouter:
        router = super().pages(site, renderer)

        @router.get("/faulty/{number}")
        def faulty(number: int) -> None:
            raise ZeroDivisionError("here")

        @router.get("/logs/{text}")
        def logs(text: str) -> PlainTextResponse:
            logging.getLogger("some.library").warning("a node said %s", text)
            return PlainTextResponse("said")

        return router


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged as JSON meanwhile."""
    root = logging.getLogger()
    names = ("", "hyperbounty", "hyperbounty.web.site.requests")
    before, levels = root.handlers, [logging.getLogger(name).level for name in names]
    stream = io.StringIO()
    write_log(LogFormat.JSON, stream)
    yield stream
    root.handlers = before
    for name, level in zip(names, levels, strict=True):
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def database(scene: Scene) -> Iterator[Database]:
    with open_index(scene.database, families()) as opened:
        yield opened


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    app = create_app(Site(database, SiteSettings()), [Faulty()])
    with TestClient(app) as made:
        yield made


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def metrics_of(client: TestClient) -> str:
    return generate_latest(client.app.state.metrics.registry).decode()  # type: ignore[attr-defined]


def test_every_answer_has_an_id_of_its_own_also_where_it_is_kept(client: TestClient) -> None:
    ids = {client.get(path).headers["x-request-id"] for path in ("/", "/", "/nothing", "/healthz", "/static/site.css")}
    assert len(ids) == 5


@pytest.mark.parametrize(("given", "is_taken"), [("abcdef-1234.x_Y", True), ("short", False), ("a" * 65, False)])
def test_a_clients_id_is_taken_where_it_is_well_formed(client: TestClient, given: str, is_taken: bool) -> None:
    answered = client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"]
    assert (answered == given) is is_taken


@pytest.mark.parametrize("given", [b"abcdefgh\x1b[2J", b"abcdefgh ijk", b'abcdefgh"x', b"abcdefgh\xff"])
def test_a_hostile_id_is_not(client: TestClient, given: bytes) -> None:
    answered = client.get("/healthz", headers=[(b"x-request-id", given)]).headers["x-request-id"]
    assert answered.isalnum()


def test_a_request_is_one_line_without_its_query(client: TestClient, log: io.StringIO) -> None:
    client.get(f"/?token={SECRET}", headers={"x-request-id": "abcdefgh"})
    [line] = lines(log)
    assert (line["event"], line["path"], line["route"], line["status"]) == ("request", "/", "/", 200)
    assert (line["request_id"], line["method"], line["kept"]) == ("abcdefgh", "GET", False)
    assert line["seconds"] > 0
    assert SECRET not in log.getvalue()
    client.get(f"/?token={SECRET}")
    assert lines(log)[1]["kept"] is True


def test_what_strangers_sent_is_escaped_in_both_forms(
    client: TestClient, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get("/logs/one%0Atwo%1B[2J%E2%80%AE")
    said = log.getvalue()
    assert said.isascii()
    assert "\x1b" not in said
    assert {line["event"] for line in lines(log)} == {"a node said one\ntwo\x1b[2J\u202e", "request"}
    write_log(LogFormat.TEXT)
    client.get("/logs/one%0Atwo%1B[2J%E2%80%AE%7F")
    [line] = capsys.readouterr().err.splitlines()
    assert "a node said one\\ntwo\\x1b[2J\\u202e\\x7f" in line


def test_the_log_knows_no_secret(client: TestClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_secrets", set())
    redaction.keep_secret(f"https://node.example/{SECRET}")
    client.get("/api/v1/faulty/1")
    client.get(f"/logs/{SECRET}")
    assert "ZeroDivisionError" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_fault_is_answered_with_the_id_under_which_the_log_has_it(client: TestClient, log: io.StringIO) -> None:
    for path, kind in (("/api/v1/faulty/1", "application/problem+json"), ("/faulty/1", "text/html; charset=utf-8")):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
        assert answer.headers["cache-control"] == "no-store"
        assert "content-security-policy" in answer.headers
        assert answer.headers["x-request-id"] in answer.text
        [fault] = [line for line in lines(log) if "exception" in line and line["path"] == path]
        assert fault["request_id"] == answer.headers["x-request-id"]
        assert "ZeroDivisionError" in fault["exception"]
    assert client.get("/faulty/1").status_code == 500


def test_requests_are_counted_by_the_template_of_their_route_and_never_by_their_path(
    client: TestClient, scene: Scene
) -> None:
    numbers = list(scene.numbers.values())[:3]
    for number in numbers:
        client.get(f"/api/v1/contests/{number}")
        client.get(f"/api/v1/contests/{number}")
    client.get("/0xabcdefabcdefabcdefabcdef")
    client.request("BREW", "/")
    shown = metrics_of(client)
    labels = 'method="GET",route="/api/v1/contests/{number}",status="2xx"'
    assert f"hyperbounty_request_seconds_count{{{labels}}} 6.0" in shown
    assert 'method="GET",route="",status="4xx"' in shown
    assert 'method="other"' in shown
    assert "abcdef" not in shown
    assert "BREW" not in shown


def test_the_index_is_measured(client: TestClient, scene: Scene) -> None:
    shown = dict(line.rsplit(" ", 1) for line in metrics_of(client).splitlines() if not line.startswith("#"))
    assert float(shown["hyperbounty_index_block"]) == float(shown["hyperbounty_index_head"]) > 0
    assert float(shown["hyperbounty_index_lag_blocks"]) == 0
    assert float(shown['hyperbounty_index_status{status="following"}']) == 1
    assert float(shown["hyperbounty_index_events"]) > len(scene.numbers)
    assert float(shown['hyperbounty_index_documents{state="there"}']) > 0
    assert float(shown["hyperbounty_index_readable"]) == 1


def test_every_metric_is_on_the_page_for_operators_and_no_other(client: TestClient) -> None:
    page = (Path(__file__).parents[3] / "docs" / "hosting.md").read_text(encoding="utf-8")
    there = {metric.name for metric in client.app.state.metrics.registry.collect()}  # type: ignore[attr-defined]
    named = {name.removesuffix("_total") for name in re.findall(r"^\| `(hyperbounty_[a-z_]+)", page, re.MULTILINE)}
    assert there == named


def test_metrics_of_an_index_that_was_not_begun_are_no_error(tmp_path: Path) -> None:
    with open_index(tmp_path / "index.sqlite", families()) as database:
        shown = generate_latest(Metrics(database).registry).decode()
    assert "hyperbounty_index_readable 1.0" in shown
    assert "hyperbounty_index_block" not in shown


def test_parts_of_the_site_watch_what_is_theirs(database: Database) -> None:
    metrics = Metrics(database)
    metrics.watch("hyperbounty_streams", "Open streams.", lambda: 7)
    assert "hyperbounty_streams 7.0" in generate_latest(metrics.registry).decode()
