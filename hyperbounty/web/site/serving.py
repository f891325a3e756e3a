"""The site's server: uvicorn, which ends at once when it is told to.

uvicorn alone waits for open streams for ever. Here they are told first, a connection whose client takes nothing is cut,
and what else is being answered has a few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.web.site.errors import AddressTaken

if TYPE_CHECKING:
    from fastapi import FastAPI

ABORT: Final = "abort_connection"
"""In the state of a request: a function that cuts its connection, whatever still waits to be sent."""

_LAST_ANSWERS_S: Final = 10
_BACKLOG: Final = 2_048
_MOST_FILES: Final = 65_536


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a taken port is known before anything begins.

    Args:
        host: a name or an address.
        port: 0 for any that is free.

    Raises:
        AddressTaken: nobody can listen there; the message says why.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
        # What it accepts inherits this. Else the body of an answer waits 40 ms for the client to confirm its head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise AddressTaken(
            f"cannot listen on {host}, port {port}: {error.strerror or error}",
            NextStep("stop what listens there, or choose another {} or {}", Parameter("port"), Parameter("host")),
        ) from error


def serve(
    app: FastAPI,
    listener: socket.socket,
    stopped: threading.Event,
    *,
    proxies: Sequence[str] = (),
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Answer until `stopped` is set; then streams end at once, and what is being answered has ten seconds.

    Signals are the caller's business: see `hyperbounty.termination.signalled`.

    Args:
        app: of `create_app`.
        listener: of `listen`; it is closed at the end.
        stopped: may be set from any thread, or by a signal.
        proxies: addresses or networks whose word on who asks is believed (`X-Forwarded-For`).
        on_ready: is called once, when requests are answered.
    """
    _allow_many_connections()
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        log_config=None,
        # The site's own middleware logs requests.
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    _Server(config, stopped, app.state.streams.end, on_ready).run([listener])


def _allow_many_connections() -> None:
    """Let this process have many files open, as far as the system does: each connection is one."""
    if sys.platform != "win32":
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


class _Protocol(H11Protocol):
    """A connection that a request can cut: closing it waits for a client that takes nothing."""

    def __init__(self, config: uvicorn.Config, server_state: Any, app_state: dict[str, Any], _loop: Any = None) -> None:
        super().__init__(config, server_state, {**app_state, ABORT: self._abort}, _loop)

    def _abort(self) -> None:
        self.transport.abort()


class _Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        stopped: threading.Event,
        end_streams: Callable[[], None],
        on_ready: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._stopped = stopped
        self._end_streams = end_streams
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the caller."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin."""
        await super().startup(sockets)
        self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        """Whether it ends; asked ten times a second."""
        return await super().on_tick(counter) or self._stopped.is_set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: streams first."""
        # What ends after this moment has been told that its connection is to close.
        asyncio.get_running_loop().call_soon(self._end_streams)
        await super().shutdown(sockets)
