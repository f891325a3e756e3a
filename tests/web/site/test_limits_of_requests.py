"""What one client may ask: so often, with bodies so long and so deep, and for so long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.limits import DEEPEST, MOST_BODY_BYTES, Limits, Rates
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene

STRANGER = ("192.0.2.7", 50_000)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the number of bytes that it was sent; for ever, by a stream, or never, where the path says so."""
    if scope["path"] == "/never":
        await asyncio.Event().wait()
    body = await Request(scope, receive).body()
    answer: Response = PlainTextResponse(str(len(body)))
    if scope["path"] == "/stream":
        answer = StreamingResponse(_three(), media_type="text/event-stream")
    await answer(scope, receive, send)


async def _three() -> AsyncIterator[bytes]:
    for number in range(3):
        await asyncio.sleep(0)
        yield b"%d\n" % number


def client(rates: Rates | None = None, who: tuple[str, int] = STRANGER, longest_s: float = 60.0) -> TestClient:
    return TestClient(Limits(echo, rates or Rates(0), longest_s), client=who)


def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    clock = Clock()
    asks = client(Rates(60, monotonic=clock))
    answers = [asks.get("/") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert answers[-1].json()["next_step"]
    clock.now += 1
    assert [asks.get("/").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("who", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_ask_as_often_as_it_likes(who: str) -> None:
    asks = client(Rates(1), (who, 1))
    assert {asks.get("/").status_code for _ in range(20)} == {200}


def test_no_rate_is_no_limit() -> None:
    assert {client(Rates(0)).get("/").status_code for _ in range(20)} == {200}


def test_one_client_does_not_use_up_what_another_may_ask() -> None:
    rates = Rates(6)
    assert [rates.wait_s("192.0.2.1") > 0 for _ in range(2)] == [False, True]
    assert rates.wait_s("192.0.2.2") == 0


def test_a_home_has_one_rate_for_all_its_addresses() -> None:
    rates = Rates(6)
    assert rates.wait_s("2001:db8:0:1::1") == 0
    assert rates.wait_s("2001:db8:0:1:ffff::2") > 0
    assert rates.wait_s("2001:db8:0:2::1") == 0


def test_a_name_that_is_no_address_is_a_client_too() -> None:
    rates = Rates(6)
    assert [rates.wait_s("unix:" + "x" * 1_000) > 0 for _ in range(2)] == [False, True]


@given(
    a_minute=st.integers(6, 600),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=60),
)
def test_nobody_gets_more_than_its_rate_and_who_waits_is_answered(a_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    rates = Rates(a_minute, monotonic=clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        waits = rates.wait_s("192.0.2.1")
        granted += not waits
        # A sixth of a minute's requests may come at once.
        assert granted <= a_minute / 6 + clock.now * a_minute / 60 + 1e-6
        if waits:
            clock.now += waits + 1e-9
            assert rates.wait_s("192.0.2.1") == 0
            granted += 1


@pytest.mark.parametrize("length", [0, 1, MOST_BODY_BYTES])
def test_a_body_arrives_as_it_was_sent(length: int) -> None:
    assert client().post("/", content=b"x" * length).text == str(length)


def _pieces(bytes_each: int, count: int) -> Iterator[bytes]:
    yield from (b"x" * bytes_each for _ in range(count))


def test_a_body_that_is_too_long_is_refused_announced_or_not() -> None:
    for content in (b"x" * (MOST_BODY_BYTES + 1), _pieces(MOST_BODY_BYTES, 2)):
        answer = client().post("/", content=content)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
        assert "65,536" in answer.json()["detail"]


def test_a_length_that_is_none_does_no_harm() -> None:
    for announced in ("9" * 5_000, "\u0663", "-1"):
        with suppress(UnicodeEncodeError):
            answer = client().post("/", content=b"{}", headers={"content-length": announced})
            assert answer.status_code in (200, 413)


@pytest.mark.parametrize("deep", [DEEPEST, DEEPEST + 1, 10_000])
def test_a_body_that_nests_too_deep_is_refused(deep: int) -> None:
    answer = client().post("/", content=b"[" * deep + b"]" * deep)
    assert answer.status_code == (200 if deep == DEEPEST else 422)


def test_an_answer_that_does_not_begin_in_time_is_given_up() -> None:
    answer = client(longest_s=0.01).get("/never")
    assert answer.status_code == 504
    assert answer.json()["next_step"]
    assert answer.headers["retry-after"]


def test_a_stream_goes_on() -> None:
    assert client().get("/stream").text == "0\n1\n2\n"


def test_people_are_told_on_a_page_and_programs_by_a_problem(scene: Scene) -> None:
    with open_index(scene.database, families()) as database:
        app = create_app(Site(database, SiteSettings(rate=6)), site_families())
        with TestClient(app, client=STRANGER) as asks:
            assert asks.get("/status").status_code == 200
            page, problem = asks.get("/status"), asks.get("/api/v1/status")
    assert (page.status_code, problem.status_code) == (429, 429)
    assert page.headers["content-type"].startswith("text/html")
    assert problem.headers["content-type"] == "application/problem+json"
    assert page.headers["retry-after"] == problem.headers["retry-after"]
    assert page.headers["content-security-policy"]
