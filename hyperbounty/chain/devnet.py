"""The development chain as JSON-RPC over HTTP, for any number of programs at once."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Self

from hyperbounty.chain.embedded.jsonrpc import answer
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    pass

MAX_REQUEST_BYTES: Final = 4 * 1024 * 1024
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_IDLE_SECONDS: Final = 60
_POLL_SECONDS: Final = 0.05
_log = logging.getLogger(__name__)


class Devnet:
    """A development chain on a port of this machine; starts empty, lives as long as the `with` block.

    Its clock follows the real one and can be moved with `Chain.advance_to`. The accounts are public
    (`hyperbounty.accounts.devnet_account`), and whoever reaches the port may do anything with the chain: so it listens
    on loopback unless it is told otherwise.

    Args:
        port: to listen on; 0 picks a free one.
        host: address to listen on.
        public: allow a host that other machines reach.
        wall: seconds since the epoch.

    Raises:
        InvalidInput: `host` is not a loopback address and `public` is not set.
        ChainError: the port is taken.
    """

    def __init__(
        self,
        port: int = 8545,
        host: str = "127.0.0.1",
        *,
        public: bool = False,
        wall: Callable[[], float] = time.time,
    ) -> None:
        if host not in _LOOPBACK and not public:
            raise InvalidInput(f"the devnet would be open to the network at {host}", "use 127.0.0.1, or set public")
        try:
            self._server = _Server((host, port), DevelopmentNode(wall))
        except OSError as error:
            reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror or error})"
            raise ChainError(
                f"port {port} of {host} {reason}",
                NextStep("stop what listens there, or choose another with {}", Parameter("port")),
            ) from error
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="devnet", daemon=True
        )
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve_forever(self) -> None:
        """Block until Ctrl-C, SIGTERM or `stop`; returns normally on each of them."""
        try:
            with _terminable():
                # A signal that comes just before a wait without an end begins does not interrupt it.
                while not self._stopped.wait(_POLL_SECONDS):
                    pass
        except KeyboardInterrupt:
            self.stop()

    def stop(self) -> None:
        """Make `serve_forever` return; safe from any thread."""
        self._stopped.set()


@contextmanager
def _terminable() -> Iterator[None]:
    """While inside, SIGTERM interrupts as Ctrl-C does; only the main thread may say what signals do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], node: DevelopmentNode) -> None:
        self.node = node
        self.connections: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

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
    server: _Server

    def setup(self) -> None:
        """A connection is open."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """It is over."""
        self.server.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        """One request or batch."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > MAX_REQUEST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            response = answer(self.server.node.handle, self.rfile.read(int(length)))
            self._reply(HTTPStatus.NO_CONTENT if response is None else HTTPStatus.OK, response or b"")

    def do_OPTIONS(self) -> None:
        """The question of a browser whether a page may ask: yes, as with other development nodes."""
        self._reply(HTTPStatus.NO_CONTENT, b"")

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
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keep the terminal for what people asked for."""
