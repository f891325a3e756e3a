"""A server in the place of an IPFS node's RPC that lies, hangs or breaks off as it is told."""

from __future__ import annotations

import json
import socket
import threading
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hyperbounty.store import Access, Bundle, Cid
from hyperbounty.store.access import Credentials
from hyperbounty.store.kubo import KuboStore

HELLO = Cid.raw(b"hello")
ERROR = {"Message": "", "Code": 0, "Type": "error"}


class Call(BaseHTTPRequestHandler):
    """One call to the node; the answers below are its methods."""

    node: Node

    def do_POST(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        self.command_name = url.path.removeprefix("/api/v0/")
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.node.calls.append(self.command_name)
        self.node.queries.append(self.query)
        self.node.bodies.append(self._drain())
        self.node.completed.append(self.command_name)
        self.node.answers[self.command_name](self)

    def _drain(self) -> bytes:
        # The client uploads in HTTP chunks, each led by its size in hexadecimal; one that breaks off sends none of 0.
        body = bytearray()
        while self.headers.get("Transfer-Encoding") == "chunked" and (size := int(self.rfile.readline(), 16)):
            body += self.rfile.read(size + 2)[:-2]
        return bytes(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def send(
        self, body: bytes, *, status: int = 200, kind: str = "application/json", length: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, location: str) -> None:
        self.send_response(307)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()


Answer = Callable[[Call], None]


class Node:
    """A small HTTP server in the place of a node's RPC."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.completed: list[str] = []
        self.closing = threading.Event()
        self.answers: dict[str, Answer] = {"version": says({"Version": "0.39.0"})}
        self._server = _Server(("127.0.0.1", 0), type("BoundCall", (Call,), {"node": self}))
        self.port = self._server.server_address[1]
        self.address = f"/ip4/127.0.0.1/tcp/{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def store(self, *, timeout_s: float = 10.0, patience_s: float = 0.0) -> KuboStore:
        return KuboStore(self.address, timeout_s=timeout_s, access=hurried(patience_s))

    def stop(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def hurried(patience_s: float, credentials: Credentials | None = None) -> Access:
    """Access to a node whose pauses take no time; they count against `patience_s` all the same."""
    return Access(patience_s, node=credentials, sleep=lambda _: None)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on a misbehaving node is what these tests want."""


def says(answer: object, status: int = 200) -> Answer:
    return lambda call: call.send(json.dumps(answer).encode(), status=status)


def gives(block: bytes) -> Answer:
    return lambda call: call.send(block, kind="application/octet-stream")


def refuses(reason: str) -> Answer:
    return says({**ERROR, "Message": reason}, status=500)


def page(status: int) -> Answer:
    return lambda call: call.send(b"<!doctype html><title>Welcome</title>", status=status, kind="text/html")


def hangs(call: Call) -> None:
    call.node.closing.wait(30)


def breaks_off(call: Call) -> None:
    call.send(b"hel", length=100)


def hangs_up(call: Call) -> None:
    call.connection.shutdown(socket.SHUT_RDWR)


def drips(call: Call) -> None:
    call.send(b"", length=1000)
    while not call.node.closing.wait(0.05):
        call.wfile.write(b"x")


def floods(status: int) -> Answer:
    return lambda call: _flood(call, status)


def _flood(call: Call, status: int) -> None:
    call.send(b"", status=status, length=1 << 40)
    while not call.node.closing.is_set():
        call.wfile.write(bytes(1 << 16))


def bundle_of(*blocks: tuple[Cid, bytes]) -> Bundle:
    """A bundle of root `HELLO`, with that block unless others are given."""
    return Bundle((HELLO,), 5, lambda: iter(blocks or [(HELLO, b"hello")]))
