"""A server that answers as a test tells it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[bytes], tuple[int, bytes] | tuple[int, bytes, dict[str, str]] | None]


@contextmanager
def server(behaviour: Behaviour) -> Iterator[str]:
    """A real server that answers a request's body with a status and a body; None hangs up without an answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answered = behaviour(self.rfile.read(int(self.headers["Content-Length"])))
            if answered is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answered[0])
            self.send_header("Content-Length", str(len(answered[1])))
            for name, value in (answered[2] if len(answered) == 3 else {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answered[1])

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    listening = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
