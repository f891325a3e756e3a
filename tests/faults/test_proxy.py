"""The proxy itself: it carries any HTTP whole, and fails as its seed says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from tests.faults.proxy import Exchange, Fault, FaultyProxy, Moment, running

BODY = b"0123456789" * 10


class Echo(BaseHTTPRequestHandler):
    """Says what it was asked, and counts."""

    seen: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.seen.append(body)
        said = f"{self.command} {self.path} {self.headers.get('X-Mark')} ".encode() + body
        self.send_response(200)
        self.send_header("X-Kind", "echo")
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST  # noqa: N815 - the name is the base class's

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[tuple[str, list[bytes]]]:
    seen: list[bytes] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Counting", (Echo,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join()


def ask(url: str, method: str = "POST", **kwargs: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, f"{url}/a/b?c=d", timeout=120, headers={"X-Mark": "m"}, **kwargs)


def test_without_faults_everything_arrives_as_it_was(upstream: tuple[str, list[bytes]]) -> None:
    with running(FaultyProxy(upstream[0])) as url:
        answer = ask(url, data=BODY)
        assert (answer.content, answer.headers["X-Kind"]) == (b"POST /a/b?c=d m " + BODY, "echo")
        assert ask(url, "GET").content == b"GET /a/b?c=d m "
        assert ask(url, data=iter([BODY, b"", BODY])).content.endswith(BODY + BODY)


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        (Fault.DROP_REQUEST, []),
        (Fault.DROP_ANSWER, [BODY]),
        (Fault.TRUNCATE_ANSWER, [BODY]),
        (Fault.OVERTAKEN, []),
    ],
)
def test_a_broken_exchange_is_a_broken_connection(
    upstream: tuple[str, list[bytes]], fault: Fault, arrived: list[bytes]
) -> None:
    with running(FaultyProxy(upstream[0], rate=1, faults=[fault])) as url:
        with pytest.raises(requests.RequestException):
            ask(url, data=BODY)
        assert upstream[1] == arrived


@pytest.mark.parametrize(
    ("fault", "status", "end", "arrived"),
    [
        (Fault.DELAY_REQUEST, 200, BODY, [BODY]),
        (Fault.DELAY_ANSWER, 200, BODY, [BODY]),
        (Fault.TRUNCATE_REQUEST, 200, b"m " + BODY[:50], [BODY[:50]]),
        (Fault.DUPLICATE, 200, BODY, [BODY, BODY]),
        (Fault.UNAVAILABLE, 503, b"not now", []),
        (Fault.LIMITED, 429, b"not now", []),
    ],
)
def test_other_faults_answer(
    upstream: tuple[str, list[bytes]], fault: Fault, status: int, end: bytes, arrived: list[bytes]
) -> None:
    with running(FaultyProxy(upstream[0], rate=1, faults=[fault])) as url:
        answer = ask(url, data=BODY)
    assert answer.status_code == status
    assert answer.content.endswith(end)
    assert upstream[1] == arrived


def test_half_an_answer_can_look_whole(upstream: tuple[str, list[bytes]]) -> None:
    with running(FaultyProxy(upstream[0], rate=1, faults=[Fault.SHORTEN_ANSWER])) as url:
        whole = b"POST /a/b?c=d m " + BODY
        assert ask(url, data=BODY).content == whole[: len(whole) // 2]


def test_an_overtaken_request_arrives_after_a_later_one(upstream: tuple[str, list[bytes]]) -> None:
    proxy = FaultyProxy(upstream[0], rate=1, faults=[Fault.OVERTAKEN])
    with running(proxy) as url:
        with pytest.raises(requests.RequestException):
            ask(url, data=b"first")
        proxy.rate = 0
        ask(url, data=b"second")
    assert upstream[1] == [b"second", b"first"]


def test_swapped_answers_are_those_of_earlier_requests(upstream: tuple[str, list[bytes]]) -> None:
    with running(FaultyProxy(upstream[0], rate=1, faults=[Fault.SWAP_ANSWER])) as url:
        said = [ask(url, data=data).content[-1:] for data in (b"1", b"2", b"3")]
    assert said == [b"1", b"1", b"2"]


def test_the_same_seed_fails_the_same_way() -> None:
    def faults(seed: int) -> list[Fault | None]:
        proxy = FaultyProxy("http://127.0.0.1:1", seed, rate=0.5)
        return [proxy.plan()[1] for _ in range(200)]

    assert faults(1) == faults(1) != faults(2)
    assert 60 < sum(fault is not None for fault in faults(1)) < 140
    assert {fault for fault in faults(1) if fault} == set(Fault)


def test_a_watcher_sees_every_request_and_can_end_it(upstream: tuple[str, list[bytes]]) -> None:
    told: list[tuple[int, Moment, bytes]] = []

    def watch(number: int, moment: Moment, exchange: Exchange) -> bool:
        told.append((number, moment, exchange.body))
        return number == 2

    with running(FaultyProxy(upstream[0], watcher=watch)) as url:
        ask(url, data=b"1")
        with pytest.raises(requests.RequestException):
            ask(url, data=b"2")
    # The client has its answer before the watcher is told of it.
    assert [each for each in told if each[1] is not Moment.ANSWERED] == [
        (1, Moment.RECEIVED, b"1"),
        (1, Moment.FORWARDED, b"1"),
        (2, Moment.RECEIVED, b"2"),
    ]
    assert upstream[1] == [b"1"]
