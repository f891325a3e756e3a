"""Notifications beside a watch: what is delivered, and that nothing waits for it."""

from __future__ import annotations

import logging
import socket
import threading

import pytest
import requests

from hyperbounty.errors import InvalidInput
from hyperbounty.watching.notifying import Notifier, apprise_senders

SECRET = "a-secret-token-of-mine"


def test_lines_are_delivered_in_order() -> None:
    got: list[str] = []

    def send(line: str) -> bool:
        got.append(line)
        return True

    notifier = Notifier([send], pytest.fail)
    for number in range(20):
        notifier.say(f"line {number}")
    notifier.close(60)
    assert got == [f"line {number}" for number in range(20)]


def test_a_dead_one_is_said_once_and_keeps_no_other_from_being_sent_to() -> None:
    got: list[str] = []
    troubles: list[str] = []

    def dead(_: str) -> bool:
        raise OSError(f"cannot reach https://{SECRET}@example.org")

    def well(line: str) -> bool:
        got.append(line)
        return True

    notifier = Notifier([dead, well], troubles.append)
    for line in ("one", "two", "three"):
        notifier.say(line)
    notifier.close(60)
    assert got == ["one", "two", "three"]
    assert troubles == ["address 1 of 2 for notifications does not take them; the watch goes on without"]


def test_one_that_hangs_delays_nobody_and_what_it_cannot_take_is_dropped() -> None:
    troubles: list[str] = []
    gate = threading.Event()

    def hangs(_: str) -> bool:
        return gate.wait()

    notifier = Notifier([hangs], troubles.append)
    for number in range(500):
        notifier.say(f"line {number}")
    assert troubles == ["the address for notifications is too slow; some are left out"]
    notifier.close(0)
    gate.set()


def test_apprise_knows_the_address_or_it_is_refused_without_being_shown() -> None:
    pytest.importorskip("apprise", reason="apprise is not installed: pip install hyperbounty[notify]")
    assert len(apprise_senders(["json://localhost:9/path", "ntfy://topic"])) == 2
    with pytest.raises(InvalidInput) as refused:
        apprise_senders(["ntfy://topic", f"no-such-service://{SECRET}"])
    assert "address 2 of 2" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_apprise_delivers_to_a_server_and_no_log_tells_its_address(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("apprise", reason="apprise is not installed: pip install hyperbounty[notify]")
    from http.server import BaseHTTPRequestHandler, HTTPServer

    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with caplog.at_level(logging.DEBUG):
        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            [send] = apprise_senders([f"json://user:{SECRET}@127.0.0.1:{server.server_port}/{SECRET}"])
            assert send("slot 0 is revealed")
            thread.join()
        # Nobody listens any more: it is no delivery.
        assert not send("again")
    assert b"slot 0 is revealed" in bodies[0]
    assert SECRET not in caplog.text


def test_what_others_log_by_the_libraries_of_apprise_is_still_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pytest.importorskip("apprise", reason="apprise is not installed: pip install hyperbounty[notify]")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free_port = probe.getsockname()[1]
    [send] = apprise_senders([f"json://127.0.0.1:{free_port}/"])
    with caplog.at_level(logging.DEBUG):
        assert not send("to nobody")
        assert not caplog.records
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{free_port}/mine", timeout=60)
    assert f"127.0.0.1:{free_port}" in caplog.text
