"""HTTP connections that can be ended from another thread, as requests for blocks are that nobody waits for any more."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from hyperbounty.store import ahead


def _hang_up(line: HTTPConnection) -> None:
    sock = line.sock
    if sock is not None:
        # Of the socket itself: under TLS the method of the same name takes the keys from a thread that still reads.
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _HttpLine(HTTPConnection):
    hang_up = _hang_up

    def connect(self) -> None:
        super().connect()
        # Again: while it was being connected, there was nothing to end.
        ahead.using(self)

    def request(self, *arguments: Any, **options: Any) -> None:
        ahead.using(self)
        super().request(*arguments, **options)


class _HttpsLine(HTTPSConnection):
    hang_up = _hang_up

    def connect(self) -> None:
        # Known before, since the handshake waits for the other side too.
        ahead.using(self)
        super().connect()
        ahead.using(self)

    def request(self, *arguments: Any, **options: Any) -> None:
        ahead.using(self)
        super().request(*arguments, **options)


class _HttpLines(HTTPConnectionPool):
    ConnectionCls = _HttpLine


class _HttpsLines(HTTPSConnectionPool):
    ConnectionCls = _HttpsLine


_POOLS: Final = {"http": _HttpLines, "https": _HttpsLines}


class CutAdapter(HTTPAdapter):
    """An adapter of `requests` that keeps a connection for each of the requests of a walk, and one for its owner."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=ahead.WINDOW + 1)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> PoolManager:
        """The pools of connections through a proxy."""
        manager: PoolManager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
