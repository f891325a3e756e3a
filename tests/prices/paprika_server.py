"""A loopback server that answers as CoinPaprika documents, and can be told to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

INTERVAL = 300


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None  # announced length, where it is not the body's


@dataclass
class Call:
    path: str
    query: dict[str, str]
    authorization: str | None


Behaviour = Callable[[Call, int], Answer | None]


@dataclass
class PaprikaServer:
    """`behave` is asked first, with the call and how many came before; None lets the server answer as it should."""

    url: str
    calls: list[Call] = field(default_factory=list)
    behave: Behaviour = lambda _call, _before: None
    most_rows: int = 5000

    @property
    def pages(self) -> list[tuple[str, int]]:
        return [(call.path, int(call.query["start"])) for call in self.calls if "start" in call.query]


def price(time: int) -> float:
    return 100 + time // INTERVAL % 97 / 7


def ticks(start: int, end: int, limit: int) -> bytes:
    first = -(-start // INTERVAL) * INTERVAL
    times = range(first, end + 1, INTERVAL)[:limit]  # the end included, which must do no harm
    rows = [
        {
            "timestamp": datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "price": price(time),
            "volume_24h": 1000 + time // INTERVAL % 31,
            "market_cap": 5,
        }
        for time in times
    ]
    return json.dumps(rows).encode()


def proper(call: Call, most_rows: int) -> Answer:
    if call.path == "/v1/search":
        found = [
            {"id": "doge-fake", "symbol": call.query["q"], "rank": 0},
            {"id": "../../etc", "symbol": call.query["q"], "rank": 1},
            {"id": "doge-real", "symbol": call.query["q"], "rank": 9},
            {"id": "doge-better", "symbol": "OTHER", "rank": 2},
        ]
        return Answer(body=json.dumps({"currencies": found if call.query["q"] == "PEPE" else []}).encode())
    limit = min(int(call.query["limit"]), most_rows)
    return Answer(body=ticks(int(call.query["start"]), int(call.query["end"]), limit))


@contextmanager
def running(behave: Behaviour | None = None) -> Iterator[PaprikaServer]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            call = Call(parts.path, query, self.headers.get("Authorization"))
            with lock:
                before = len(server.calls)
                server.calls.append(call)
            answer = server.behave(call, before) or proper(call, server.most_rows)
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(answer.length or len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing: the calls are recorded."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = PaprikaServer(f"http://127.0.0.1:{httpd.server_address[1]}/v1/")
    if behave:
        server.behave = behave
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
