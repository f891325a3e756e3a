"""A small HTTP server in the place of an IPFS gateway, honest or not."""

from __future__ import annotations

import threading
import urllib.parse
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, Self

from hyperbounty.store import Cid

RAW_TYPE = "application/vnd.ipld.raw"


class Call(BaseHTTPRequestHandler):
    """One request; the answers below act on it."""

    gateway: Gateway
    # As gateways do: the next request comes on the same connection.
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.gateway.connections += 1

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        self.gateway.asked.append(url.path.rsplit("/", 1)[-1])
        self.gateway.requests.append((self.path, dict(self.headers)))
        self.gateway.answer(self)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def send(
        self,
        body: bytes,
        *,
        status: int = 200,
        length: int | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": RAW_TYPE, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


Answer = Callable[[Call], None]


def asked_for(call: Call) -> Cid:
    """The block that a request is for; others may have come meanwhile."""
    return Cid.parse(urllib.parse.urlsplit(call.path).path.rsplit("/", 1)[-1])


def serves(blocks: Mapping[Cid, bytes]) -> Answer:
    """An honest gateway."""

    def answer(call: Call) -> None:
        block = blocks.get(asked_for(call))
        if block is None:
            call.send(b"no such block", status=404, headers={"Content-Type": "text/plain"})
        else:
            call.send(block)

    return answer


def gives(body: bytes, **headers: str) -> Answer:
    return lambda call: call.send(body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def fails(status: int) -> Answer:
    return lambda call: call.send(b"", status=status)


def redirects(location: str) -> Answer:
    return lambda call: call.send(b"", status=302, headers={"Location": location})


def floods_while_redirecting(call: Call) -> None:
    call.send(b"", status=302, length=1 << 40, headers={"Location": "/elsewhere"})
    while not call.gateway.closing.is_set():
        call.wfile.write(bytes(1 << 16))


def hangs(call: Call) -> None:
    call.gateway.closing.wait(30)


def drips(call: Call) -> None:
    call.send(b"", length=1000)
    while not call.gateway.closing.wait(0.05):
        call.wfile.write(b"x")


def floods(call: Call) -> None:
    call.send(b"", length=1 << 40)
    while not call.gateway.closing.is_set():
        call.wfile.write(bytes(1 << 16))


def breaks_off(call: Call) -> None:
    call.send(b"hel", length=100)
    call.close_connection = True


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on a misbehaving gateway is what these tests want."""


class Gateway:
    """A gateway that gives `answer` to whatever is asked, as long as the context lasts."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.connections = 0
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), type("BoundCall", (Call,), {"gateway": self}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
