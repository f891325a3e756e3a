"""Chain and store of a devnet over HTTP: JSON-RPC at the root, the store at the paths of an IPFS node."""

from __future__ import annotations

import logging
import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.chain.embedded.jsonrpc import answer
from hyperbounty.store.served import ServedStore, StoreAnswer, StoreRequest
from hyperbounty.store.uploads import BadUpload, chunked_body, sized_body

if TYPE_CHECKING:
    from hyperbounty.chain.embedded.node import DevelopmentNode

MAX_REQUEST_BYTES: Final = 4 * 1024 * 1024
_IDLE_SECONDS: Final = 60
_LONGEST_LENGTH: Final = 18
_log = logging.getLogger(__name__)


class DevnetServer(ThreadingHTTPServer):
    """Listens on a port; answers once it was given what it serves."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        self.connections: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    def open(self, node: DevelopmentNode, store: ServedStore) -> None:
        """Serve these two."""
        self.node = node
        self.store = store

    def server_close(self) -> None:
        """Close the port and every connection: one that was kept open would be answered on."""
        super().server_close()
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no event; anything else goes to the log."""
        if not isinstance(sys.exception(), ConnectionError):
            _log.warning("a request of %s failed", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "hyperbounty-devnet"
    sys_version = ""
    # Of a connection without a request; otherwise forgotten ones would keep their threads.
    timeout = _IDLE_SECONDS
    # Unbuffered, an answer would be two packets, the second waiting for the acknowledgement of the first.
    wbufsize = -1
    server: DevnetServer

    def setup(self) -> None:
        """A connection is open."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """It is over."""
        self.server.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        """One request to the chain, or a batch; or one to the store."""
        if ServedStore.serves(self.path):
            self._ask_store()
            return
        length = self._length()
        if length is None:
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif length > MAX_REQUEST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            response = answer(self.server.node.handle, self.rfile.read(length))
            self._reply(HTTPStatus.NO_CONTENT if response is None else HTTPStatus.OK, response or b"")

    def do_GET(self) -> None:
        """A block of the store; anything else is not to be had this way."""
        if ServedStore.serves(self.path):
            self._ask_store()
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_HEAD(self) -> None:
        """As GET, without the block."""
        self.do_GET()

    def do_OPTIONS(self) -> None:
        """The question of a browser whether a page may ask: yes, as with other development nodes."""
        self._reply(HTTPStatus.NO_CONTENT, b"")

    def _ask_store(self) -> None:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = chunked_body(self.rfile)
        elif self.headers.get("Content-Length") is not None and self._length() is None:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        else:
            body = sized_body(self.rfile, self._length() or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answered = self.server.store.answer(StoreRequest(self.command, self.path, headers, body))
        except BadUpload as error:
            self.close_connection = True
            answered = StoreAnswer(HTTPStatus.BAD_REQUEST, "text/plain; charset=utf-8", f"{error.what}\n".encode())
        self.send_response(answered.status)
        self.send_header("Content-Type", answered.kind)
        self.send_header("Content-Length", str(len(answered.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered.body)

    def _length(self) -> int | None:
        """What the request says its body has; None where it says nothing that can be meant."""
        length = self.headers.get("Content-Length", "")
        is_number = length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH
        return int(length) if is_number else None

    def _refuse(self, status: HTTPStatus) -> None:
        # What was not read would be taken for the next request.
        self.close_connection = True
        self._reply(status, b"")

    def _reply(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Methods", "POST, OPTIONS")
        self.send_header("Access-Control-Allow-Headers", "content-type")
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keep the terminal for what people asked for."""
