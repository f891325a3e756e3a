"""Somebody who is told by webhook: takes what is sent, checks its signature, and answers as a test wants."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import standardwebhooks

SECRET = b"0123456789abcdef0123456789abcdef"
WRITTEN_SECRET = f"whsec_{base64.b64encode(SECRET).decode()}"


@dataclass
class Received:
    """What came, in its order.

    Attributes:
        url: where it is taken.
        ids, bodies: of what came, also of what was refused.
        answers: statuses of the next answers; then 204.
        location: of an answer that redirects.
    """

    url: str = ""
    ids: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""

    @property
    def titles(self) -> list[str]:
        """What people read of it."""
        return [body["data"]["title"] for body in self.bodies]


@contextmanager
def hooked() -> Iterator[Received]:
    """Take what is sent to an address of this machine."""
    received = Received()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            standardwebhooks.Webhook(WRITTEN_SECRET).verify(body, dict(self.headers))
            with lock:
                received.ids.append(self.headers["webhook-id"])
                received.bodies.append(json.loads(body))
                status = received.answers.pop(0) if received.answers else 204
            self.send_response(status)
            if received.location:
                self.send_header("location", received.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_address[1]}/in"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
