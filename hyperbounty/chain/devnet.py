"""The development chain and a content store on one port, for any number of programs and people at once."""

from __future__ import annotations

import errno
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.serving import DevnetServer
from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.store.served import ServedStore
from hyperbounty.termination import terminable

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_POLL_SECONDS: Final = 0.05


class Devnet:
    """A development chain and a content store on a port of this machine; they live as long as the `with` block.

    The chain's clock follows the real one and can be moved with `Chain.advance_to`. The accounts are public
    (`hyperbounty.accounts.devnet_account`), and whoever reaches the port may do anything with the chain: so it listens
    on loopback unless it is told otherwise. To clients the store is an IPFS node and a gateway (`ServedStore`).

    Args:
        port: to listen on; 0 picks a free one.
        host: address to listen on.
        public: allow a host that other machines reach.
        wall: seconds since the epoch.
        state: file that keeps the chain; the contents lie beside it, in the folder with `.store` at the end of its
            name. Where it is there, the chain goes on, and its clock has gone on meanwhile. Without one, all begins
            anew and is gone at the end.

    Attributes:
        url: of chain and store.
        is_new: whether the chain began now.
        began: the time of its first block, in unix seconds.
        stood_at: the time of its latest block when it was opened, in unix seconds.
        contents: folder of the store; there once something is added.

    Raises:
        InvalidInput: `host` is not a loopback address and `public` is not set, or `state` is something else.
        ChainError: the port is taken, or `state` is in use or cannot be used.
    """

    def __init__(
        self,
        port: int = 8545,
        host: str = "127.0.0.1",
        *,
        public: bool = False,
        wall: Callable[[], float] = time.time,
        state: Path | None = None,
    ) -> None:
        if host not in _LOOPBACK and not public:
            raise InvalidInput(f"the devnet would be open to the network at {host}", "use 127.0.0.1, or set public")
        with ExitStack() as opened:
            # Before the chain, which is not to begin where nobody could reach it.
            self._server = opened.enter_context(_listening(host, port))
            node = DevelopmentNode(wall, state)
            opened.callback(node.close)
            if state is None:
                self.contents = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="hyperbounty-devnet-")))
            else:
                self.contents = state.with_name(f"{state.name}.store")
            self._server.open(node, ServedStore(self.contents))
            self._opened = opened.pop_all()
        self.is_new = node.is_new
        self.began = node.began
        self.stood_at = node.stood_at
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
        self._thread.join()
        self._opened.close()

    def serve_forever(self) -> None:
        """Block until Ctrl-C, SIGTERM or `stop`; returns normally on each of them."""
        try:
            with terminable():
                # A signal that comes just before a wait without an end begins does not interrupt it.
                while not self._stopped.wait(_POLL_SECONDS):
                    pass
        except KeyboardInterrupt:
            self.stop()

    def stop(self) -> None:
        """Make `serve_forever` return; safe from any thread."""
        self._stopped.set()


@contextmanager
def _listening(host: str, port: int) -> Iterator[DevnetServer]:
    """A server on `port`, closed at the end."""
    try:
        server = DevnetServer(host, port)
    except OSError as error:
        reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror or error})"
        raise ChainError(
            f"port {port} of {host} {reason}",
            NextStep("stop what listens there, or choose another with {}", Parameter("port")),
        ) from error
    try:
        yield server
    finally:
        server.server_close()
