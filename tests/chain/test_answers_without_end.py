"""A node or a price service that answers without end, or with what no reader should unpack."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Callable, Iterator

import pytest

from hyperbounty.chain import endpoint
from hyperbounty.chain.connection import Chain
from hyperbounty.errors import ChainUnavailable, PriceDataError
from hyperbounty.prices import http as price_http
from hyperbounty.prices.http import JsonClient

Serve = Callable[[bytes, str], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves one body, whatever is asked, and gives the address."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(body: bytes, encoding: str = "identity") -> str:
        class Page(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Encoding", encoding)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return  # the reader has had enough

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *_: object) -> None:
                return

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


BOMB = gzip.compress(b" " * 3_000_000)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_node_is_heard_up_to_a_limit(serve: Serve, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MAX_ANSWER_BYTES", 1_000_000)
    address = serve(BOMB if encoding == "gzip" else b" " * 3_000_000, encoding)
    with pytest.raises(ChainUnavailable, match="answers with more than 1,000,000 bytes"):
        Chain.connect(address)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"jsonrpc":"2.0","id":0,"result":' + b"9" * 6_000 + b"}", b"\xff"])
def test_json_that_cannot_be_read_is_no_accident(serve: Serve, body: bytes) -> None:
    with pytest.raises(ChainUnavailable, match="does not speak JSON-RPC"):
        Chain.connect(serve(body, "identity"))
    client = JsonClient(serve(body, "identity"), attempts=2, sleep=lambda _: None)
    with pytest.raises(PriceDataError, match="no usable answer"):
        client.get("x", {})


def test_a_price_service_is_heard_up_to_a_limit(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_http, "MAX_ANSWER_BYTES", 1_000_000)
    with pytest.raises(PriceDataError, match="answers with more than 1,000,000 bytes"):
        JsonClient(serve(BOMB, "gzip"), sleep=lambda _: None).get("x", {})
