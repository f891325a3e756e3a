"""An HTTP proxy on loopback that fails in the ways networks do, the same ways for the same seed.

It knows nothing of what it carries: any method, path and body goes to the one server behind it.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

_LONGEST_DELAY_SECONDS: Final = 0.02
_UPSTREAM_TIMEOUT_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.02
_HOP_HEADERS: Final = ("connection", "content-length", "host", "keep-alive", "transfer-encoding", "expect")


class Fault(StrEnum):
    """One way to fail."""

    DROP_REQUEST = "the request never arrives"
    DROP_ANSWER = "the request arrives, the answer is lost"
    DELAY_REQUEST = "the request arrives late"
    DELAY_ANSWER = "the answer arrives late"
    TRUNCATE_REQUEST = "half of the request arrives"
    TRUNCATE_ANSWER = "half of the answer arrives, and then the connection closes"
    SHORTEN_ANSWER = "half of the answer arrives, as if it were the whole"
    DUPLICATE = "the request arrives twice, the second answer counts"
    OVERTAKEN = "the request is lost, and arrives after a later one"
    SWAP_ANSWER = "the answer to an earlier request arrives"
    UNAVAILABLE = "HTTP 503 instead of the server"
    LIMITED = "HTTP 429 instead of the server"


@dataclass(frozen=True)
class Exchange:
    """A request as it is passed on."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What a server said."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Moment(StrEnum):
    """Where a request is when the proxy's watcher is told of it."""

    RECEIVED = "received"
    FORWARDED = "forwarded"
    ANSWERED = "answered"


Watcher = Callable[[int, Moment, Exchange], bool]


class FaultyProxy:
    """Passes requests on to `upstream`, one in so many with a fault.

    Args:
        upstream: http://HOST:PORT.
        seed: of the faults; for requests that come one after another it determines every one.
        rate: the part of the requests that meets a fault, 0 to 1.
        faults: to choose from.
        watcher: is told of every request, by its number from 1, before it is passed on, after, and once it is answered;
            whether the request ends there.

    Attributes:
        rate: as given; may be changed while it runs.
        seen: how often each fault was made.
        requests: how many requests came.
    """

    def __init__(
        self,
        upstream: str,
        seed: int = 0,
        rate: float = 0.0,
        faults: Sequence[Fault] = tuple(Fault),
        watcher: Watcher = lambda *_: False,
    ) -> None:
        parts = urlsplit(upstream)
        assert parts.hostname is not None
        assert parts.port is not None
        self._upstream = (parts.hostname, parts.port)
        self._random = random.Random(seed)
        self.rate = rate
        self._faults = tuple(faults)
        self._lock = threading.Lock()
        self._overtaken: list[Exchange] = []
        self._earlier: Reply | None = None
        self.watcher = watcher
        self.seen: Counter[Fault] = Counter()
        self.requests = 0

    def plan(self) -> tuple[int, Fault | None]:
        """The number of the next request, and its fault."""
        with self._lock:
            self.requests += 1
            fault = self._random.choice(self._faults) if self._random.random() < self.rate else None
            if fault is not None:
                self.seen[fault] += 1
            return self.requests, fault

    def delay(self) -> None:
        """Let a moment pass."""
        with self._lock:
            seconds = self._random.random() * _LONGEST_DELAY_SECONDS
        time.sleep(seconds)

    def forward(self, exchange: Exchange) -> Reply:
        """What the server says to `exchange`; whatever was overtaken arrives after it."""
        reply = self._ask(exchange)
        with self._lock:
            late, self._overtaken = self._overtaken, []
        for each in late:
            self._ask(each)
        return reply

    def overtake(self, exchange: Exchange) -> None:
        """Keep `exchange` until a later one has passed."""
        with self._lock:
            self._overtaken.append(exchange)

    def swap(self, reply: Reply) -> Reply:
        """The reply before this one, which is kept for the next time."""
        with self._lock:
            earlier, self._earlier = self._earlier, reply
        return earlier or reply

    def _ask(self, exchange: Exchange) -> Reply:
        connection = HTTPConnection(*self._upstream, timeout=_UPSTREAM_TIMEOUT_SECONDS)
        try:
            connection.request(exchange.method, exchange.path, exchange.body, dict(exchange.headers))
            answer = connection.getresponse()
            headers = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_HEADERS)
            return Reply(answer.status, headers, answer.read())
        finally:
            connection.close()


@contextmanager
def running(proxy: FaultyProxy) -> Iterator[str]:
    """`proxy` on a free port; gives its URL."""

    class Handler(_Handler):
        through = proxy

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that hangs up is what this is for."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    through: FaultyProxy

    def _handle(self) -> None:
        headers = tuple((name, value) for name, value in self.headers.items() if name.lower() not in _HOP_HEADERS)
        exchange = Exchange(self.command, self.path, headers, self._body())
        number, fault = self.through.plan()
        ended = self.through.watcher(number, Moment.RECEIVED, exchange)
        reply = None if ended else self._fetched(exchange, fault)
        if reply is None or self.through.watcher(number, Moment.FORWARDED, exchange):
            self._hang_up()
            return
        self._answer(reply, cut=fault is Fault.TRUNCATE_ANSWER)
        self.through.watcher(number, Moment.ANSWERED, exchange)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_OPTIONS = _handle  # noqa: N815 - names of the base class

    def _fetched(self, exchange: Exchange, fault: Fault | None) -> Reply | None:
        """What the client is to be told; None for nothing at all."""
        proxy = self.through
        if fault is Fault.DROP_REQUEST:
            return None
        if fault is Fault.OVERTAKEN:
            proxy.overtake(exchange)
            return None
        if fault in (Fault.UNAVAILABLE, Fault.LIMITED):
            return Reply(503 if fault is Fault.UNAVAILABLE else 429, (), b"not now")
        if fault is Fault.DELAY_REQUEST:
            proxy.delay()
        if fault is Fault.TRUNCATE_REQUEST:
            half = exchange.body[: len(exchange.body) // 2]
            return proxy.forward(Exchange(exchange.method, exchange.path, exchange.headers, half))
        reply = proxy.forward(exchange)
        if fault is Fault.DUPLICATE:
            reply = proxy.forward(exchange)
        if fault is Fault.DELAY_ANSWER:
            proxy.delay()
        if fault is Fault.DROP_ANSWER:
            return None
        if fault is Fault.SHORTEN_ANSWER:
            return Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])
        return proxy.swap(reply) if fault is Fault.SWAP_ANSWER else reply

    def _answer(self, reply: Reply, *, cut: bool) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)
        self.wfile.flush()
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, *_: Any) -> None:
        """Keep the terminal."""
