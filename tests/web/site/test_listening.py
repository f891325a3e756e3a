"""The socket that a site listens on."""

from __future__ import annotations

import socket

from hyperbounty.web.site.serving import listen


def test_an_answer_does_not_wait_until_its_head_is_confirmed() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
